"""Changes to a good request: what the tables of test_tampering.py are made of, and changes at random.

    scripts/mutate [--count 1000000] [--only NAME]...

makes a million random changes to a request of each scheme of each provider, and prints how many were let in.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from multiprocessing import Pool
from random import Random
from typing import Any

from provider_samples import SAMPLES, Sample, leaves

from whcli.errors import UsageError
from whcli.http import Headers
from whcli.signing import claim
from whcli.signing.reading import Refused
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import AnyHeader, Header, Slot

OF_THE_PATH = {"atlassian-connect", "contentful", "truelayer"}
"""Their signatures speak of path and query, and not of the host that was called."""
OTHER_SPELLINGS = OF_THE_PATH | {"plivo", "twilio"}
"""Those that take a URL with another port, or its query in another order, for the same."""
ALPHABET = [bytes([byte]) for byte in range(256)]
LIKELY = [
    b"0",
    b"a",
    b"A",
    b"=",
    b",",
    b";",
    b" ",
    b"v1=",
    b"v0=",
    b"sha256=",
    b".",
    b"/",
    b"+",
    b"\n",
    b"\0",
    b"\xc3\xa9",
]


def header(sample: Sample, name: bytes, *values: bytes) -> Sample:
    """The sample with a header said so many times."""
    headers = sample.request.headers.without([name])
    return sample._replace(request=sample.request._replace(headers=Headers([*headers, *((name, v) for v in values)])))


def said(sample: Sample, slot: Slot, *lines: bytes) -> Iterator[Sample]:
    """The sample with other lines where a slot has its own; none where no request could be like that."""
    carrier = getattr(slot, "carrier", slot)
    if isinstance(carrier, (Header, AnyHeader)):
        names = [carrier.key] if isinstance(carrier, Header) else carrier.keys
        (name,) = (name for name in names if sample.request.headers.first(name) is not None)
        yield header(sample, name, *lines)
    elif len(lines) == 1 and lines[0].isascii():  # of a form, JSON or a query there is one spelling of a value
        with suppress(UsageError):
            yield sample._replace(request=carrier.put(sample.request, lines[0]))


def outcome(sample: Sample) -> str:
    return sample.scheme.verify(sample.request, secrets=[sample.secret], now=sample.now).outcome


def edited(random: Random, text: bytes) -> bytes:
    """The text with one to three small changes."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        at, other = random.randrange(len(text) + 1), random.randrange(len(text) + 1)
        start, end = min(at, other), max(at, other)
        kind = random.randrange(8)
        if kind == 0 and text:
            at = random.randrange(len(text))
            text = text[:at] + bytes([text[at] ^ 1 << random.randrange(8)]) + text[at + 1 :]
        elif kind == 1:
            text = text[:at] + random.choice(ALPHABET) + text[at + 1 :]
        elif kind == 2:
            text = text[:at] + random.choice(LIKELY) + text[at:]
        elif kind == 3:
            text = text[:start] + text[end:]
        elif kind == 4:
            text = text[:at] + text[at + 1 :]
        elif kind == 5:
            text = text[:start] + text[start:end] * 2 + text[end:]
        elif kind == 6:
            text = text[:start] + text[start:end].swapcase() + text[end:]
        else:
            text = text[:start] + text[start:end][::-1] + text[end:]
    return text


def at_random(random: Random, sample: Sample) -> Sample | None:
    """The sample with a random change to what is signed or to how; None where it came out the same."""
    scheme = sample.deciding
    slots = [slot for name in ("signature", "signature", "timestamp", "id") if (slot := getattr(scheme, name, None))]
    kind = random.randrange(10)
    body, url = sample.request.body, sample.request.url
    if kind < 3 and isinstance(body, bytes) and not scheme.note and not any(slot.in_body for slot in slots):
        changed: Sample | None = sample._replace(request=sample.request._replace(body=edited(random, body)))
    elif kind == 3 and scheme.signs_url and sample.provider.name not in OTHER_SPELLINGS:
        other = edited(random, url.encode()).decode("latin-1")
        changed = sample._replace(request=sample.request._replace(url=other))
    else:
        slot = random.choice(slots)
        (line,) = slot.lines(sample.request)
        spoilt = edited(random, line)
        if spoilt == line:
            return None
        lines = random.choice(([spoilt],) * 6 + ([spoilt, line], [line, spoilt], [line, line]))
        changed = next(said(sample, slot, *lines), None)
    return changed if changed is not None and changed.request != sample.request else None


def same_claim(good: Sample, changed: Sample) -> bool:
    """Whether the change touched only what nobody reads: the same message by one of the same signatures."""
    scheme = good.deciding
    if not isinstance(scheme, SignatureScheme):
        return False
    try:
        old, new = (claim.read(scheme, scheme._prefix, frozenset(), each.request) for each in (good, changed))
        messages = [scheme._message(each.request, made, b"s") for each, made in ((good, old), (changed, new))]
    except Refused:
        return False
    return messages[0] == messages[1] and bool(set(old.signatures) & set(new.signatures))


@lru_cache(maxsize=1)
def one_of_each() -> Sequence[Sample]:
    """A sample for each scheme of each provider: the first whose signature it made."""
    found: dict[tuple[str, int], Sample] = {}
    for sample in SAMPLES:
        if sample.slot is None:
            continue
        for at, scheme in enumerate(leaves(sample.scheme)):
            verdict = scheme.verify(sample.request, secrets=[sample.secret], now=sample.now)
            if verdict.outcome == "valid":
                found.setdefault((sample.provider.name, at), sample._replace(by=scheme))
    return tuple(found.values())


def accepted(sample: Sample, *, count: int, seed: object = 0) -> list[Sample]:
    """Those of `count` random changes that were let in, though they touched something."""
    random = Random(f"{sample} {seed}")
    changes = (at_random(random, sample) for _ in range(count))
    return [each for each in changes if each is not None and outcome(each) == "valid" and not same_claim(sample, each)]


def _run(job: tuple[int, int]) -> tuple[str, list[str]]:
    sample = one_of_each()[job[0]]
    return str(sample), [repr(each.request) for each in accepted(sample, count=job[1])]


def main(words: Sequence[str] | None = None, show: Callable[[str], Any] = print) -> int:
    """Run from the command line; 1 where a change was let in."""
    parser = argparse.ArgumentParser(prog="scripts/mutate", description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1_000_000, help="changes for each scheme")
    parser.add_argument("--only", action="append", help="a provider's name; repeatable")
    given = parser.parse_args(words)
    wanted = [at for at, each in enumerate(one_of_each()) if given.only is None or each.provider.name in given.only]
    total = 0
    with Pool() as pool:
        for name, let_in in pool.imap_unordered(_run, [(at, given.count) for at in wanted]):
            total += len(let_in)
            show(f"{name}: {len(let_in)}")
            for request in let_in[:3]:
                show(f"  {request}")
    show(f"schemes: {len(wanted)}, changes: {len(wanted) * given.count}, accepted: {total}")
    return 1 if total else 0


if __name__ == "__main__":
    raise SystemExit(main())
