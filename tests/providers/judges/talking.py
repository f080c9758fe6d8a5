"""Libraries of those who carry messages, calls and mail."""

from __future__ import annotations

import base64
import hashlib
import json
from email import message_from_bytes
from urllib.parse import parse_qsl

from judges.case import Case, Judge, elsewhere, holds, swapping
from whcli.http import Request


def discord(case: Case) -> bool:
    from discord_interactions import verify_key

    names = ("x-signature-ed25519", "x-signature-timestamp")
    return verify_key(case.body, *(case.headers[name] for name in names), case.secret)


def livekit(case: Case) -> bool:
    from jwt import InvalidTokenError
    from livekit.api import TokenVerifier, WebhookReceiver

    receiver = WebhookReceiver(TokenVerifier(case.params["api_key"], case.secret))
    try:
        receiver.receive(case.text, case.headers["authorization"])
    except InvalidTokenError:
        return False
    except Exception as error:  # it raises a bare Exception for a body that does not fit, and that alone is a refusal
        if str(error) != "hash mismatch":
            raise
        return False
    return True


def livekit_made(case: Case) -> Request:
    from livekit.api import AccessToken

    digest = base64.b64encode(hashlib.sha256(case.body).digest()).decode()
    return case.bearing(
        {"Authorization": AccessToken(case.params["api_key"], case.secret).with_sha256(digest).to_jwt()}
    )


def mailgun(case: Case) -> bool:
    from mailgun.security import SecurityGuard

    told = json.loads(case.body)["signature"]
    return SecurityGuard.verify_webhook(case.secret, told["token"], told["timestamp"], told["signature"])


def messagebird(case: Case) -> bool:
    from messagebird.error import ValidationError
    from messagebird.request_validator import RequestValidator

    token, validator = case.headers["messagebird-signature-jwt"], RequestValidator(case.secret)
    return holds(ValidationError, lambda: validator.validate_signature(token, case.url, case.body))


def plivo_3(case: Case) -> bool:
    from plivo.utils.signature_v3 import validate_v3_signature

    nonce, signature = case.headers["x-plivo-signature-v3-nonce"], case.headers["x-plivo-signature-v3"]
    form = dict(parse_qsl(case.text, keep_blank_values=True))
    return validate_v3_signature("POST", case.url, nonce, case.secret, signature, form)


def plivo_3_made(case: Case) -> Request:
    from plivo.utils.signature_v3 import construct_post_url, get_signature_v3

    form = dict(parse_qsl(case.text, keep_blank_values=True))
    base = construct_post_url(case.url, form).decode()
    made = get_signature_v3(case.secret, base, "n1").decode()
    return case.bearing({"X-Plivo-Signature-V3-Nonce": "n1", "X-Plivo-Signature-V3": made})


def plivo_2(case: Case) -> bool:
    from plivo.utils import validate_signature

    names = ("x-plivo-signature-v2-nonce", "x-plivo-signature-v2")
    return validate_signature(case.url, *(case.headers[name] for name in names), case.secret)


def pusher(case: Case) -> bool:
    from pusher import Pusher

    key = case.headers["x-pusher-key"]
    client = Pusher("1", key, case.secret)
    return client.validate_webhook(key, case.headers["x-pusher-signature"], case.text) is not None


def resend(case: Case) -> bool:
    from resend import Webhooks

    headers = {name: case.headers[f"svix-{name}"] for name in ("id", "timestamp", "signature")}
    told = {"payload": case.text, "headers": headers, "webhook_secret": case.secret}
    return holds(ValueError, lambda: Webhooks.verify(told))


def sinch(case: Case) -> bool:
    from sinch.domains.authentication.sinch_events.v1 import authentication_validation as validation

    return validation.validate_sinch_event_signature_with_nonce(case.secret, case.headers, case.text)


def sinch_made(case: Case) -> Request:
    from sinch.domains.authentication.sinch_events.v1 import authentication_validation as validation

    signed = validation.compute_signed_data(case.text, "n1", case.seconds)
    name = "x-sinch-webhook-signature"
    made = validation.calculate_sinch_event_signature(signed, case.secret)
    return case.bearing({f"{name}-nonce": "n1", f"{name}-timestamp": case.seconds, name: made})


def sinch_numbers(case: Case) -> bool:
    from sinch.domains.authentication.sinch_events.v1 import authentication_validation as validation

    return validation.validate_signature_header(case.secret, case.headers, case.text)


def sinch_numbers_made(case: Case) -> Request:
    from sinch.domains.authentication.sinch_events.v1 import authentication_validation as validation

    return case.bearing({"x-sinch-signature": validation.compute_hmac_signature(case.text, case.secret)})


def stream(case: Case) -> bool:
    from stream_chat.webhook import verify_signature

    return verify_signature(case.body, case.headers["x-signature"], case.secret)


def stream_gzipped(case: Case) -> bool:
    """Signed is what was there before it was compressed."""
    import gzip

    from stream_chat.webhook import InvalidWebhookError, verify_and_parse_webhook

    body, signature = gzip.compress(case.body), case.headers["x-signature"]
    return holds(InvalidWebhookError, lambda: verify_and_parse_webhook(body, signature, case.secret))


def vonage(case: Case) -> bool:
    """The token by the library; that its hash is the body's, as Vonage tells its receivers to do by themselves."""
    from jwt import decode
    from vonage_jwt import verify_signature

    token = case.headers["authorization"].removeprefix("Bearer ")
    if not verify_signature(token, case.secret):
        return False
    claims = decode(token, options={"verify_signature": False})
    return bool(claims["payload_hash"] == hashlib.sha256(case.body).hexdigest())


def dropbox_sign(case: Case) -> bool:
    from dropbox_sign import EventCallbackHelper
    from dropbox_sign.models import EventCallbackRequest

    parts = message_from_bytes(b"Content-Type: " + case.headers["content-type"].encode() + b"\r\n\r\n" + case.body)
    field = next(part for part in parts.walk() if part.get_param("name", header="content-disposition") == "json")
    told = json.loads(field.get_payload(decode=True))
    return bool(EventCallbackHelper.is_valid(case.secret, EventCallbackRequest.from_dict(told)))


JUDGES = (
    Judge("discord", "discord-interactions", discord),
    Judge("dropbox-sign", "dropbox-sign", dropbox_sign, odd=False, twin=swapping("account_confirmed", "callback_test")),
    Judge("livekit", "livekit-api", livekit, livekit_made, odd=False, timed=True),
    Judge("mailgun", "mailgun", mailgun, odd=False, twin=swapping('"token":"', '"token":"0'), timed=True),
    Judge("messagebird", "messagebird", messagebird, timed=True),
    Judge("messagebird", "messagebird", messagebird, twin=elsewhere, timed=True),
    Judge("plivo", "plivo", plivo_3, plivo_3_made, odd=False, twin=swapping("CallUUID=a1b2", "CallUUID=a1b3")),
    Judge("plivo", "plivo", plivo_3, plivo_3_made, odd=False, vector=1, twin=elsewhere),
    Judge("plivo", "plivo", plivo_2, odd=False, vector=2, twin=elsewhere),
    Judge("pusher", "pusher", pusher, odd=False, timed=True),
    Judge("resend", "resend", resend, timed=True),
    Judge("sinch", "sinch", sinch, sinch_made),
    Judge("sinch", "sinch", sinch_numbers, sinch_numbers_made, vector=2),
    Judge("stream", "stream-chat", stream),
    Judge("stream", "stream-chat", stream_gzipped),
    Judge("vonage", "vonage-jwt", vonage),
)
