"""Okta event hooks: a text of the user's own, in Authorization or another header."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing.credential import CredentialScheme
from whcli.signing.params import Param
from whcli.signing.slots import Header, Json

CHALLENGE = Header("X-Okta-Verification-Challenge")

PROVIDER = Provider(
    name="okta",
    title="Okta event hooks",
    docs="https://developer.okta.com/docs/concepts/event-hooks/",
    scheme=CredentialScheme(
        Header("{param:header}"),
        params=(Param("header", "The header that you had the token put in.", "Authorization"),),
    ),
    event_type=(Json("data.events.0.eventType"),),
    event_id=(Json("eventId"),),
    marks=(),
    secret_hint="the Authentication secret that you typed in when the hook was made",
    secret_env="OKTA_HOOK_SECRET",
    handshakes=(Handshake("verification", "GET", challenge=CHALLENGE, reply={"verification": "{challenge}"}),),
    events=("user.lifecycle.create", "user.session.start", "group.user_membership.add"),
)
