"""Every provider over its published examples, and over what we sign ourselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from provider_samples import ALL, PUBLISHED, SAMPLES, VECTORS, Sample

from whcli import providers
from whcli.errors import UsageError
from whcli.http import Headers, Request
from whcli.model import Secret
from whcli.providers import Provider

each_provider = pytest.mark.parametrize("provider", ALL, ids=lambda provider: provider.name)
FIRST, LAST = datetime(1970, 1, 1), datetime(9999, 12, 30)  # noqa: DTZ001 - Hypothesis adds the zone
times = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
visible = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40)


def names_of(provider: Provider) -> st.SearchStrategy[bytes]:
    """Header names, those that mean something to the provider among them."""
    words = provider.scheme.describe()
    own = [words["signature"], words.get("timestamp", "X-A").partition(":")[0], words.get("id", "X-B"), *provider.marks]
    return st.sampled_from([name.encode() for name in [*own, "Content-Type", "Host", "Date", "X-Other"]])


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


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_genuine_requests_are_valid(sample: Sample):
    verdict = sample.provider.scheme.verify(sample.request, secrets=[sample.secret], now=sample.now)
    assert verdict.outcome == "valid", verdict
    assert verdict.secret_label == sample.secret.label
    assert (verdict.signed_at == sample.now) if sample.provider.scheme.timed else verdict.signed_at is None


@pytest.mark.parametrize("sample", PUBLISHED, ids=str)
def test_published_requests_are_detected_and_described(sample: Sample):
    assert providers.detect(sample.request.headers) is sample.provider
    assert providers.describe(sample.request, sample.provider) == (sample.event_type, sample.event_id)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_any_of_the_secrets_may_match(sample: Sample):
    other = Secret("another", sample.provider.scheme.make_secret(bytes(32)))
    for secrets in ([other, sample.secret], [sample.secret, other]):
        verdict = sample.provider.scheme.verify(sample.request, secrets=secrets, now=sample.now)
        assert (verdict.outcome, verdict.secret_label) == ("valid", sample.secret.label)


@pytest.mark.parametrize("sample", [sample for sample in SAMPLES if sample.provider.scheme.timed], ids=str)
@pytest.mark.parametrize(("late", "cause"), [(300, None), (-300, None), (301, "stale"), (-301, "future")])
def test_the_tolerance_bounds_both_sides(sample: Sample, late: int, cause: str | None):
    now = sample.now + timedelta(seconds=late)
    verdict = sample.provider.scheme.verify(sample.request, secrets=[sample.secret], now=now)
    assert (verdict.outcome, verdict.cause) == (("expired", cause) if cause else ("valid", None))
    assert verdict.secret_label == sample.secret.label
    if cause:
        assert "5 min 1 s" in verdict.reason
        assert "the tolerance is 5 min" in verdict.reason
        wider = timedelta(seconds=301)
        allowed = sample.provider.scheme.verify(sample.request, secrets=[sample.secret], now=now, tolerance=wider)
        assert allowed.outcome == "valid"


@each_provider
@given(data=st.data(), now=times, seed=st.binary(min_size=32, max_size=40), id=st.none() | visible)
@settings(max_examples=60, deadline=None)
def test_what_is_signed_is_valid(provider: Provider, data: st.DataObject, now: datetime, seed: bytes, id: str | None):
    request = data.draw(requests_to(provider))
    secret = Secret("s", provider.scheme.make_secret(seed))
    signed = provider.scheme.sign(request, secret=secret, now=now, id=id)
    verdict = provider.scheme.verify(signed, secrets=[secret], now=now)
    assert verdict.outcome == "valid", verdict
    assert signed.body == request.body
    again = provider.scheme.sign(signed, secret=secret, now=now, id=id)
    assert again == signed, "signing replaces what was signed"


@each_provider
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_came_gets_a_verdict(provider: Provider, data: st.DataObject):
    request = data.draw(requests_to(provider))
    secret = Secret("s", provider.scheme.make_secret(bytes(32)))
    now = datetime(2024, 1, 1, tzinfo=UTC)
    assert providers.verify(provider, request, secrets=[secret], now=now).outcome in {
        "missing",
        "malformed",
        "mismatch",
    }
    for text in providers.describe(request, provider):
        assert text is None or (0 < len(text) <= 255 and text.encode())
    assert provider.handshake is None or provider.handshake(request) is None


@each_provider
@pytest.mark.parametrize("value", ["", " ", "\t\n", "\udc80", None])
def test_what_cannot_be_a_secret_is_refused(provider: Provider, value: str):
    with pytest.raises(UsageError, match="mine") as refused:
        provider.scheme.check(Secret("mine", value))
    assert value is None or not value.strip() or value not in refused.value.message


@each_provider
def test_new_secrets_pass_and_differ(provider: Provider):
    first, second = (provider.scheme.make_secret(bytes([byte]) * 32) for byte in (1, 2))
    provider.scheme.check(Secret("new", first))
    assert first != second
    with pytest.raises(ValueError, match="32 random bytes"):
        provider.scheme.make_secret(bytes(31))


@each_provider
def test_a_scheme_tells_of_itself(provider: Provider):
    words = provider.scheme.describe()
    assert {"signature", "value", "algorithm", "signed", "encoding"} <= words.keys()
    assert ("tolerance" in words) == provider.scheme.timed
    assert provider.scheme.signs_url == (provider.name == "twilio")
