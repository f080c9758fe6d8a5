"""A scheme in a few words, for those who choose among two hundred: what kind of proof, and of what."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

KINDS = (
    ("none", "none"),
    ("the secret is compared", "token"),
    ("hmac-", "HMAC"),
    ("ed25519", "Ed25519"),
    ("ecdsa", "ECDSA"),
    ("rsa", "RSA"),
    ("md5", "keyed hash"),
    ("sha", "keyed hash"),
)
"""How the names of algorithms begin, and the kind that they are of; what is not here is one of RFC 7518."""
FIELDS = {
    "id": ("{id}",),
    "time": (),
    "URL": ("{url", "{path", ": URL", ": path", "path,"),
    "body": ("{body}", "{params}", ": body", ", body"),
}
"""What may be covered, and what of a description tells that it is."""


class Family(NamedTuple):
    """What schemes have in common."""

    kind: str
    """`HMAC`, `JWT`, `token`, …"""
    covered: tuple[str, ...] = ()
    """Of id, time, URL and body those that are signed; `fields` for parts of a body, nothing for a credential."""

    def __str__(self) -> str:
        *first, last = self.covered or ("",)
        told = " and ".join(filter(None, (", ".join(first), last)))
        return f"{self.kind} of {told}" if told else self.kind


def family(words: Mapping[str, str]) -> Family:
    """The family of a scheme that describes itself in these words: see Scheme.describe."""
    algorithm, value = words["algorithm"], words["value"]
    if "password" in value and "token" not in value:
        return Family("basic auth")
    kind = next((kind for begin, kind in KINDS if algorithm.startswith(begin)), "JWS" if ".." in value else "JWT")
    if kind in ("none", "token"):
        return Family(kind)
    covered = tuple(_covered(words))
    whole = kind == "JWT" or "body" in covered or "URL" in covered
    return Family(kind, covered if whole else (*covered, "fields"))


def _covered(words: Mapping[str, str]) -> Iterator[str]:
    for name, marks in FIELDS.items():
        if any(mark in words["signed"] for mark in marks) or (name == "time" and "timestamp" in words):
            yield name
