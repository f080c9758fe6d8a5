"""Credentials: a secret that is sent along, or nothing at all. They tell who sends, never what was sent."""

import hmac
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal, NamedTuple

from whcli.errors import UsageError
from whcli.http import Request
from whcli.model import Secret, Verdict
from whcli.outgoing import FIELD
from whcli.signing import claim
from whcli.signing.params import KeySource, Param, settings
from whcli.signing.slots import Header, Slot

Form = Literal["text", "bearer", "basic", "basic or bearer", "sha256"]

BODY_UNCOVERED = "The body is not covered by it."


def _basic(text: bytes) -> bytes:
    return b"Basic " + b64encode(text)


def _bearer(text: bytes) -> bytes:
    return b"Bearer " + text


FORMS: Mapping[Form, tuple[Callable[[bytes], bytes], str, str]] = {
    "text": (lambda text: text, "<token>", "token"),
    "bearer": (_bearer, "Bearer <token>", "token"),
    "basic": (_basic, "Basic <base64 of user:password>", "user:password"),
    "basic or bearer": (
        lambda text: _basic(text) if b":" in text else _bearer(text),
        "Basic <base64 of user:password>, or Bearer <token>",
        "user:password or token",
    ),
    "sha256": (lambda text: sha256(text).hexdigest().encode(), "<SHA-256 of user:password in hex>", "user:password"),
}
"""What is written for a secret (RFC 7617, 2; RFC 6750, 2.1), that in words, and what the secret is."""


def _filled(secret: Secret) -> bool:
    """Whether there is a secret: an empty one would be found in an empty header."""
    return bool(secret.value.strip())


class CredentialScheme(NamedTuple):
    """The secret itself, or a text made of it alone, in a slot of each request."""

    signature: Slot
    form: Form = "text"
    note: str = BODY_UNCOVERED
    params: tuple[Param, ...] = ()
    """Names of headers that the user chooses; each has a default."""
    new: str = "{hex}"
    """The form of a new secret; `{hex}` holds 32 random bytes, `{short}` 16."""

    timed: bool = False
    signs_url: bool = False
    needs_secret: bool = True

    def bind(self, params: Mapping[str, str]) -> "CredentialScheme":
        """The scheme with its header known. Raises UsageError for another param, or what cannot be a header."""
        known = settings(self.params, params)
        return self._replace(signature=self.signature.bind(known), params=()) if known else self

    @property
    def _ready(self) -> "CredentialScheme":
        """The scheme with the header that is usual, where the user names none."""
        return self.bind({}) if self.params else self

    def key_source(self, request: Request) -> KeySource | None:  # noqa: ARG002 - as all schemes
        """None: the secret is given."""
        return None

    def present(self, request: Request) -> bool:
        """Whether the request bears a credential here."""
        return bool(self._ready.signature.lines(request))

    def verify(
        self,
        request: Request,
        *,
        secrets: Sequence[Secret],
        now: datetime,  # noqa: ARG002 - as all schemes
        tolerance: timedelta | None = None,  # noqa: ARG002 - the same
    ) -> Verdict:
        """Whether the credential is one of the secrets; never raises."""
        slot = self._ready.signature
        lines = slot.lines(request)
        if len(lines) != 1:
            return absent(slot, len(lines))
        write = FORMS[self.form][0]
        for secret in filter(_filled, secrets):
            if hmac.compare_digest(lines[0], write(secret.value.encode("utf-8", "backslashreplace"))):
                reason = f"{slot.name} holds {secret.label}. {self.note}".rstrip()
                return Verdict("valid", reason, secret_label=secret.label)
        labels = ", ".join(secret.label for secret in secrets)
        fix = "Compare the secret with the one that was given to the provider for this endpoint."
        return Verdict("mismatch", f"What {slot.where} holds is not {labels}.", "wrong-secret", fix)

    def sign(
        self,
        request: Request,
        *,
        secret: Secret,
        now: datetime,  # noqa: ARG002 - as all schemes
        id: str | None = None,  # noqa: ARG002 - the same
    ) -> Request:
        """The request with the credential, in the place of an older one. Raises UsageError."""
        self.check(secret)
        value = FORMS[self.form][0](secret.value.encode("utf-8"))
        slot = self._ready.signature
        if isinstance(slot, Header) and (value.strip() != value or value.translate(None, FIELD)):
            raise UsageError(f"the secret {secret.label} cannot stand in a header: a space or line end is around it")
        return slot.put(request, value)

    def check(self, secret: Secret) -> None:
        """Raises UsageError for what cannot be a secret of this form; never shows it."""
        text = claim.check_text(secret)
        form = FORMS[self.form][2]
        if form == "user:password" and b":" not in text:
            raise UsageError(f"the secret {secret.label} is not {form}", hint="write both, with a colon between")

    def make_secret(self, entropy: bytes) -> str:
        """A new secret of this form, out of at least 32 random bytes."""
        seed = claim.seed(entropy)
        made = self.new.format(hex=seed.hex(), short=seed[:16].hex())
        return f"whcli:{made}" if FORMS[self.form][2] == "user:password" else made

    def public_key(self, secret: Secret) -> str | None:  # noqa: ARG002 - as all schemes
        """None: there is no key pair."""
        return None

    def describe(self) -> dict[str, str]:
        """The scheme in words, for a listing."""
        return {
            "signature": self._ready.signature.name,
            "value": self._ready.signature.shape(FORMS[self.form][1]),
            "algorithm": "the secret is compared",
            "signed": "nothing",
            "encoding": "base64" if self.form == "basic" else "hex" if self.form == "sha256" else "plain",
        }

    def alternatives(self) -> "Iterator[tuple[str, str, CredentialScheme]]":
        """The secret as another kind of credential."""
        for form, (_, shape, _) in FORMS.items():
            if form not in (self.form, "basic or bearer"):
                yield "wrong-prefix", f"written as {shape} rather than {FORMS[self.form][1]}", self._replace(form=form)


def absent(slot: Slot, times: int) -> Verdict:
    """The verdict where a slot is empty or said more than once: libraries differ on which one counts."""
    if not times:
        fix = "Check that the sender signs, and that no proxy between drops what it sends."
        return Verdict("missing", f"There is no {slot.name}.", "missing-header", fix)
    fix = "Send it once; a proxy or middleware between may have added the second."
    return Verdict("malformed", f"{slot.name} is there {times} times.", "malformed-header", fix)


class Unsigned(NamedTuple):
    """No proof at all: whoever knows the URL may call it."""

    note: str = "This provider signs nothing."

    params: tuple[Param, ...] = ()
    timed: bool = False
    signs_url: bool = False
    needs_secret: bool = False

    def bind(self, params: Mapping[str, str]) -> "Unsigned":
        """The same. Raises UsageError for any param."""
        settings(self.params, params)
        return self

    def key_source(self, request: Request) -> KeySource | None:  # noqa: ARG002 - as all schemes
        """None: there is no key."""
        return None

    def present(self, request: Request) -> bool:  # noqa: ARG002 - as all schemes
        """Never."""
        return False

    def verify(
        self,
        request: Request,  # noqa: ARG002 - as all schemes
        *,
        secrets: Sequence[Secret],  # noqa: ARG002 - the same
        now: datetime,  # noqa: ARG002 - the same
        tolerance: timedelta | None = None,  # noqa: ARG002 - the same
    ) -> Verdict:
        """Always `unchecked`."""
        fix = "Keep the URL to yourself: give the endpoint a path that cannot be guessed."
        return Verdict("unchecked", f"{self.note} So nothing was checked.", fix=fix)

    def sign(
        self,
        request: Request,
        *,
        secret: Secret,  # noqa: ARG002 - as all schemes
        now: datetime,  # noqa: ARG002 - the same
        id: str | None = None,  # noqa: ARG002 - the same
    ) -> Request:
        """The request as it is."""
        return request

    def check(self, secret: Secret) -> None:
        """Raises UsageError: a secret given here would be thought to be checked."""
        raise UsageError(
            f"this provider signs nothing: the secret {secret.label} would not be looked at", hint="leave it out"
        )

    def make_secret(self, entropy: bytes) -> str:  # noqa: ARG002 - as all schemes
        """Raises UsageError: there is no secret to make."""
        raise UsageError("this provider signs nothing: there is no secret to make")

    def public_key(self, secret: Secret) -> str | None:  # noqa: ARG002 - as all schemes
        """None: there is no key pair."""
        return None

    def describe(self) -> dict[str, str]:
        """The scheme in words, for a listing."""
        return {"signature": "none", "value": "none", "algorithm": "none", "signed": "nothing", "encoding": "none"}

    def alternatives(self) -> "Iterator[tuple[str, str, Unsigned]]":
        """None."""
        yield from ()
