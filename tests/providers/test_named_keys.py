"""Where the keys of requests are looked for: nothing that a request says leads anywhere but to the provider's hosts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from provider_samples import PUBLISHED, Sample, leaves

from tests.net.test_keys import HOSTILE
from whcli.errors import WhcliError
from whcli.signing.hosts import host_of

NAMED = [
    (sample, scheme.fetched.named)
    for sample in PUBLISHED
    for scheme in leaves(sample.scheme)
    if getattr(scheme, "fetched", None) is not None and scheme.fetched.named is not None
]
SERVED = [sample for sample in PUBLISHED if sample.scheme.key_source(sample.request) is not None]


@pytest.mark.parametrize("sample", SERVED, ids=str)
def test_a_genuine_request_names_a_key_that_may_be_called_for(sample: Sample):
    source = sample.scheme.key_source(sample.request)
    assert source is not None
    assert host_of(source.url) is not None


@pytest.mark.parametrize(("sample", "slot"), NAMED, ids=[f"{sample} {slot.name}" for sample, slot in NAMED])
def test_no_hostile_url_is_followed(sample: Sample, slot):
    for url in HOSTILE:
        try:
            request = slot.put(sample.request, url.encode("utf-8", "backslashreplace"))
        except WhcliError:
            continue
        source = sample.scheme.key_source(request)
        assert source is None, url
        verdict = sample.scheme.verify(request, secrets=[], now=datetime.now(UTC))
        assert verdict.outcome not in ("valid", "unchecked"), url
