"""HCP Terraform and Terraform Enterprise: HMAC-SHA512 in hex, of workspaces that set a token."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

TRIGGER = Json("notifications.0.trigger")

PROVIDER = Provider(
    name="terraform",
    title="HCP Terraform",
    docs="https://developer.hashicorp.com/terraform/cloud-docs/workspaces/settings/notifications",
    scheme=SignatureScheme(signature=Header("X-TFE-Notification-Signature"), algorithm="hmac-sha512"),
    event_type=(TRIGGER, Json("trigger")),
    event_id=(Joined(Json("run_id"), TRIGGER, Json("notifications.0.run_updated_at"), by=":"),),
    marks=("X-TFE-Notification-Signature",),
    secret_hint="The workspace's Settings, Notifications, the destination's Token: the text that you chose",
    secret_env="TFE_NOTIFICATION_TOKEN",
    handshakes=(
        Handshake(
            "verification",
            when=((TRIGGER, "verification"),),
            signed=True,
            sample={
                "payload_version": 1,
                "run_id": None,
                "notifications": [{"message": "Verification of the destination", "trigger": "verification"}],
            },
        ),
    ),
    events=("run:created", "run:planning", "run:needs_attention", "run:completed", "run:errored", "verification"),
    confidence="medium",
)
