"""Supabase Auth hooks: Standard Webhooks with `, ` between signatures, and another id for each attempt."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Items, Json

PROVIDER = Provider(
    name="supabase",
    title="Supabase Auth hooks",
    docs="https://supabase.com/docs/guides/auth/auth-hooks",
    scheme=SignatureScheme(
        signature=Items("webhook-signature", separator=", "),
        prefix="v1,",
        timestamp=Header("webhook-timestamp"),
        id=Header("webhook-id"),
        signed="{id}.{timestamp}.{body}",
        encoding="base64",
        key="whsec",
        new="v1,whsec_{base64}",
    ),
    event_type=(Json("metadata.name"), Json("email_data.email_action_type"), Json("authentication_method")),
    event_id=(Json("metadata.uuid"),),
    marks=(),
    secret_hint="Authentication, Auth Hooks, the hook's Secret: v1,whsec_ and base64",
    secret_env="SUPABASE_AUTH_HOOK_SECRET",
    events=("before-user-created", "after-user-created", "signup", "recovery", "magiclink"),
)
