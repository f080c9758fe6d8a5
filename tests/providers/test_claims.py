"""A cause is claimed only where it is proved: of a request signed by somebody else, nothing is made up."""

from __future__ import annotations

import pytest

from tests.providers.provider_samples import ALL, NOW, own
from whcli import providers
from whcli.model import Secret
from whcli.providers import Provider

SIGNING = [provider for provider in ALL if own(provider).slot is not None]
TOLD = {"wrong-secret", "unknown", None}
"""All that can be said of it."""
OTHER = b"o" * 32


@pytest.mark.parametrize("provider", SIGNING, ids=lambda provider: provider.name)
def test_of_another_secret_no_cause_is_made_up(provider: Provider):
    sample, other = own(provider), own(provider, seed=OTHER)
    assert sample.secret.value != other.secret.value
    bound = provider._replace(scheme=sample.scheme)
    verdict = providers.verify(bound, sample.request, secrets=[other.secret], now=NOW)
    assert verdict.outcome == "mismatch"
    assert verdict.cause in TOLD, verdict
    assert "looks like" not in verdict.reason, verdict.reason
    assert other.secret.value not in f"{verdict.reason} {verdict.fix}"


def test_a_public_key_is_no_mistake_where_one_is_meant():
    sample, other = own(providers.get("wise")), own(providers.get("wise"), seed=OTHER)
    public = sample.scheme.public_key(other.secret)
    assert public is not None
    assert public.startswith("-----BEGIN PUBLIC KEY")
    verdict = providers.verify(sample.provider, sample.request, secrets=[Secret("key", public)], now=NOW)
    assert verdict.outcome == "mismatch"
    assert "looks like" not in verdict.reason
