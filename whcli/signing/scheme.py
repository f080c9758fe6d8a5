"""The one scheme of signatures over content: a record of data, judged and signed by the same parts of itself."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from hmac import compare_digest
from typing import TYPE_CHECKING, Self

from whcli.errors import UsageError
from whcli.http import Body, Request
from whcli.model import Secret, Verdict
from whcli.signing import claim, content
from whcli.signing.age import expired, moment
from whcli.signing.encoding import KEY_WORDS, KEYS, SPELLINGS, Key, Spell, decode
from whcli.signing.mac import HASHES, MACS, Mac
from whcli.signing.params import KeySource, lacking, settings
from whcli.signing.reading import Refused
from whcli.signing.slots import fill

if TYPE_CHECKING:
    from whcli.signing.keypair import KeyPair

MISTAKEN_KEYS: tuple[Key, ...] = ("text", "base64", "hex", "whsec")
"""What a secret is mistaken for."""


class SignatureScheme(claim.Layout):  # no __slots__: what is worked out of the record once is kept beside it
    """A signature of a request's content, in a slot of the same request."""

    @property
    def timed(self) -> bool:
        """Whether a timestamp is part of what is signed."""
        return self.timestamp is not None

    @property
    def signs_url(self) -> bool:
        """Whether the URL is part of what is signed."""
        return content.signs_url(self.signed)

    @property
    def needs_secret(self) -> bool:
        """Whether nothing can be said without a secret; not so where the key is served."""
        return self.fetched is None

    @cached_property
    def _ready(self) -> "SignatureScheme":
        """The scheme with the params that have a default."""
        return self._bound({param.name: param.default for param in self.params if param.default is not None})

    @cached_property
    def _parts(self) -> tuple[content.Part, ...]:
        return content.parts(self.signed, self.parts)

    @cached_property
    def _prefix(self) -> bytes:
        return self.prefix.encode("utf-8")

    @cached_property
    def _headers(self) -> frozenset[bytes]:
        """The headers that carry more than one slot together, so that one pass finds them all; else none."""
        found = [slot.carried_by for slot in (self.signature, self.timestamp, self.id) if slot and slot.carried_by]
        return frozenset(found if len(found) > 1 else ())

    @cached_property
    def _allowed(self) -> float | None:
        """The tolerance in seconds."""
        return None if self.tolerance is None else self.tolerance.total_seconds()

    @cached_property
    def _note(self) -> str:
        return f" {self.note}" if self.note else ""

    @cached_property
    def _spelled(self) -> tuple[Spell, Spell | None, bool]:
        """How a signature is written, what makes its texts equal, and whether all keys sign the same message."""
        encode, fold = SPELLINGS[self.encoding]
        return encode, fold, self.algorithm.startswith("hmac-")

    @cached_property
    def _mac(self) -> Mac | None:
        return MACS.get(self.algorithm)

    @cached_property
    def _pair(self) -> "KeyPair":
        from whcli.signing.keypair import KEY_PAIRS

        return KEY_PAIRS[self.algorithm]

    def bind(self, params: Mapping[str, str]) -> Self:
        """The scheme with its params known. Raises UsageError for a name unknown or missing."""
        return self._bound(settings(self.params, params))

    def _bound(self, known: Mapping[str, str]) -> Self:
        if not known:
            return self
        return self._replace(
            signature=self.signature.bind(known),
            timestamp=self.timestamp.bind(known) if self.timestamp is not None else None,
            id=self.id.bind(known) if self.id is not None else None,
            only=(self.only[0], fill(self.only[1], known)) if self.only is not None else None,
            signed=fill(self.signed, {name: _literal(value) for name, value in known.items()}),
            prefix=fill(self.prefix, known),
            params=tuple(param for param in self.params if param.name not in known),
        )

    def key_source(self, request: Request) -> KeySource | None:
        """Where the key of the request is served; None where it names no place that is allowed."""
        return self.fetched.source(request) if self.fetched is not None else None

    def present(self, request: Request) -> bool:
        """Whether the request bears a signature of this scheme."""
        return claim.present(self._ready if self.params else self, request)

    def verify(
        self, request: Request, *, secrets: Sequence[Secret], now: datetime, tolerance: timedelta | None = None
    ) -> Verdict:
        """What to think of the request's signature: itself first, then its age, as an old forgery is a forgery."""
        if self.params:
            unknown = lacking(self.params, secrets)
            return unknown or self._ready.verify(request, secrets=secrets, now=now, tolerance=tolerance)
        try:
            made = claim.read(self, self._prefix, self._headers, request)
            if self.fetched is not None:
                self.fetched.place(request)
            if not secrets:
                return self._keyless(request)
            secret = self._match(request, made, secrets)
            if secret is not None and self.only is not None:
                claim.check_address(self, request)
        except Refused as refused:
            return refused.verdict
        signed_at = moment(made.seconds) if self.timestamp is not None else None
        if secret is None:
            return claim.mismatch(secrets, signed_at)
        late = self._pair.lapsed(secret.value, now) if self._mac is None else None
        allowed = self._allowed if tolerance is None else tolerance.total_seconds()
        if self.timestamp is not None and allowed is not None and abs(now.timestamp() - made.seconds) > allowed:
            late = late or expired(request, made.seconds, now, allowed)
        if late is not None:
            return late._replace(signed_at=signed_at, secret_label=secret.label)
        return Verdict("valid", f"Signed with {secret.label}.{self._note}", None, None, signed_at, secret.label)

    def sign(self, request: Request, *, secret: Secret, now: datetime, id: str | None = None) -> Request:
        """The request signed as of now, in the place of an older signature. Raises UsageError."""
        if self.params:
            return self.bind({}).sign(request, secret=secret, now=now, id=id)
        self.check(secret)
        prepared, made = claim.prepare(self, request, now=now, id=id)
        try:
            signature = self._made(secret, prepared, made)
        except Refused as refused:
            raise UsageError(refused.phrase) from refused
        return self.signature.put(prepared, self._prefix + SPELLINGS[self.encoding].encode(signature))

    def check(self, secret: Secret) -> None:
        """Raises UsageError for a secret that cannot be one of this scheme's; never shows it."""
        text = claim.check_text(secret)
        if self._mac is None:
            if not self._pair.public(secret.value):
                hint = "copy the key whole, as the provider shows it: PEM, base64 or hex"
                raise UsageError(f"the secret {secret.label} is no {self._pair.words} key in PEM or base64", hint=hint)
            return
        try:
            key = KEYS[self.key](text)
        except ValueError:
            key = b""
        if not key:
            form = KEY_WORDS.get(self.key, self.key)
            raise UsageError(f"the secret {secret.label} is not {form}", hint="copy it anew, whole, with its prefix")

    def make_secret(self, entropy: bytes) -> str:
        """A new secret of the provider's own form, out of at least 32 random bytes; a private key for key pairs."""
        seed = claim.seed(entropy)
        if not self.new and self._mac is None:
            return self._pair.new(seed)
        written = SPELLINGS["base64"].encode(seed).decode()
        return (self.new or "{hex}").format(hex=seed.hex(), short=seed[:16].hex(), base64=written)

    def public_key(self, secret: Secret) -> str | None:
        """The public half of a key as the provider shows it; None for a shared secret. Raises UsageError."""
        if self._mac is not None:
            return None
        self.check(secret)
        return self._pair.shown(secret.value, self.public)

    def describe(self) -> dict[str, str]:
        """The scheme in words, for a listing."""
        return claim.describe(self._ready)

    def alternatives(self) -> "Iterator[tuple[str, str, SignatureScheme]]":
        """The mistakes a signer may have made: cause, words for a sentence, and the scheme it then used."""
        if self._mac is None:
            return
        for key in MISTAKEN_KEYS:
            if key != self.key:
                yield "secret-decoding", f"taken as {key} rather than {self.key}", self._replace(key=key)
        for encoding in SPELLINGS:
            if encoding != self.encoding:
                told = f"written in {encoding} rather than {self.encoding}"
                yield "wrong-encoding", told, self._replace(encoding=encoding)
        for hashed in HASHES:
            algorithm = self.algorithm.replace(self._mac.hash, hashed)
            if hashed != self._mac.hash:
                told = f"made with {hashed} rather than {self._mac.hash}"
                yield "wrong-algorithm", told, self._replace(algorithm=algorithm)

    def _keyless(self, request: Request) -> Verdict:
        source = self.key_source(request)
        place = f" from {source.url}" if source else ""
        fix = "Fetch it with `whcli verify ID`, or give it with --secret file:PATH."
        return Verdict("unchecked", f"The key was not fetched{place}, so nothing was checked.", fix=fix)

    def _match(self, request: Request, made: claim.Claim, secrets: Sequence[Secret]) -> Secret | None:
        """Which of the secrets made one of the claim's signatures."""
        if self._mac is None:
            message = self._message(request, made)
            raws = [raw for text in made.signatures if (raw := decode(text, self.encoding))]
            tried = ((secret, raw) for secret in secrets for raw in raws)
            return next((secret for secret, raw in tried if self._pair.verifies(secret.value, raw, message)), None)
        encode, fold, keyed = self._spelled
        candidates = [fold(text) for text in made.signatures] if fold is not None else made.signatures
        message = self._message(request, made) if keyed else b""
        mac, form = self._mac, self.key
        for secret in secrets:
            text = secret.value.encode("utf-8")
            try:
                make = mac.keyed(mac.hash, form, text)
            except ValueError:
                continue  # it is for another of the provider's schemes
            expected = encode(make(message if keyed else self._message(request, made, text)))
            for candidate in candidates:
                if compare_digest(candidate, expected):
                    return secret
        return None

    def _made(self, secret: Secret, request: Request, made: claim.Claim) -> bytes:
        """The signature by a secret. Raises UsageError for a public key, and Refused."""
        text = secret.value.encode("utf-8")
        if self._mac is not None:
            return self._mac.make(self.key, text)(self._message(request, made, text))
        signature = self._pair.sign(secret.value, self._message(request, made))
        if signature is None:
            told = f"the secret {secret.label} is a public key, which verifies; signing needs the private key"
            raise UsageError(told, hint="whcli secret generate --provider NAME makes a pair of your own")
        return signature

    def _message(self, request: Request, made: claim.Claim, secret: bytes = b"") -> Body:
        return content.message(self._parts, request, timestamp=made.timestamp, id=made.id, secret=secret)


def _literal(value: str) -> str:
    """A setting as a template's literal."""
    if "{" in value or "}" in value:
        raise UsageError("a param may not hold braces")
    return value
