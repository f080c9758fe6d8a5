"""A detached JWS (RFC 7515, appendix F): a token without its payload, which the request itself is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from whcli.http import Request
from whcli.model import Secret, Verdict
from whcli.signing import claim
from whcli.signing.age import span, too_far
from whcli.signing.credential import absent
from whcli.signing.params import KeySource, Param, settings
from whcli.signing.slots import Header, Slot

if TYPE_CHECKING:
    from whcli.signing.jws import Token

Payloads = Callable[[Request, Mapping[str, Any]], Sequence[bytes]]


class DetachedScheme(NamedTuple):
    """`header..signature` in a slot of the request; the header tells which headers are covered."""

    signature: Slot
    payloads: Payloads
    """What may be signed of a request, given the token's header; none where the header says nothing of use."""
    header: Mapping[str, str]
    """What a token made here says beside `alg` and `kid`; a received one says at least the first two the same."""
    timestamp: Header
    """Holds the time of sending in ISO 8601; one of the headers covered."""
    key_urls: tuple[str, ...]
    """Where keys may lie: the only values of `jku` that are followed."""
    algorithms: tuple[str, ...] = ("ES512",)
    tolerance: timedelta = timedelta(minutes=5)
    note: str = ""
    params: tuple[Param, ...] = ()
    timed: bool = True
    signs_url: bool = False
    """Path and method are covered, as they came; the host is not, so none has to be known."""
    needs_secret: bool = False

    def bind(self, params: Mapping[str, str]) -> "DetachedScheme":
        """The same. Raises UsageError for any param."""
        settings(self.params, params)
        return self

    def key_source(self, request: Request) -> KeySource | None:
        """The set of keys that the token names, if it is one of those known."""
        token = self._read(request)
        named = None if isinstance(token, Verdict) else token.header.get("jku")
        return KeySource(named, "jwks") if named else None

    def present(self, request: Request) -> bool:
        """Whether the request bears a token here."""
        return bool(self.signature.lines(request))

    def verify(
        self, request: Request, *, secrets: Sequence[Secret], now: datetime, tolerance: timedelta | None = None
    ) -> Verdict:
        """What to think of the token: its signature, then its age; never raises."""
        from whcli.signing import jwk, jws

        token = self._read(request)
        if isinstance(token, Verdict):
            return token
        times = self.timestamp.lines(request)
        signed_at = _moment(times[0]) if len(times) == 1 else None
        if signed_at is None:
            return _malformed(f"{self.timestamp.name} is not one time in ISO 8601.")
        if not secrets:
            fix = "Let it be fetched, or give it as --secret file:jwks.json."
            return Verdict("unchecked", "The key that the token names is not at hand, so nothing was checked.", fix=fix)
        for payload in self.payloads(request, token.header):
            signed = token._replace(signed=token.signed + jwk.encoded(payload).encode())
            secret = jws.maker(signed, secrets)
            if secret is not None:
                allowed = tolerance if tolerance is not None else self.tolerance
                late = too_far(request, int(signed_at.timestamp()), now, allowed)
                verdict = late or Verdict("valid", f"Signed with {secret.label}. {self.note}".rstrip())
                return verdict._replace(signed_at=signed_at, secret_label=secret.label)
        return claim.mismatch(secrets, signed_at)

    def _read(self, request: Request) -> "Token | Verdict":
        """The token, `signed` cut where the payload belongs; or why there is none to check."""
        from whcli.signing import jws

        lines = self.signature.lines(request)
        if len(lines) != 1:
            return absent(self.signature, len(lines))
        try:
            token = jws.read(lines[0], algorithms=self.algorithms, own_keys=("jwk", "x5c", "x5u"))
        except jws.BadToken as bad:
            return _malformed(f"What {self.signature.where} holds {bad}.")
        if token.payload:
            return _malformed("The token brings a payload of its own; the request is to be its payload.")
        if "jku" in token.header and token.header["jku"] not in self.key_urls:
            return _malformed("The token names a place for its key that is not the provider's.")
        if not self.payloads(request, token.header):
            return _malformed("The token does not tell which headers it covers, or the time is not among them.")
        return token

    def sign(self, request: Request, *, secret: Secret, now: datetime, id: str | None = None) -> Request:  # noqa: ARG002
        """The request with a token made now, in the place of an older one. Raises UsageError.

        The token names no place for its key: it would be the provider's, where the key of a test is not found.
        """
        from whcli.signing import jws

        key = jws.signing_key(secret, self.algorithms)
        seconds = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        request = self.timestamp.put(self.signature.blank(request), seconds)
        header = {"alg": self.algorithms[0], "kid": key.id or "whcli", **self.header}
        front, _, signature = jws.write(header, self.payloads(request, header)[0], key).split(".")
        return self.signature.put(request, f"{front}..{signature}".encode())

    def check(self, secret: Secret) -> None:
        """Raises UsageError for what is no key of these algorithms; never shows it."""
        from whcli.signing import jws

        jws.check(secret, self.algorithms)

    def make_secret(self, entropy: bytes) -> str:
        """A new private key as a JWK, out of at least 32 random bytes."""
        from whcli.signing import jws

        return jws.make_secret(entropy, self.algorithms)

    def public_key(self, secret: Secret) -> str | None:
        """The public half, for the receiver."""
        from whcli.signing import jws

        return jws.public_key(secret)

    def describe(self) -> dict[str, str]:
        """The scheme in words, for a listing."""
        return {
            "signature": self.signature.name,
            "value": self.signature.shape("<header>..<signature>"),
            "algorithm": " or ".join(self.algorithms),
            "signed": "method, path, headers that it names, body",
            "encoding": "base64url",
            "timestamp": f"{self.timestamp.name}: <ISO 8601>",
            "tolerance": span(self.tolerance.total_seconds()),
        }

    def alternatives(self) -> "Iterator[tuple[str, str, DetachedScheme]]":
        """None: a key pair leaves a signer no choice that shows in the request."""
        yield from ()


def _moment(text: bytes) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.decode("ascii"))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None


def _malformed(reason: str) -> Verdict:
    return Verdict("malformed", reason, "malformed-header", "Compare the token with what the provider documents.")
