"""What a request claims of its signature: read without believing it, and written. Nothing a sender wrote raises."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from whcli import digest
from whcli.errors import UsageError
from whcli.http import Request
from whcli.model import Secret, Verdict
from whcli.signing import content
from whcli.signing.age import FINER, FORMS, Time, span
from whcli.signing.encoding import Encoding, Key
from whcli.signing.params import ANY, Fetched, Param
from whcli.signing.reading import NONE, Refused, mentions, one, values
from whcli.signing.slot import PARAM
from whcli.signing.slots import Slot, is_form

MOST_SIGNATURES = 32
"""Signatures tried of one request; more are not looked at, so that a hostile header costs little."""
TOLERANCE = timedelta(minutes=5)
"""How far a signed timestamp may be from now: the default of Stripe, Slack and Standard Webhooks."""


class Layout(NamedTuple):
    """A signature over content, as a record: where it is, of what it is made, and how it is written."""

    signature: Slot
    signed: str = "{body}"
    """The template of what is signed; see content.py."""
    algorithm: str = "hmac-sha256"
    """`hmac-…` or a plain hash of mac.py, or one of keypair.py: `ed25519`, `ecdsa-p256-sha256`, `rsa-sha256`."""
    encoding: Encoding = "hex"
    prefix: str = ""
    """Stands before the signature: `sha256=`."""
    key: Key = "text"
    """What the text of a shared secret stands for."""
    timestamp: Slot | None = None
    time: Time = "s"
    """How the timestamp is written; it is signed as it was sent."""
    tolerance: timedelta | None = TOLERANCE
    """How far the timestamp may be from now, on either side; None where the provider sets no bound."""
    id: Slot | None = None
    """Holds the event's id, where that is signed."""
    digest: Slot | None = None
    """Holds the body's SHA-256 in hex, where that is signed in the body's stead and the body is no form."""
    when: tuple[Slot, bytes] | None = None
    """The slot and the value in it that tell that this scheme was used."""
    only: tuple[Slot, str] | None = None
    """What the request has to hold, a param's value: a good signature may be on what was sent for somebody else."""
    parts: Mapping[str, Callable[[Request], bytes] | Slot] = {}
    """Fields of the template that only this provider has."""
    adds: tuple[tuple[Slot, str], ...] = ()
    """What signing writes where the request holds nothing, as the provider always sends it."""
    params: tuple[Param, ...] = ()
    """What has to be known beside the secret; `{param:NAME}` in template, prefix and header names."""
    fetched: Fetched | None = None
    """Where the public key is served, for those who have none at hand."""
    new: str = ""
    """The form of a new secret; `{hex}` and `{base64}` hold 32 random bytes, `{short}` 16 in hex."""
    public: Any = "der"
    """How the provider shows its public key; see keypair.PublicForm."""
    note: str = ""
    """What the signature does not cover, in a sentence."""


class Claim(NamedTuple):
    """What the slots of a request hold."""

    signatures: Sequence[bytes] = ()
    """Without their prefix."""
    timestamp: bytes = b""
    seconds: float = 0
    """The timestamp as Unix seconds."""
    id: bytes = b""


def read(layout: Layout, prefix: bytes, headers: frozenset[bytes], request: Request) -> Claim:
    """The claim of a request, its slots in `headers` read together. Raises Refused for one that cannot be checked."""
    if layout.when is not None and not said_so(layout.when, request):
        fix = "Check that no proxy between drops it."
        raise Refused(Verdict("missing", f"{layout.when[0].name} does not tell of this scheme.", "missing-header", fix))
    said = mentions(request, headers) if headers else NONE
    signatures = values(layout.signature, request, said)
    if len(signatures) > MOST_SIGNATURES:
        del signatures[MOST_SIGNATURES:]
    if prefix:
        size = len(prefix)
        signatures = [value[size:] for value in signatures if value[:size] == prefix]
        if not signatures:
            raise Refused(_without_prefix(layout))
    timestamp, seconds = b"", 0.0
    if layout.timestamp is not None:
        timestamp = one(layout.timestamp, request, said)
        told = FORMS[layout.time].read(timestamp)
        if told is None:
            raise Refused(_bad_timestamp(layout.timestamp, layout.time, timestamp))
        seconds = told
    named = one(layout.id, request, said) if layout.id is not None else b""
    if layout.digest is not None and not is_form(request) and one(layout.digest, request) != _digest(request):
        reason = f"The body is not the one whose SHA-256 is in {layout.digest.where}."
        fix = "Compare the bytes received with those sent; nothing between may rewrite the body."
        raise Refused(Verdict("mismatch", reason, "unknown", fix))
    return Claim(signatures, timestamp, seconds, named)


def check_address(layout: Layout, request: Request) -> None:
    """Raises Refused for a request that holds another value than the one which `only` has set."""
    for slot, wanted in _only(layout):
        if slot.lines(request) != [wanted.encode()]:
            reason = f"The signature holds, but {slot.where} is not the one that is set: it is somebody else's."
            fix = "Compare it with the param that is set; whcli providers NAME tells what that is."
            raise Refused(Verdict("mismatch", reason, "unknown", fix))


def _only(layout: Layout) -> tuple[tuple[Slot, str], ...]:
    return () if layout.only is None or layout.only[1] == ANY else (layout.only,)


def _without_prefix(layout: Layout) -> Verdict:
    slot = layout.signature
    reason = f"{layout.prefix} is missing before the signature in {slot.where}."
    fix = f"Send it as {slot.name}: {slot.shape(layout.prefix + '…')}"
    return Verdict("malformed", reason, "wrong-prefix", fix)


def _bad_timestamp(slot: Slot, time: Time, timestamp: bytes) -> Verdict:
    words = FORMS[time].words
    fix = f"Sign with the time as {words}."
    if time in ("s", "ms") and timestamp.isdigit() and len(timestamp) in FINER:
        reason = (
            f"The timestamp in {slot.where} counts {FINER[len(timestamp)]}; {words.removeprefix('unix ')} are meant."
        )
        return Verdict("malformed", reason, "timestamp-unit", fix)
    return Verdict("malformed", f"The timestamp in {slot.where} is not written as {words}.", "malformed-header", fix)


def _digest(request: Request) -> bytes:
    return digest.sha256(request.body).hex().encode()


def mismatch(secrets: Sequence[Secret], signed_at: datetime | None) -> Verdict:
    """The verdict on a signature that none of the secrets made, before anyone looks for the cause."""
    labels = ", ".join(secret.label for secret in secrets)
    reason = f"The signature is not one that {labels} makes over the bytes received."
    fix = "Compare the secret with the one that the provider shows for this endpoint."
    return Verdict("mismatch", reason, "wrong-secret", fix, signed_at)


def present(layout: Layout, request: Request) -> bool:
    """Whether the request bears a signature of this layout."""
    if layout.when is not None and not said_so(layout.when, request):
        return False
    lines = layout.signature.lines(request)
    return bool(lines) and any(map(layout.signature.split, lines))


def said_so(when: tuple[Slot, bytes], request: Request) -> bool:
    """Whether the request says that a scheme was used."""
    slot, wanted = when
    return any(wanted in slot.split(line) for line in slot.lines(request))


def prepare(layout: Layout, request: Request, *, now: datetime, id: str | None) -> tuple[Request, Claim]:
    """The request with all but the signature written, and what is to be signed with it.

    An id that is not given is the request's own, or else made from its content and time, as is a nonce that the
    template names and the request lacks. Raises UsageError.
    """
    given = id.encode("utf-8", "backslashreplace") if id is not None else _own_id(layout, request)
    if not _visible(given):
        raise UsageError("an event id is written in a header: it may hold visible ASCII characters only")
    timestamp = FORMS[layout.time].write(now).encode()
    made = _digest(request)[:24] + str(int(now.timestamp())).encode()
    added = [(slot, slot.read(request) or text) for slot, text in layout.adds]
    for slot in (layout.signature, layout.timestamp, layout.id):
        request = slot.blank(request) if slot is not None else request
    for slot, text in (*added, *_only(layout)):
        request = slot.put(request, text.encode())
    if layout.id is not None:
        given = given or b"msg_" + made
        request = layout.id.put(request, given)
    for slot in content.slots(layout.signed):
        lines = slot.lines(request)
        if len(lines) != 1 or not any(slot.split(lines[0])):
            request = slot.put(request, made)
    if layout.timestamp is not None:
        request = layout.timestamp.put(request, timestamp)
    if layout.when is not None:
        request = layout.when[0].put(request, layout.when[1])
    if layout.digest is not None and not is_form(request):
        request = layout.digest.put(request, _digest(request))
    return request, Claim((), timestamp, 0, given)


def _own_id(layout: Layout, request: Request) -> bytes:
    lines = layout.id.lines(request) if layout.id is not None else []
    return lines[0] if len(lines) == 1 and _visible(lines[0]) else b""


def _visible(text: bytes) -> bool:
    return all(ord("!") <= byte <= ord("~") for byte in text)


def describe(layout: Layout) -> dict[str, str]:
    """The layout in words, for a listing; a param that is not known by its name in braces."""
    words = {
        "signature": layout.signature.name,
        "value": layout.signature.shape(f"{layout.prefix}<{layout.encoding}>"),
        "algorithm": layout.algorithm,
        "signed": layout.signed,
        "encoding": layout.encoding,
    }
    if layout.timestamp is not None:
        words["timestamp"] = f"{layout.timestamp.name}: {layout.timestamp.shape(f'<{FORMS[layout.time].words}>')}"
        words["tolerance"] = span(layout.tolerance.total_seconds()) if layout.tolerance is not None else "any age"
    if layout.id is not None:
        words["id"] = layout.id.name
    if layout.note:
        words["note"] = layout.note
    return {name: PARAM.sub(r"{\1}", text) for name, text in words.items()}


def check_text(secret: Secret) -> bytes:
    """The secret's text as bytes. Raises UsageError, without a word of its value, for one that cannot be."""
    if not secret.value or not secret.value.strip():
        raise UsageError(f"the secret {secret.label} is empty", hint="copy it anew from the provider's settings")
    try:
        return secret.value.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(f"the secret {secret.label} is not text in UTF-8") from None


def seed(entropy: bytes) -> bytes:
    """32 bytes for a new secret. Raises ValueError for less, as a weak secret is worse than none."""
    if len(entropy) < 32:  # noqa: PLR2004 - 256 bits, the strength of the hash
        raise ValueError("A secret is made of at least 32 random bytes.")
    return entropy[:32]
