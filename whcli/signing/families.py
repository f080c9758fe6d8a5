"""Schemes that many providers share, to be named by what differs."""

from whcli.signing import FirstOf
from whcli.signing.encoding import Key
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Listed


def standard_webhooks(prefix: str = "webhook", *, key: Key = "whsec", new: str = "whsec_{base64}") -> SignatureScheme:
    """Standard Webhooks 1.0, symmetric: `v1,` in a list of signatures over id, time and body, as Svix began it."""
    return SignatureScheme(
        signature=Listed(f"{prefix}-signature", "v1"),
        timestamp=Header(f"{prefix}-timestamp"),
        id=Header(f"{prefix}-id"),
        signed="{id}.{timestamp}.{body}",
        encoding="base64",
        key=key,
        new=new,
    )


def websub() -> FirstOf:
    """The two headers of WebSub's kin (GitHub, Meta): SHA-1 counts only where SHA-256 is absent."""
    return FirstOf(
        (
            SignatureScheme(signature=Header("X-Hub-Signature-256"), prefix="sha256="),
            SignatureScheme(signature=Header("X-Hub-Signature"), prefix="sha1=", algorithm="hmac-sha1"),
        )
    )
