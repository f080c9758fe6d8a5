"""ElevenLabs: time and signature in one header, with half an hour to arrive."""

from __future__ import annotations

from datetime import timedelta

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json, Pair

PROVIDER = Provider(
    name="elevenlabs",
    title="ElevenLabs",
    docs="https://elevenlabs.io/docs/overview/administration/webhooks",
    scheme=SignatureScheme(
        signature=Pair("ElevenLabs-Signature", "v0"),
        timestamp=Pair("ElevenLabs-Signature", "t"),
        signed="{timestamp}.{body}",
        tolerance=timedelta(minutes=30),
        new="wsec_{hex}",
    ),
    event_type=(Json("type"),),
    event_id=(
        Joined(Json("type"), Json("data.conversation_id"), by=":"),
        Joined(Json("type"), Json("data.request_id"), by=":"),
    ),
    marks=("ElevenLabs-Signature",),
    secret_hint="Developers, Webhooks: the secret shown once, when the webhook is made",
    secret_env="ELEVENLABS_WEBHOOK_SECRET",
    events=("post_call_transcription", "post_call_audio", "call_initiation_failure", "speech_to_text_transcription"),
)
