"""Linear: the body alone is signed, and says in milliseconds when it was."""

from __future__ import annotations

from datetime import timedelta

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="linear",
    title="Linear",
    docs="https://linear.app/developers/webhooks",
    scheme=SignatureScheme(
        signature=Header("Linear-Signature"),
        timestamp=Json("webhookTimestamp", number=True),
        time="ms",
        tolerance=timedelta(minutes=1),
        new="lin_wh_{short}",
    ),
    event_type=(Header("Linear-Event"), Json("type")),
    event_id=(Header("Linear-Delivery"),),
    marks=("Linear-Signature", "Linear-Event"),
    secret_hint="Settings, API, Webhooks, the webhook's signing secret: lin_wh_…",
    secret_env="LINEAR_WEBHOOK_SECRET",
    events=("Issue", "Comment", "Project", "Cycle", "IssueLabel"),
)
