"""Travis CI: RSA over one field of the form, as it reads when decoded, by a key that its API serves."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.params import Fetched
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form, Header, Json

PAYLOAD = Form("payload")
BUILD = (Json("id", inside=PAYLOAD), Json("state", inside=PAYLOAD))

PROVIDER = Provider(
    name="travis-ci",
    title="Travis CI",
    docs="https://docs.travis-ci.com/user/notifications/#verifying-webhook-requests",
    scheme=SignatureScheme(
        signature=Header("Signature"),
        signed="{form:payload}",
        algorithm="rsa-sha1",
        encoding="base64",
        public="pem",
        fetched=Fetched("https://api.travis-ci.com/config", form="json"),
        note="Of the form, only the field payload is covered.",
    ),
    event_type=(Json("state", inside=PAYLOAD), Json("status_message", inside=PAYLOAD)),
    event_id=(
        Joined(*BUILD, Json("finished_at", inside=PAYLOAD), by=":"),
        Joined(*BUILD, Json("started_at", inside=PAYLOAD), by=":"),
        Joined(*BUILD, by=":"),
    ),
    marks=("Signature", "Travis-Repo-Slug"),
    secret_hint="The public key is fetched from api.travis-ci.com/config; or file:travis.pem",
    secret_env="TRAVIS_PUBLIC_KEY",
    events=("started", "passed", "failed", "errored", "canceled"),
)
