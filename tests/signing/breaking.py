"""What becomes of requests that their providers signed well: on the way, and by senders who sign otherwise.

What a sender would have signed is made with `hmac` and `hashlib` alone, by hands that know nothing of our code.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

VECTORS = Path(__file__).parent.parent / "vectors"


class Sent(NamedTuple):
    """A request, and what its receiver knows."""

    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    secret: str
    at: float
    """Unix seconds when it is judged."""
    others: tuple[str, ...] = ()
    """Secrets of other endpoints."""

    def header(self, name: str) -> str:
        return next(value for key, value in self.headers if key.lower() == name.lower())

    def put(self, name: str, value: str) -> Sent:
        rest = tuple((key, old) for key, old in self.headers if key.lower() != name.lower())
        return self._replace(headers=(*rest, (name, value)))


Change = Callable[[Sent], Sent]


class Broken(NamedTuple):
    """One row of the table."""

    provider: str
    told: str
    """How it was broken."""
    cause: str
    words: str
    """What the fix must say."""
    change: Change
    outcome: str = "mismatch"
    likely: bool = False
    """Whether no correction proves the cause, so that it may only be called likely."""

    def __str__(self) -> str:
        return f"{self.provider}: {self.told}"

    def sent(self) -> Sent:
        """The request as it came."""
        return self.change(original(self.provider))


def original(provider: str) -> Sent:
    """A provider's first vector, as it was published; of a key pair with its public half, where the vector has both."""
    found: dict[str, Any] = json.loads((VECTORS / f"{provider}.json").read_text("utf-8"))[0]
    headers = tuple((name, value) for name, value in found["headers"])
    return Sent(found["url"], headers, found["body"].encode(), public(found["secret"]), found["at"])


def public(secret: str) -> str:
    """The public half of a private key in base64; any other secret as it is."""
    if not secret.startswith(("MIIEv", "MC4C", "MIGH")):
        return secret
    from cryptography.hazmat.primitives import serialization as form

    key = form.load_der_private_key(b64decode(secret), None).public_key()
    return b64encode(key.public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo)).decode()


# What became of it on the way.


def body(change: Callable[[bytes], bytes]) -> Change:
    return lambda sent: sent._replace(body=change(sent.body))


def came(text: bytes) -> Change:
    return body(lambda _: text)


def document(**how: Any) -> Change:
    """The JSON parsed, and written anew by Python."""
    return body(lambda sent: json.dumps(json.loads(sent), **how).encode())


def header(name: str, change: Callable[[str], str]) -> Change:
    return lambda sent: sent.put(name, change(sent.header(name)))


def put(name: str, value: str) -> Change:
    return lambda sent: sent.put(name, value)


def rename(old: str, new: str) -> Change:
    return lambda sent: sent._replace(headers=tuple((new if name == old else name, it) for name, it in sent.headers))


def drop(name: str) -> Change:
    return lambda sent: sent._replace(headers=tuple(pair for pair in sent.headers if pair[0] != name))


def again(name: str, value: str) -> Change:
    return lambda sent: sent._replace(headers=(*sent.headers, (name, value)))


def secret(change: Callable[[str], str]) -> Change:
    return lambda sent: sent._replace(secret=change(sent.secret))


def url(change: Callable[[str], str]) -> Change:
    return lambda sent: sent._replace(url=change(sent.url))


def later(seconds: float) -> Change:
    return lambda sent: sent._replace(at=sent.at + seconds)


def both(*changes: Change) -> Change:
    def change(sent: Sent) -> Sent:
        for each in changes:
            sent = each(sent)
        return sent

    return change


def swapped(sent: Sent) -> Sent:
    """This endpoint has the secret of another, and the other has this one's."""
    return sent._replace(secret="of-the-wrong-endpoint", others=("of-a-third", sent.secret))


# What the sender did, made without any code of ours.


def mac(sent: Sent, *, over: bytes | None = None, by: str = "sha256", key: bytes | None = None) -> bytes:
    return hmac.digest(sent.secret.encode() if key is None else key, sent.body if over is None else over, by)


def hub(**how: Any) -> Change:
    return lambda sent: sent.put("X-Hub-Signature-256", f"sha256={mac(sent, **how).hex()}")


def stripe(template: str = "{t}.", *, t: str = "1700000000", wrote: str = "", **how: Any) -> Change:
    def change(sent: Sent) -> Sent:
        made = mac(sent, over=template.format(t=t).encode() + sent.body, **how).hex()
        return sent.put("Stripe-Signature", f"t={wrote or t},v1={made}")

    return change


def slack(template: str, *, t: str = "1531420618", wrote: str = "") -> Change:
    def change(sent: Sent) -> Sent:
        made = mac(sent, over=template.format(t=t).encode() + sent.body).hex()
        return sent.put("X-Slack-Request-Timestamp", wrote or t).put("X-Slack-Signature", f"v0={made}")

    return change


def shopify(written: Callable[[bytes], str] = lambda made: b64encode(made).decode(), **how: Any) -> Change:
    return lambda sent: sent.put("X-Shopify-Hmac-Sha256", written(mac(sent, **how)))


def standard(template: str, *, key: Callable[[str], bytes]) -> Change:
    def change(sent: Sent) -> Sent:
        fields = {"id": sent.header("webhook-id"), "t": sent.header("webhook-timestamp")}
        made = mac(sent, over=template.format(**fields).encode() + sent.body, key=key(sent.secret))
        return sent.put("webhook-signature", f"v1,{b64encode(made).decode()}")

    return change


def whsec(text: str) -> bytes:
    return b64decode(text.removeprefix("whsec_"))


def square(of: Callable[[str], str]) -> Change:
    """Signed for another URL than the one that came."""
    return lambda sent: sent.put(
        "x-square-hmacsha256-signature", b64encode(mac(sent, over=of(sent.url).encode() + sent.body)).decode()
    )


def hubspot(sent: Sent, *, t: str) -> Sent:
    made = mac(sent, over=b"POST" + sent.url.encode() + sent.body + t.encode())
    return sent.put("X-HubSpot-Request-Timestamp", t).put("X-HubSpot-Signature-v3", b64encode(made).decode())


def side_by_side(signature: str) -> str:
    """An ECDSA signature as two numbers of 32 bytes, as JOSE writes it."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    return b64encode(b"".join(number.to_bytes(32) for number in decode_dss_signature(b64decode(signature)))).decode()


def reencoded(to: Callable[[bytes], str]) -> Callable[[str], str]:
    return lambda text: to(b64decode(text))


Row = tuple[str, str, Change]
"""A provider, how its request was broken, and what does that."""


def named(cause: str, words: str, *rows: Row, outcome: str = "mismatch", likely: bool = False) -> tuple[Broken, ...]:
    """Rows whose mistake has one name, and whose fix says the same."""
    return tuple(Broken(provider, told, cause, words, change, outcome, likely) for provider, told, change in rows)
