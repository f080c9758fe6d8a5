"""Every provider over its published examples, and over what we sign ourselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from provider_samples import ALL, FIRST, PUBLISHED, SAMPLES, VECTORS, Sample, any_body, leaves, new_secret, own, written

from whcli import providers
from whcli.errors import UsageError
from whcli.http import Headers, Request
from whcli.model import Secret
from whcli.providers import Provider
from whcli.signing.age import span

each_provider = pytest.mark.parametrize("provider", ALL, ids=lambda provider: provider.name)
EARLIEST, LATEST = datetime(1975, 1, 1), datetime(9999, 12, 30)  # noqa: DTZ001 - Hypothesis adds the zone
times = st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC))
visible = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40)


def names_of(provider: Provider) -> st.SearchStrategy[bytes]:
    """Header names, those that mean something to the provider among them."""
    own = [name for name, _ in FIRST[provider.name].request.headers]
    return st.sampled_from([*own, *(mark.encode() for mark in provider.marks), b"Content-Type", b"Host", b"Date"])


def requests_to(provider: Provider) -> st.SearchStrategy[Request]:
    values = st.one_of(st.binary(max_size=40), st.just(b"application/x-www-form-urlencoded"), st.just(b"t=1,v1=2,v1=3"))
    return st.builds(
        Request,
        method=st.sampled_from(["POST", "GET", "PUT"]),
        url=visible.map(lambda text: f"https://example.com/{text}"),
        headers=st.lists(st.tuples(names_of(provider), values), max_size=8).map(Headers),
        body=st.one_of(st.binary(max_size=200), st.just(b"a=1&b=%20&a=2+3"), st.just(b'[{"event": "x"}]\r\n')),
    )


def test_every_provider_has_vectors_and_every_vector_a_provider():
    assert {path.stem for path in VECTORS.glob("*.json")} == set(providers.names())


def test_every_vector_is_published_or_made_by_other_means_than_ours():
    for name, vectors in written().items():
        for vector in vectors:
            assert vector["source"], name
            assert ("made" in vector) == (vector["source"] == "made with tests/providers/making.py"), name


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_genuine_requests_are_valid(sample: Sample):
    verdict = sample.scheme.verify(sample.request, secrets=[sample.secret], now=sample.now)
    if sample.slot is None:
        assert verdict.outcome == "unchecked", "of a provider that signs nothing"
        return
    assert verdict.outcome == "valid", verdict
    assert verdict.secret_label == sample.secret.label
    assert verdict.reason.endswith(sample.deciding.note or ".")
    if sample.deciding.timed:
        assert verdict.signed_at is not None
        assert abs(verdict.signed_at - sample.now) <= (getattr(sample.deciding, "tolerance", None) or timedelta.max)
    else:
        assert verdict.signed_at is None


@each_provider
def test_every_scheme_of_a_provider_has_a_sample(provider: Provider):
    samples = [sample for sample in SAMPLES if sample.provider is provider and sample.slot is not None]
    for at, scheme in enumerate(leaves(FIRST[provider.name].scheme)):
        judged = [
            leaves(sample.scheme)[at].verify(sample.request, secrets=[sample.secret], now=sample.now)
            for sample in samples
        ]
        assert not samples or any(verdict.outcome == "valid" for verdict in judged), scheme


@pytest.mark.parametrize("sample", PUBLISHED, ids=str)
def test_no_two_providers_claim_a_request_alike(sample: Sample):
    headers = {name.lower() for name, _ in sample.request.headers}
    claims = [
        (len(marks), provider.name)
        for provider in ALL
        for marks in (provider.marks, *provider.other_marks)
        if marks and {mark.lower().encode() for mark in marks} <= headers
    ]
    most = max((size for size, _ in claims), default=0)
    assert len({name for size, name in claims if size == most}) <= 1, claims


@pytest.mark.parametrize("sample", PUBLISHED, ids=str)
def test_published_requests_are_detected_and_described(sample: Sample):
    headers = {name.lower() for name, _ in sample.request.headers}
    marks = [{mark.lower().encode() for mark in each} for each in (sample.provider.marks, *sample.provider.other_marks)]
    if any(each and each <= headers for each in marks):
        assert providers.detect(sample.request.headers) is sample.provider
    assert providers.describe(sample.request, sample.provider) == (sample.event_type, sample.event_id)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_any_of_the_secrets_may_match(sample: Sample):
    if sample.slot is None:
        return
    other = Secret("another", new_secret(sample.provider, bytes(32)))
    for secrets in ([other, sample.secret], [sample.secret, other]):
        verdict = sample.scheme.verify(sample.request, secrets=secrets, now=sample.now)
        assert (verdict.outcome, verdict.secret_label) == ("valid", sample.secret.label)


TIMED = [own(provider) for provider in ALL if getattr(own(provider).deciding, "tolerance", None)]


@pytest.mark.parametrize("sample", [each for each in TIMED if each.deciding.timed], ids=str)
@pytest.mark.parametrize(("late", "cause"), [(0, None), (1, "stale"), (-1, "future")])
def test_the_tolerance_bounds_both_sides(sample: Sample, late: int, cause: str | None):
    tolerance = sample.deciding.tolerance
    now = sample.now + (tolerance + timedelta(seconds=1)) * late
    verdict = sample.scheme.verify(sample.request, secrets=[sample.secret], now=now)
    assert (verdict.outcome, verdict.cause) == (("expired", cause) if cause else ("valid", None))
    assert verdict.secret_label == sample.secret.label
    if cause:
        assert f"the tolerance is {span(tolerance.total_seconds())}" in verdict.reason
        wider = tolerance + timedelta(seconds=1)
        allowed = sample.scheme.verify(sample.request, secrets=[sample.secret], now=now, tolerance=wider)
        assert allowed.outcome == "valid"


@each_provider
@given(data=st.data(), now=times, seed=st.sampled_from([bytes(32), bytes(range(32))]), id=st.none() | visible)
@settings(max_examples=15, deadline=None)
def test_what_is_signed_is_valid(provider: Provider, data: st.DataObject, now: datetime, seed: bytes, id: str | None):
    first = FIRST[provider.name]
    request = data.draw(requests_to(provider)) if any_body(provider) else first.request
    secret = Secret("s", new_secret(provider, seed))
    signed = first.scheme.sign(request, secret=secret, now=now, id=id)
    verdict = first.scheme.verify(signed, secrets=[secret], now=now)
    assert verdict.outcome == ("valid" if first.slot is not None else "unchecked"), verdict
    if any_body(provider):
        assert signed.body == request.body
    again = first.scheme.sign(signed, secret=secret, now=now, id=id)
    assert again == signed, "signing replaces what was signed"


@each_provider
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_whatever_came_gets_a_verdict(provider: Provider, data: st.DataObject):
    request = data.draw(requests_to(provider))
    secret = Secret("s", new_secret(provider, bytes(32)))
    now = datetime(2024, 1, 1, tzinfo=UTC)
    bad = {"missing", "malformed", "mismatch"} if FIRST[provider.name].slot is not None else {"unchecked"}
    scheme = FIRST[provider.name].scheme
    assert providers.verify(provider._replace(scheme=scheme), request, secrets=[secret], now=now).outcome in bad
    for text in providers.describe(request, provider):
        assert text is None or (0 < len(text) <= 255 and text.encode())


@each_provider
@pytest.mark.parametrize("value", ["", " ", "\t\n", "\udc80", None])
def test_what_cannot_be_a_secret_is_refused(provider: Provider, value: str):
    if FIRST[provider.name].slot is None:
        return
    with pytest.raises(UsageError, match="mine") as refused:
        provider.scheme.check(Secret("mine", value))
    assert value is None or not value.strip() or value not in refused.value.message


@each_provider
def test_new_secrets_pass_and_differ(provider: Provider):
    if FIRST[provider.name].slot is None:
        with pytest.raises(UsageError, match="signs nothing"):
            provider.scheme.make_secret(bytes(32))
        return
    first, second = (new_secret(provider, bytes([byte]) * 32) for byte in (0, 1))
    provider.scheme.check(Secret("new", first))
    assert first != second
    with pytest.raises(ValueError, match="32 random bytes"):
        provider.scheme.make_secret(bytes(31))


@each_provider
def test_a_scheme_tells_of_itself(provider: Provider):
    words = provider.scheme.describe()
    assert {"signature", "value", "algorithm", "signed", "encoding"} <= words.keys()
    assert provider.scheme.signs_url == any(each.signs_url for each in leaves(provider.scheme))
    assert all(param.name and param.told.endswith(".") for param in provider.scheme.params)
