"""Libraries of those who move money and goods."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlencode

from judges.case import Case, Judge, holds, moving, swapping
from whcli.http import Request


def adyen_item(case: Case) -> bool:
    from Adyen.util import is_valid_hmac_notification

    return bool(is_valid_hmac_notification(json.loads(case.body), case.secret))


def adyen_item_made(case: Case) -> Request:
    from Adyen.util import generate_notification_sig

    document = json.loads(case.body)
    item = document["notificationItems"][0]["NotificationRequestItem"]
    item["additionalData"] = {"hmacSignature": generate_notification_sig(item, case.secret).decode()}
    return case.request._replace(body=json.dumps(document).encode())


def adyen_header(case: Case) -> bool:
    from Adyen.util import is_valid_hmac_payload

    return is_valid_hmac_payload(case.headers["hmacsignature"], case.secret, case.body)


def adyen_header_made(case: Case) -> Request:
    from Adyen.util import generate_payload_sig

    return case.bearing({"HmacSignature": generate_payload_sig(case.body, case.secret).decode()})


def braintree(case: Case) -> bool:
    from braintree import BraintreeGateway, Configuration, Environment
    from braintree.exceptions.invalid_signature_error import InvalidSignatureError

    gateway = BraintreeGateway(Configuration(Environment.Sandbox, "m", case.params["public_key"], case.secret))
    form = parse_qs(case.text)
    return holds(
        InvalidSignatureError,
        lambda: gateway.webhook_notification.parse(form["bt_signature"][0], form["bt_payload"][0]),
    )


def braintree_made(case: Case) -> Request:
    from braintree import BraintreeGateway, Configuration, Environment

    gateway = BraintreeGateway(Configuration(Environment.Sandbox, "m", case.params["public_key"], case.secret))
    form = gateway.webhook_testing.sample_notification("subscription_charged_successfully", "s1")
    return case.request._replace(body=urlencode(form).encode())


def coinbase_commerce(case: Case) -> bool:
    from coinbase_commerce.error import SignatureVerificationError
    from coinbase_commerce.webhook import Webhook

    signature = case.headers["x-cc-webhook-signature"]
    return holds(SignatureVerificationError, lambda: Webhook.construct_event(case.text, signature, case.secret))


def easypost(case: Case) -> bool:
    from easypost.errors import SignatureVerificationError
    from easypost.util import validate_webhook

    headers = {"X-Hmac-Signature": case.headers["x-hmac-signature"]}
    return holds(SignatureVerificationError, lambda: validate_webhook(case.body, headers, case.secret))


def gocardless(case: Case) -> bool:
    from gocardless_pro import webhooks
    from gocardless_pro.errors import InvalidSignatureError

    signature = case.headers["webhook-signature"]
    return holds(InvalidSignatureError, lambda: webhooks.parse(case.body, case.secret, signature))


def increase(case: Case) -> bool:
    from increase import Increase
    from standardwebhooks import WebhookVerificationError

    events = Increase(api_key="k", webhook_secret=case.secret).events
    return holds(WebhookVerificationError, lambda: events.unwrap(case.text, headers=case.headers))


def mercadopago(case: Case) -> bool:
    from urllib.parse import urlsplit

    from mercadopago.webhook.validator import InvalidWebhookSignatureError, WebhookSignatureValidator

    ids = parse_qs(urlsplit(case.url).query).get("data.id", [None])[0]
    signature, request_id = case.headers["x-signature"], case.headers.get("x-request-id")
    return holds(
        InvalidWebhookSignatureError,
        lambda: WebhookSignatureValidator.validate(signature, request_id, ids, case.secret),
    )


def modern_treasury(case: Case) -> bool:
    from modern_treasury import ModernTreasury

    client = ModernTreasury(api_key="k", organization_id="o")
    return client.webhooks.validate_signature(case.text, case.headers, key=case.secret)


def modern_treasury_made(case: Case) -> Request:
    from modern_treasury import ModernTreasury

    client = ModernTreasury(api_key="k", organization_id="o")
    return case.bearing({"X-Signature": client.webhooks.get_signature(case.text, key=case.secret)})


def mollie(case: Case) -> bool:
    from mollie.utils.webhooks.signature_validator import InvalidSignatureException, SignatureValidator

    signature = case.headers["x-mollie-signature"]
    return holds(
        InvalidSignatureException, lambda: SignatureValidator(case.secret).validate_payload(case.text, signature)
    )


def mollie_made(case: Case) -> Request:
    from mollie.utils.webhooks.signature_validator import SignatureValidator

    return case.bearing({"X-Mollie-Signature": "sha256=" + SignatureValidator.create_signature(case.text, case.secret)})


def orb(case: Case) -> bool:
    from orb import Orb

    webhooks = Orb(api_key="k").webhooks
    return holds(ValueError, lambda: webhooks.verify_signature(case.text, case.headers, secret=case.secret))


def polar(case: Case) -> bool:
    from polar.webhooks import PolarWebhookVerificationError, validate_event

    kinds = frozenset({json.loads(case.text)["type"]})
    return holds(
        PolarWebhookVerificationError,
        lambda: validate_event(case.body, case.headers, case.secret, kinds, lambda payload: payload),
    )


def razorpay(case: Case) -> bool:
    from razorpay import Client
    from razorpay.errors import SignatureVerificationError

    verify = Client(auth=("id", "key")).utility.verify_webhook_signature
    signature = case.headers["x-razorpay-signature"]
    return holds(SignatureVerificationError, lambda: verify(case.text, signature, case.secret))


def worldline(case: Case) -> bool:
    from onlinepayments.sdk.communication.request_header import RequestHeader
    from onlinepayments.sdk.webhooks.in_memory_secret_key_store import InMemorySecretKeyStore
    from onlinepayments.sdk.webhooks.signature_validation_exception import SignatureValidationException
    from onlinepayments.sdk.webhooks.signature_validator import SignatureValidator

    keys = InMemorySecretKeyStore()
    keys.store_secret_key(case.headers["x-gcs-keyid"], case.secret)
    headers = [RequestHeader(name, value) for name, value in case.headers.items()]
    return holds(SignatureValidationException, lambda: SignatureValidator(keys).validate(case.body, headers))


JUDGES = (
    Judge("adyen", "adyen", adyen_item, adyen_item_made, odd=False, twin=swapping("1130", "1131")),
    Judge("adyen", "adyen", adyen_header, adyen_header_made, vector=1),
    Judge(
        "braintree", "braintree", braintree, braintree_made, odd=False, twin=swapping("bt_payload=C", "bt_payload=D")
    ),
    Judge("coinbase-commerce", "coinbase-commerce", coinbase_commerce, odd=False),
    Judge("easypost", "easypost", easypost),
    Judge("gocardless", "gocardless-pro", gocardless, odd=False),
    Judge("increase", "increase", increase, timed=True),
    Judge("mercadopago", "mercadopago", mercadopago, twin=moving("=999", "=998")),
    Judge("modern-treasury", "modern-treasury", modern_treasury, modern_treasury_made),
    Judge("mollie", "mollie-api-py", mollie, mollie_made),
    Judge("orb", "orb-billing", orb, timed=True),
    Judge("polar", "polar-sdk", polar, odd=False, timed=True),
    Judge("razorpay", "razorpay", razorpay),
    Judge("worldline", "onlinepayments-sdk-python3", worldline),
)
