"""Airship open channels: seconds, a colon, and the JSON as it was before it was compressed."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing import Param
from whcli.signing.gzipped import or_gzipped
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header

PROVIDER = Provider(
    name="airship",
    title="Airship",
    docs="https://support.airship.com/hc/en-us/articles/360032501831",
    scheme=or_gzipped(
        SignatureScheme(
            signature=Header("X-UA-SIGNATURE"), timestamp=Header("X-UA-TIMESTAMP"), signed="{timestamp}:{body}"
        )
    ),
    event_type=(),
    event_id=(),
    marks=("X-UA-SIGNATURE", "X-UA-TIMESTAMP"),
    secret_hint="The signature secret that you gave when you set the open channel's authentication",
    secret_env="AIRSHIP_SIGNATURE_SECRET",
    handshakes=(
        Handshake(
            "validate",
            "GET",
            when=((Header("X-UA-TIMESTAMP"), None),),
            reply={"confirmation_code": "{confirmation_code}"},
            needs=(Param("confirmation_code", "the Validation Code that the open channel's settings show once saved"),),
            signed=True,
            hint="It is asked at /validate below the webhook's URL; messages come at /push.",
        ),
    ),
)
