"""How bytes are spelled as text: signatures both ways, and the secrets that are keys in disguise.

One signature has exactly one text that is accepted, unless the provider's own rule says otherwise.
"""

import binascii
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

Encoding = Literal["hex", "HEX", "hex or HEX", "base64", "base64url", "base64 without padding"]
Key = Literal["text", "base64", "hex", "whsec", "whsec or text", "after colon", "sha1", "NFKD"]


Spell = Callable[[bytes], bytes]


class Spelling(NamedTuple):
    """One encoding."""

    encode: Spell
    fold: Spell | None = None
    """What makes the texts of one signature equal, where there is more than one."""


SPELLINGS: Mapping[Encoding, Spelling] = {
    "hex": Spelling(binascii.hexlify),
    "base64": Spelling(lambda digest: binascii.b2a_base64(digest, newline=False)),
    "HEX": Spelling(lambda digest: binascii.hexlify(digest).upper()),
    "hex or HEX": Spelling(binascii.hexlify, bytes.lower),
    "base64url": Spelling(lambda digest: urlsafe_b64encode(digest).rstrip(b"=")),
    "base64 without padding": Spelling(lambda digest: binascii.b2a_base64(digest, newline=False).rstrip(b"=")),
}


def decode(text: bytes, encoding: Encoding) -> bytes:
    """The signature that is spelled so, or nothing for another spelling of it."""
    encode, fold = SPELLINGS[encoding]
    folded = fold(text) if fold else text
    try:
        if "hex" in encoding.lower():
            decoded = binascii.unhexlify(folded)
        else:
            plain = folded.translate(URL_SAFE) if encoding == "base64url" else folded
            decoded = b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except ValueError:
        return b""
    return decoded if encode(decoded) == folded else b""


URL_SAFE = bytes.maketrans(b"-_", b"+/")


def _base64(text: bytes) -> bytes:
    return b64decode(text + b"=" * (-len(text) % 4), validate=True)  # keys are often shown without padding


def _whsec(text: bytes) -> bytes:
    return _base64(text.removeprefix(b"v1,").removeprefix(b"whsec_"))


def _sha1(text: bytes) -> bytes:
    from hashlib import sha1

    return sha1(text, usedforsecurity=False).digest()


def _nfkd(text: bytes) -> bytes:
    from unicodedata import normalize

    return normalize("NFKD", text.decode("utf-8")).encode()


KEYS: Mapping[Key, Callable[[bytes], bytes]] = {
    "text": lambda text: text,
    "base64": _base64,
    "hex": binascii.unhexlify,
    "whsec": _whsec,
    "whsec or text": lambda text: _whsec(text) if text.startswith(b"whsec_") else text,
    "after colon": lambda text: text.rpartition(b":")[2],
    "sha1": _sha1,
    "NFKD": _nfkd,
}
"""How the text of a secret becomes a key. Each raises ValueError for text of another form."""

KEY_WORDS: Mapping[Key, str] = {"whsec": "whsec_ and base64", "after colon": "NAME:SECRET", "NFKD": "text"}
"""What a secret's form is called where its name is not enough."""
