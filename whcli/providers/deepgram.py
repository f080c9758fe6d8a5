"""Deepgram callbacks: a header that names the API key, by its identifier."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="deepgram",
    title="Deepgram",
    docs="https://developers.deepgram.com/docs/callback",
    scheme=CredentialScheme(Header("dg-token")),
    event_type=(),
    event_id=(Json("metadata.request_id"),),
    marks=("dg-token",),
    secret_hint="Console, API Keys: the identifier of the key, not the key",
    secret_env="DEEPGRAM_KEY_ID",
    events=("transcription",),
    confidence="medium",
)
