"""Taiga: one HMAC-SHA1 in two headers, of its own and of GitHub's older kind."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

WHAT = (Json("type"), Json("action"))

PROVIDER = Provider(
    name="taiga",
    title="Taiga",
    docs="https://docs.taiga.io/webhooks.html",
    scheme=FirstOf(
        (
            SignatureScheme(signature=Header("X-TAIGA-WEBHOOK-SIGNATURE"), algorithm="hmac-sha1"),
            SignatureScheme(signature=Header("X-Hub-Signature"), prefix="sha1=", algorithm="hmac-sha1"),
        )
    ),
    event_type=(Joined(*WHAT),),
    event_id=(Joined(*WHAT, Json("data.id"), Json("date"), by=":"), Joined(*WHAT, Json("date"), by=":")),
    marks=("X-TAIGA-WEBHOOK-SIGNATURE",),
    secret_hint="The project's Settings, Integrations, Webhooks: the Secret key that you chose",
    secret_env="TAIGA_WEBHOOK_SECRET",
    events=("userstory.create", "task.change", "issue.create", "milestone.change", "wikipage.delete", "test.test"),
)
