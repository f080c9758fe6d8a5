"""Each maker's own library against our record, both ways; the table is in judges/."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from judges import NPM, PYPI, Case, Judge
from judges.case import ODD
from judges.node import PRESENT
from provider_samples import PUBLISHED, SEED, Sample, new_secret

from whcli.http import Request
from whcli.model import Secret

OTHER = bytes(reversed(SEED))

pytestmark = [
    # Some import modules that speak of their own later removal; nothing that we call is among them.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]


def vector(judge: Judge) -> Sample:
    return [sample for sample in PUBLISHED if sample.provider.name == judge.provider][judge.vector]


def secrets(sample: Sample, seed: bytes) -> tuple[Secret, str]:
    """Our key, and what a receiver has of it."""
    ours = Secret("ours", new_secret(sample.provider, seed))
    return ours, sample.scheme.public_key(ours) or ours.value


def bodies(judge: Judge) -> list[bytes]:
    first = judge.body or bytes(vector(judge).request.body)
    return [first, ODD] if judge.odd else [first]


def signed(sample: Sample, body: bytes, *, by: Secret, now: datetime) -> Request:
    return sample.scheme.sign(sample.request._replace(body=body), secret=by, now=now)


def bent(sample: Sample, request: Request) -> Request:
    """The request with one character of its signature changed."""
    borne = sample._replace(request=request)
    slot, line = borne.slot, borne.line
    assert slot is not None
    text = slot.split(line)[-1]
    changed = text[:-6] + (b"b" if text[-6:-5] == b"a" else b"a") + text[-5:]
    return getattr(slot, "carrier", slot).put(request, line.replace(text, changed))


WITH_NODE = pytest.mark.skipif(not PRESENT, reason="There is no Node here.")
CASES = [
    *(pytest.param(judge, body) for judge in PYPI for body in bodies(judge)),
    *(pytest.param(judge, body, marks=WITH_NODE) for judge in NPM for body in bodies(judge)),
]


def told(value: object) -> str:
    return str(value) if isinstance(value, Judge) else "odd" if value == ODD else "its own"


@pytest.mark.parametrize(("judge", "body"), CASES, ids=told)
def test_makers_libraries_and_we_agree(judge: Judge, body: bytes):
    sample = vector(judge)
    (ours, theirs), (other, others) = secrets(sample, SEED), secrets(sample, OTHER)
    judge.ready()
    now = datetime.fromtimestamp(int(time.time()), UTC)  # as many libraries do

    def accepts(request: Request) -> bool:
        return judge.accepts(Case(request, theirs, dict(sample.params), now))

    request = signed(sample, body, by=ours, now=now)
    assert accepts(request)
    assert not accepts(judge.twin(request))
    assert not accepts(bent(sample, request))
    assert not accepts(signed(sample, body, by=other, now=now))
    assert accepts(signed(sample, body, by=ours, now=now - timedelta(hours=3))) is not judge.timed

    if judge.makes is None:
        return

    def outcome(request: Request, key: str) -> str:
        return sample.scheme.verify(request, secrets=[Secret("theirs", key)], now=now).outcome

    request = judge.makes(Case(sample.request._replace(body=body), ours.value, dict(sample.params), now))
    assert outcome(request, theirs) == "valid"
    assert outcome(judge.twin(request), theirs) == "mismatch"
    assert outcome(bent(sample, request), theirs) == "mismatch"
    assert outcome(request, others) == "mismatch"
