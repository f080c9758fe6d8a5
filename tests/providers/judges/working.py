"""Libraries of those who keep files, tickets and models."""

from __future__ import annotations

from judges.case import Case, Judge, holds, moving
from whcli.http import Request


def atlassian(case: Case) -> bool:
    from atlassian_jwt import Authenticator
    from jwt import InvalidTokenError

    class Known(Authenticator):
        def get_shared_secret(self, client_key: str) -> str:
            assert client_key
            return case.secret

    return holds(InvalidTokenError, lambda: Known().authenticate(case.request.method, case.url, case.headers))


def atlassian_made(case: Case) -> Request:
    from atlassian_jwt import encode_token

    token = encode_token(case.request.method, case.url, "client-1", case.secret, timeout_secs=180)
    return case.bearing({"Authorization": f"JWT {token}"})


def box(case: Case) -> bool:
    from box_sdk_gen.managers.webhooks import WebhooksManager

    return WebhooksManager.validate_message(case.text, case.headers, case.secret)


def cloudinary(case: Case) -> bool:
    """By the algorithm that the account is set to."""
    import cloudinary as library
    from cloudinary.utils import verify_notification_signature

    library.config(api_secret=case.secret)
    moment, signature = case.headers["x-cld-timestamp"], case.headers["x-cld-signature"]
    algorithm = "sha1" if len(signature) == 40 else "sha256"
    return verify_notification_signature(case.text, moment, signature, algorithm=algorithm)


def cloudinary_made(case: Case) -> Request:
    return _cloudinary_made(case, "sha1")


def cloudinary_sha256_made(case: Case) -> Request:
    return _cloudinary_made(case, "sha256")


def _cloudinary_made(case: Case, algorithm: str) -> Request:
    from cloudinary.utils import compute_hex_hash

    made = compute_hex_hash(f"{case.text}{case.seconds}{case.secret}", algorithm)
    return case.bearing({"X-Cld-Timestamp": case.seconds, "X-Cld-Signature": made})


def openai(case: Case) -> bool:
    from openai import InvalidWebhookSignatureError, OpenAI

    webhooks = OpenAI(api_key="k").webhooks
    return holds(
        (InvalidWebhookSignatureError, ValueError),
        lambda: webhooks.verify_signature(case.text, case.headers, secret=case.secret),
    )


def replicate(case: Case) -> bool:
    from replicate.webhook import Webhooks, WebhookSigningSecret, WebhookValidationError

    secret = WebhookSigningSecret(key=case.secret)
    return holds(
        WebhookValidationError,
        lambda: Webhooks.validate(headers=case.headers, body=case.text, secret=secret, tolerance=300),
    )


JUDGES = (
    Judge("atlassian-connect", "atlassian-jwt", atlassian, atlassian_made, twin=moving("?", "/x?"), timed=True),
    Judge("box", "boxsdk", box, timed=True),
    Judge("cloudinary", "cloudinary", cloudinary, cloudinary_made, timed=True),
    Judge("cloudinary", "cloudinary", cloudinary, cloudinary_sha256_made, vector=1, timed=True),
    Judge("openai", "openai", openai, timed=True),
    Judge("replicate", "replicate", replicate, timed=True),
)
