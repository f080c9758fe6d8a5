"""What a request claims of its signature: read strictly, judged, written. All schemes share it.

A claim is read without believing it. Whatever a sender may write ends in a verdict, never in an exception: a
header said twice is malformed for every provider and in either order, since libraries differ on which one counts.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple, Protocol

from whcli.errors import UsageError
from whcli.http import Request, pieces
from whcli.model import Secret, Verdict
from whcli.signing import content
from whcli.signing.age import moment, span, too_far
from whcli.signing.slots import Slot, is_form

MOST_SIGNATURES = 32
"""Signatures tried of one request; more are not looked at, so that a hostile header costs little."""
TOLERANCE = timedelta(minutes=5)
"""How far a signed timestamp may be from now: the default of Stripe, Slack and Standard Webhooks."""
LONGEST_TIMESTAMP = 12
"""Digits; enough for the year 33658."""
FINER = {13: "milliseconds", 16: "microseconds", 19: "nanoseconds"}
"""What a timestamp of so many digits counts, in this century."""


class Layout(Protocol):
    """Where a scheme keeps what it reads and writes."""

    @property
    def signature(self) -> Slot:
        """Holds the signatures."""
        ...

    @property
    def signed(self) -> str:
        """The template of what is signed; see content.py."""
        ...

    @property
    def timestamp(self) -> Slot | None:
        """Holds Unix seconds in digits."""
        ...

    @property
    def id(self) -> Slot | None:
        """Holds the event's id."""
        ...

    @property
    def prefix(self) -> str:
        """Stands before each signature."""
        ...

    @property
    def tolerance(self) -> timedelta:
        """How far a timestamp may be from now, on either side."""
        ...

    @property
    def digest(self) -> Slot | None:
        """Holds the body's SHA-256 in hex, where that is signed in the body's stead and the body is no form."""
        ...

    @property
    def when(self) -> tuple[Slot, bytes] | None:
        """The slot and the value in it that tell that this scheme was used."""
        ...


class Refused(Exception):
    """A claim that cannot be checked, with the verdict on it; never leaves this module."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason)
        self.verdict = verdict


class Claim(NamedTuple):
    """What the slots of a request hold."""

    signatures: Sequence[bytes] = ()
    timestamp: bytes = b""
    id: bytes = b""


Match = Callable[[Request, Claim, Sequence[Secret]], Secret | None]
"""Which of the secrets made one of the claim's signatures. May raise content.Unsignable."""


def judge(  # noqa: PLR0913 - the scheme, and the arguments of its verify
    layout: Layout,
    request: Request,
    match: Match,
    *,
    secrets: Sequence[Secret],
    now: datetime,
    tolerance: timedelta | None,
) -> Verdict:
    """The verdict on a request: the signature first, then its age, as an old forgery is a forgery."""
    try:
        claim = read(layout, request)
    except Refused as refused:
        return refused.verdict
    signed_at = moment(claim.timestamp)
    try:
        secret = match(request, claim, secrets)
    except content.Unsignable as error:
        return Verdict("malformed", str(error), "malformed-header", signed_at=signed_at)
    if secret is None:
        return mismatch(secrets, signed_at)
    if layout.timestamp is not None:
        late = too_far(request, int(claim.timestamp), now, tolerance if tolerance is not None else layout.tolerance)
        if late is not None:
            return late._replace(signed_at=signed_at, secret_label=secret.label)
    return Verdict("valid", f"Signed with {secret.label}.", signed_at=signed_at, secret_label=secret.label)


def read(layout: Layout, request: Request) -> Claim:
    """The claim of a request. Raises Refused for one that makes none that could be checked."""
    signatures = _signatures(layout, request)
    timestamp = _one(layout.timestamp, request) if layout.timestamp is not None else b""
    if layout.timestamp is not None and not (timestamp.isdigit() and len(timestamp) <= LONGEST_TIMESTAMP):
        raise Refused(_bad_timestamp(layout.timestamp, timestamp))
    named = _one(layout.id, request) if layout.id is not None else b""
    if layout.digest is not None and not is_form(request) and _one(layout.digest, request) != _digest(request):
        reason = f"The body is not the one whose SHA-256 is in {layout.digest.where}."
        fix = "Compare the bytes received with those sent; nothing between may rewrite the body."
        raise Refused(Verdict("mismatch", reason, "unknown", fix))
    return Claim(signatures, timestamp, named)


def _signatures(layout: Layout, request: Request) -> list[bytes]:
    slot, prefix = layout.signature, layout.prefix.encode("ascii")
    signatures = [value for value in _values(slot, request) if value.startswith(prefix)]
    if not signatures:
        reason = f"{layout.prefix} is missing before the signature in {slot.where}."
        fix = f"Send it as {slot.name}: {slot.shape(layout.prefix + '…')}"
        raise Refused(Verdict("malformed", reason, "wrong-prefix", fix))
    return signatures[:MOST_SIGNATURES]


def _values(slot: Slot, request: Request) -> list[bytes]:
    lines = slot.lines(request)
    if not lines:
        fix = "Check that the sender signs, and that no proxy between drops what it sends."
        raise Refused(Verdict("missing", f"There is no {slot.name}.", "missing-header", fix))
    if len(lines) > 1:
        fix = "Send it once; a proxy or middleware between may have added the second."
        raise Refused(Verdict("malformed", f"{slot.name} is there {len(lines)} times.", "malformed-header", fix))
    values = slot.split(lines[0])
    if not any(values):
        fix = f"Send it as {slot.name}: {slot.shape('…')}"
        raise Refused(Verdict("malformed", f"There is no value for {slot.where}.", "malformed-header", fix))
    return values


def _one(slot: Slot, request: Request) -> bytes:
    values = _values(slot, request)
    if len(values) > 1:
        raise Refused(Verdict("malformed", f"There are {len(values)} values for {slot.where}.", "malformed-header"))
    return values[0]


def _bad_timestamp(slot: Slot, timestamp: bytes) -> Verdict:
    fix = "Sign with the time in whole seconds since 1970."
    if timestamp.isdigit() and len(timestamp) in FINER:
        reason = f"The timestamp in {slot.where} counts {FINER[len(timestamp)]}; seconds are meant."
        return Verdict("malformed", reason, "timestamp-unit", fix)
    reason = f"The timestamp in {slot.where} is not a number of seconds in digits."
    return Verdict("malformed", reason, "malformed-header", fix)


def _digest(request: Request) -> bytes:
    hashed = sha256()
    for piece in pieces(request.body):
        hashed.update(piece)
    return hashed.hexdigest().encode()


def mismatch(secrets: Sequence[Secret], signed_at: datetime | None) -> Verdict:
    """The verdict on a signature that none of the secrets made, before anyone looks for the cause."""
    labels = ", ".join(secret.label for secret in secrets)
    reason = f"The signature is not one that {labels} makes over the bytes received."
    fix = "Compare the secret with the one that the provider shows for this endpoint."
    return Verdict("mismatch", reason, "wrong-secret", fix, signed_at)


def present(layout: Layout, request: Request) -> bool:
    """Whether the request bears a signature of this layout."""
    if layout.when is not None:
        slot, wanted = layout.when
        if not any(wanted in slot.split(line) for line in slot.lines(request)):
            return False
    return bool(layout.signature.lines(request))


def prepare(layout: Layout, request: Request, *, now: datetime, id: str | None) -> tuple[Request, Claim]:
    """The request with all but the signature written, and what is to be signed with it.

    An id that is not given is the request's own, or else made from its content and time. Raises UsageError.
    """
    given = id.encode("utf-8", "backslashreplace") if id is not None else _own_id(layout, request)
    if not _visible(given):
        raise UsageError("An event id is written in a header: it may hold visible ASCII characters only.")
    timestamp = str(int(now.timestamp())).encode()
    for slot in (layout.signature, layout.timestamp, layout.id):
        request = slot.blank(request) if slot is not None else request
    if layout.digest is not None and not is_form(request):
        request = layout.digest.put(request, _digest(request))
    if layout.when is not None:
        request = layout.when[0].put(request, layout.when[1])
    if layout.id is not None:
        given = given or b"msg_" + _digest(request)[:24] + timestamp
        request = layout.id.put(request, given)
    if layout.timestamp is not None:
        request = layout.timestamp.put(request, timestamp)
    return request, Claim((), timestamp, given)


def _own_id(layout: Layout, request: Request) -> bytes:
    lines = layout.id.lines(request) if layout.id is not None else []
    return lines[0] if len(lines) == 1 and _visible(lines[0]) else b""


def _visible(text: bytes) -> bool:
    return all(ord("!") <= byte <= ord("~") for byte in text)


def describe(layout: Layout, *, algorithm: str, encoding: str) -> dict[str, str]:
    """The layout in words, for a listing."""
    words = {
        "signature": layout.signature.name,
        "value": layout.signature.shape(f"{layout.prefix}<{encoding}>"),
        "algorithm": algorithm,
        "signed": layout.signed,
        "encoding": encoding,
    }
    if layout.timestamp is not None:
        name = layout.timestamp.name
        words["timestamp"] = f"{name}: {layout.timestamp.shape('<unix seconds>')}"
        words["tolerance"] = span(layout.tolerance.total_seconds())
    if layout.id is not None:
        words["id"] = layout.id.name
    return words


def check_text(secret: Secret) -> bytes:
    """The secret's text as bytes. Raises UsageError, without a word of its value, for one that cannot be."""
    if not secret.value or not secret.value.strip():
        raise UsageError(f"The secret {secret.label} is empty.", hint="Copy it anew from the provider's settings.")
    try:
        return secret.value.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(f"The secret {secret.label} is not text in UTF-8.") from None


def seed(entropy: bytes) -> bytes:
    """32 bytes for a new secret. Raises ValueError for less, as a weak secret is worse than none."""
    if len(entropy) < 32:  # noqa: PLR2004 - 256 bits, the strength of the hash
        raise ValueError("A secret is made of at least 32 random bytes.")
    return entropy[:32]
