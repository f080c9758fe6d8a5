"""Mistakes in what was signed, and by which algorithm."""

from __future__ import annotations

from collections.abc import Iterator

from whcli.signing import Scheme
from whcli.signing.age import FINER, FORMS, moment
from whcli.signing.diagnosis.case import Case, Repair, leaves, signatures, usable
from whcli.signing.diagnosis.written import frozen
from whcli.signing.mac import HASHES, MACS
from whcli.signing.scheme import SignatureScheme

TEMPLATES = (
    "{body}",
    "{timestamp}.{body}",
    "{timestamp}{body}",
    "{timestamp}:{body}",
    "v0:{timestamp}:{body}",
    "{timestamp}|{body}",
    "{timestamp},{body}",
    "{timestamp} {body}",
    "{timestamp}\n{body}",
    "{timestamp}",
    "{body}.{timestamp}",
    "{body}{timestamp}",
    "{id}.{timestamp}.{body}",
    "{id}.{body}",
    "{id}{timestamp}{body}",
    "{timestamp}.{id}.{body}",
    "{timestamp}{id}{body}",
    "{id}{body}",
    "{url}{body}",
    "{body}{url}",
    "{url}{params}",
    "{url}",
    "{method}{url}{body}",
    "{method}{url}{body}{timestamp}",
    "{path}{body}",
    "{method}{path}{body}",
)
"""What providers sign, the most usual first: what a sender written for one of them does to another."""
PLAIN = ("{secret}{body}", "{body}{secret}", "{body}")
"""What stands under a plain hash, where somebody took it for an HMAC."""
TIME_FIX = "Make the sender write, and sign, the time as {}: the unit is part of the scheme."
TEMPLATE_FIX = "Make the sender sign {}, separators included."
HASHED_FIX = "Make the sender use HMAC, with the secret as its key; a hash over secret and body is another thing."
DECODING_FIX = "Give the secret as the provider shows it, and let the sender decode it, or not, as the provider does."


def schemes(case: Case) -> Iterator[Repair]:
    """A weaker signature beside it; then algorithms, forms of a key and encodings mistaken for one another."""
    for leaf in signatures(case):
        told = f"in {leaf.signature.name}, the weaker of those that came; so secret and body are the right ones"
        yield from _by(case, "malformed-header", told, leaf)
    for cause, told, scheme in case.scheme.alternatives():
        words = f"if the secret is {told}" if cause == "secret-decoding" else f"if it is {told}"
        fix = DECODING_FIX if cause == "secret-decoding" else ""
        yield from _by(case, cause, words, scheme, fix)
    for leaf in signatures(case):
        for algorithm, prefix in _algorithms(leaf):
            told = f"if it is made with {algorithm} rather than {leaf.algorithm}"
            yield from _by(case, "wrong-algorithm", told, leaf._replace(algorithm=algorithm, prefix=prefix))


def _algorithms(leaf: SignatureScheme) -> Iterator[tuple[str, str]]:
    """Other algorithms of the kind, each with its own name in the prefix where that holds one."""
    kind, _, own = leaf.algorithm.rpartition("-")
    if leaf.algorithm in MACS:
        others: tuple[str, ...] = HASHES if kind else ("md5", *HASHES)
    else:
        others = ("sha1", "sha256") if kind == "rsa" else ()
    for name in others:
        if name != own:
            renamed = leaf.prefix.replace(own, name)
            algorithm = f"{kind}-{name}" if kind else name
            yield algorithm, leaf.prefix
            if renamed != leaf.prefix:
                yield algorithm, renamed


def templates(case: Case) -> Iterator[Repair]:
    """Other things that a sender may have signed."""
    for leaf in signatures(case):
        for template in _fitting(leaf):
            told = f"over {_shown(template)} rather than {_shown(leaf.signed)}"
            fix = TEMPLATE_FIX.format(_shown(leaf.signed))
            yield from _by(case, "wrong-algorithm", told, leaf._replace(signed=template), fix)
            if "{timestamp}" not in template and leaf.timestamp is not None:
                untimed = leaf._replace(signed=template, timestamp=None)
                yield from _by(case, "wrong-algorithm", told, untimed, fix)
        yield from _plain(case, leaf)


def _fitting(leaf: SignatureScheme) -> Iterator[str]:
    for template in TEMPLATES:
        timed = "{timestamp}" not in template or leaf.timestamp is not None
        named = "{id}" not in template or leaf.id is not None
        if timed and named and template != leaf.signed:
            yield template


def _shown(template: str) -> str:
    return template.replace("\n", "\\n")[:80]


def _plain(case: Case, leaf: SignatureScheme) -> Iterator[Repair]:
    kind, _, own = leaf.algorithm.rpartition("-")
    if kind == "hmac":
        for template in PLAIN:
            told = f"if it is a plain {own} over {template} rather than an HMAC"
            scheme = leaf._replace(algorithm=own, signed=template)
            yield from _by(case, "wrong-algorithm", told, scheme, HASHED_FIX)


def times(case: Case) -> Iterator[Repair]:
    """The timestamp in another unit, or in words that are none; signed as it came, or as it was before."""
    for leaf in signatures(case):
        found = [value for line in _lines(leaf, case) for value in _split(leaf, line)]
        if len(found) != 1 or len(found[0]) > 64:  # noqa: PLR2004 - the longest RFC 3339 has 35
            continue
        text = found[0]
        for told, signed in _times(leaf, text):
            cause = "malformed-header" if signed == text and not text.isdigit() else "timestamp-unit"
            try:
                yield from _by(case, cause, told, frozen(leaf, signed), TIME_FIX.format(FORMS[leaf.time].words))
            except ValueError:  # no text
                return


def _lines(leaf: SignatureScheme, case: Case) -> list[bytes]:
    return leaf.timestamp.lines(case.request) if leaf.timestamp is not None else []


def _split(leaf: SignatureScheme, line: bytes) -> list[bytes]:
    return leaf.timestamp.split(line) if leaf.timestamp is not None else []


def _times(leaf: SignatureScheme, text: bytes) -> Iterator[tuple[str, bytes]]:
    """The end of a sentence, and the timestamp as it may have been signed."""
    wanted = FORMS[leaf.time].words.removeprefix("unix ")
    counted = f"counts {FINER[len(text)]}" if text.isdigit() and len(text) in FINER else "is written otherwise"
    yield f"over the time as it came, which {counted}; {wanted} are meant", text
    stripped = text.strip(b" \t\"'")
    yield "over the time without the space or quotes around it", stripped
    for form in FORMS.values():
        seconds = form.read(stripped)
        time = moment(seconds) if seconds is not None else None
        if time is not None:
            for other in FORMS.values():
                yield f"over the time in {other.words}; it came in {form.words}", other.write(time).encode()


def _by(case: Case, cause: str, told: str, scheme: Scheme, fix: str = "") -> Iterator[Repair]:
    """A repair by another scheme, with those of the secrets that it takes."""
    if taken := usable(scheme, case.secrets):
        yield Repair(cause, told, case._replace(scheme=scheme, secrets=taken), fix)


def rivals(case: Case) -> Iterator[Repair]:
    """The signature as one of another provider's."""
    own = list(leaves(case.scheme))
    for rival in case.rivals():
        if rival.scheme.present(case.request) and list(leaves(rival.scheme)) != own:
            fix = f'Use --provider {rival.name}, or set provider = "{rival.name}" for the endpoint in whcli.toml.'
            yield from _by(case, "another-provider", f"as one that {rival.title} makes", rival.scheme, fix)
