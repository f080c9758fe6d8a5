"""HMAC signatures: what nine in ten providers send (RFC 2104)."""

import binascii
import hmac
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from whcli.errors import UsageError
from whcli.http import Request
from whcli.model import Secret, Verdict
from whcli.signing import claim, content
from whcli.signing.params import KeySource, Param, settings
from whcli.signing.slots import Slot

Encoding = Literal["hex", "base64", "HEX", "base64url", "base64 without padding"]
Key = Literal["text", "base64", "hex", "whsec"]

ENCODE: Mapping[Encoding, Callable[[bytes], bytes]] = {
    "hex": binascii.hexlify,
    "base64": lambda digest: binascii.b2a_base64(digest, newline=False),
    "HEX": lambda digest: binascii.hexlify(digest).upper(),
    "base64url": lambda digest: urlsafe_b64encode(digest).rstrip(b"="),
    "base64 without padding": lambda digest: binascii.b2a_base64(digest, newline=False).rstrip(b"="),
}


def _base64(text: bytes) -> bytes:
    return b64decode(text + b"=" * (-len(text) % 4), validate=True)  # keys are often shown without padding


KEY: Mapping[Key, Callable[[bytes], bytes]] = {
    "text": lambda text: text,
    "base64": _base64,
    "hex": binascii.unhexlify,
    "whsec": lambda text: _base64(text.removeprefix(b"whsec_")),
}
"""How the text of a secret becomes a key. Each raises ValueError for text of another form."""


class HmacScheme(NamedTuple):
    """A keyed hash of a request's content, in a slot of the same request."""

    signature: Slot
    signed: str = "{body}"
    """The template of what is signed; see content.py."""
    timestamp: Slot | None = None
    """Unix seconds in digits."""
    id: Slot | None = None
    algorithm: str = "sha256"
    encoding: Encoding = "hex"
    prefix: str = ""
    """Stands before the signature: `sha256=`."""
    key: Key = "text"
    tolerance: timedelta = claim.TOLERANCE
    digest: Slot | None = None
    """Holds the body's SHA-256 in hex, where that is signed in the body's stead and the body is no form."""
    when: tuple[Slot, bytes] | None = None
    """The slot and the value in it that tell that this scheme was used."""
    new: str = "{hex}"
    """The form of a new secret; `{hex}` and `{base64}` hold 32 random bytes, `{short}` 16 in hex."""

    note: str = ""
    needs_secret: bool = True
    params: tuple[Param, ...] = ()

    def bind(self, params: Mapping[str, str]) -> "HmacScheme":
        """The scheme with its params known."""
        settings(self.params, params)
        return self

    def key_source(self, request: Request) -> KeySource | None:  # noqa: ARG002 - none of these is fetched
        """None: the secret is given."""
        return None

    @property
    def timed(self) -> bool:
        """Whether a timestamp is part of what is signed."""
        return self.timestamp is not None

    @property
    def signs_url(self) -> bool:
        """Whether the URL is part of what is signed."""
        return content.signs_url(self.signed)

    def present(self, request: Request) -> bool:
        """Whether the request bears a signature of this scheme."""
        return claim.present(self, request)

    def verify(
        self, request: Request, *, secrets: Sequence[Secret], now: datetime, tolerance: timedelta | None = None
    ) -> Verdict:
        """What to think of the request's signature; never raises."""
        return claim.judge(self, request, self._match, secrets=secrets, now=now, tolerance=tolerance)

    def sign(self, request: Request, *, secret: Secret, now: datetime, id: str | None = None) -> Request:
        """The request signed as of now, in the place of an older signature. Raises UsageError."""
        self.check(secret)
        prepared, made = claim.prepare(self, request, now=now, id=id)
        try:
            (signature,) = self._signatures(prepared, made, [secret])
        except content.Unsignable as error:
            raise UsageError(str(error)) from error
        return self.signature.put(prepared, signature)

    def check(self, secret: Secret) -> None:
        """Raises UsageError for a secret that cannot be one of this scheme's; never shows it."""
        text = claim.check_text(secret)
        try:
            key = KEY[self.key](text)
        except ValueError:
            key = b""
        if not key:
            form = "whsec_ and base64" if self.key == "whsec" else self.key
            raise UsageError(f"The secret {secret.label} is not {form}.", hint="Copy it anew, whole, with its prefix.")

    def make_secret(self, entropy: bytes) -> str:
        """A new secret of the provider's own form, out of at least 32 random bytes."""
        seed = claim.seed(entropy)
        return self.new.format(hex=seed.hex(), short=seed[:16].hex(), base64=ENCODE["base64"](seed).decode())

    def describe(self) -> dict[str, str]:
        """The scheme in words, for a listing."""
        return claim.describe(self, algorithm=f"hmac-{self.algorithm}", encoding=self.encoding)

    def alternatives(self) -> "Iterator[tuple[str, str, HmacScheme]]":
        """The mistakes a signer may have made: cause, words for a sentence, and the scheme it then used."""
        for key in KEY:
            if key != self.key:
                yield "secret-decoding", f"taken as {key} rather than {self.key}", self._replace(key=key)
        for encoding in ENCODE:
            if encoding != self.encoding:
                yield (
                    "wrong-encoding",
                    f"written in {encoding} rather than {self.encoding}",
                    self._replace(encoding=encoding),
                )
        for algorithm in ("sha1", "sha256", "sha384", "sha512"):
            if algorithm != self.algorithm:
                yield (
                    "wrong-algorithm",
                    f"made with {algorithm} rather than {self.algorithm}",
                    self._replace(algorithm=algorithm),
                )

    def _match(self, request: Request, made: claim.Claim, secrets: Sequence[Secret]) -> Secret | None:
        for secret, expected in zip(secrets, self._signatures(request, made, secrets), strict=True):
            for candidate in made.signatures:
                if hmac.compare_digest(candidate, expected):
                    return secret
        return None

    def _signatures(self, request: Request, made: claim.Claim, secrets: Sequence[Secret]) -> list[bytes]:
        """What each of the secrets would write, in one pass over the body."""
        signed = content.content(self.signed, request, timestamp=made.timestamp, id=made.id)
        decode, encode, prefix = KEY[self.key], ENCODE[self.encoding], self.prefix.encode("ascii")
        keys = [decode(secret.value.encode("utf-8")) for secret in secrets]
        if isinstance(request.body, bytes):  # the listener's path: one call into OpenSSL, at half the cost
            message = b"".join(signed)
            return [prefix + encode(hmac.digest(key, message, self.algorithm)) for key in keys]
        macs = [hmac.new(key, digestmod=self.algorithm) for key in keys]
        for piece in signed:
            for mac in macs:
                mac.update(piece)
        return [prefix + encode(mac.digest()) for mac in macs]
