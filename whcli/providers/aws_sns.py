"""Amazon SNS: RSA over some fields of the message, by a certificate whose place the message tells."""

from __future__ import annotations

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing import FirstOf
from whcli.signing.params import ANY, Fetched, Param
from whcli.signing.reading import Unsignable
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, parse_json

VERSION = Json("SignatureVersion")
TOPIC = Param(
    "topic_arn",
    "The ARN of your topic. Every topic of every account is signed alike; what is of another one is refused.",
    ANY,
)
NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {
    "Notification": NOTIFICATION,
    "SubscriptionConfirmation": CONFIRMATION,
    "UnsubscribeConfirmation": CONFIRMATION,
}
"""The fields that are signed, by the message's Type; of a Notification the Subject may be absent or null."""


def _lines(request: Request) -> bytes:
    """Name and value of each signed field, a line each. Raises Unsignable for what is no message of SNS."""
    message = parse_json(request.body)
    kind = message.get("Type") if isinstance(message, dict) else None
    names = SIGNED.get(kind, ()) if isinstance(kind, str) else ()
    found = [(name, message[name]) for name in names if message.get(name) is not None]
    missing = set(names) - {name for name, _ in found} - {"Subject"}
    if not names or missing or not all(isinstance(value, str) for _, value in found):
        raise Unsignable("The body is no message of SNS; with raw message delivery nothing is signed.")
    return "".join(f"{name}\n{value}\n" for name, value in found).encode("utf-8", "backslashreplace")


RSA = SignatureScheme(
    signature=Json("Signature"),
    timestamp=Json("Timestamp"),
    time="iso",
    tolerance=None,
    signed="{lines}",
    parts={"lines": _lines},
    algorithm="rsa-sha256",
    encoding="base64",
    public="pem",
    fetched=Fetched(
        named=Json("SigningCertURL"),
        allowed=r"https://sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?/SimpleNotificationService(-[0-9a-f]{1,64})?\.pem",
    ),
    only=(Json("TopicArn"), "{param:topic_arn}"),
    params=(TOPIC,),
    adds=(
        (
            Json("SigningCertURL"),
            "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem",
        ),
    ),
    note="Message, subject, topic and time are covered; MessageAttributes are not.",
)

PROVIDER = Provider(
    name="aws-sns",
    title="Amazon SNS",
    docs="https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html",
    scheme=FirstOf(
        (RSA._replace(algorithm="rsa-sha1", when=(VERSION, b"1")), RSA._replace(adds=((VERSION, "2"), *RSA.adds))),
        usual=1,
    ),
    event_type=(Header("x-amz-sns-message-type"), Json("Type")),
    event_id=(Json("MessageId"), Header("x-amz-sns-message-id")),
    marks=("x-amz-sns-message-type", "x-amz-sns-message-id"),
    handshakes=(
        Handshake(
            "subscription",
            when=((Header("x-amz-sns-message-type"), "SubscriptionConfirmation"),),
            signed=True,
            visit=(Json("SubscribeURL"), r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?"),
            visit_for=TOPIC,
            sample={
                "Type": "SubscriptionConfirmation",
                "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
                "Token": "{challenge}",
                "TopicArn": "arn:aws:sns:us-east-1:123456789012:MyTopic",
                "Message": "You have chosen to subscribe to the topic arn:aws:sns:us-east-1:123456789012:MyTopic.",
                "SubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription"
                "&TopicArn=arn:aws:sns:us-east-1:123456789012:MyTopic&Token={challenge}",
                "Timestamp": "2023-11-14T22:13:20.000Z",
                "SignatureVersion": "2",
            },
            hint="Call its SubscribeURL to confirm it: listen --confirm-subscription --param topic_arn=ARN.",
        ),
    ),
    secret_hint="The certificate is fetched; or file:sns.pem",
    secret_env="AWS_SNS_CERTIFICATE",
    events=("Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"),
)
