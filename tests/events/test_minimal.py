"""Events of providers without samples: told where their records read them, and signed by their schemes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from whcli import events, providers
from whcli.errors import NotFound
from whcli.events import minimal
from whcli.http import Request
from whcli.model import Secret
from whcli.providers import Provider
from whcli.signing.credential import Unsigned

URL = "https://hooks.example.com/webhook/acme"
ID = "msg_0a1b2c3d4e5f60718293a4b5c6d7e8f9"
NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
UNSAMPLED = [provider for provider in providers.all() if provider.name not in events.providers()]


def named(provider: object) -> str:
    return provider.name if isinstance(provider, Provider) else ""


def bound(provider: Provider) -> Provider:
    params = {param.name: param.default or f"my-{param.name}" for param in provider.params}
    return providers.bind(provider, params)


@pytest.mark.parametrize("provider", UNSAMPLED, ids=named)
def test_an_event_is_told_as_it_would_be_received(provider: Provider):
    for event in provider.events:
        made = minimal.request(provider, event, id=ID, url=URL)
        assert providers.describe(made, provider)[0] == (event if provider.event_type else None)


@pytest.mark.parametrize("provider", UNSAMPLED, ids=named)
def test_it_is_signed_by_the_providers_scheme_and_still_told(provider: Provider):
    if isinstance(provider.scheme, Unsigned):
        return
    provider = bound(provider)
    secret = Secret("ours", provider.scheme.make_secret(bytes(range(32))))
    event = provider.events[0] if provider.events else "thing.done"
    made = minimal.request(provider, event, id=ID, url=URL)
    signed = provider.scheme.sign(made, secret=secret, now=NOW, id=ID)
    assert provider.scheme.verify(signed, secrets=[secret], now=NOW).outcome == "valid"
    assert providers.describe(signed, provider)[0] == (event if provider.event_type else None)


def test_bodies_of_each_kind():
    assert made("asana", "task.added").body == (b'{"events":[{"resource":{"resource_type":"task"},"action":"added"}]}')
    assert made("figma", "PING").body == b'{"event_type":"PING"}'
    assert made("discord", "ENTITLEMENT_CREATE").body == (
        b'{"event":{"type":"ENTITLEMENT_CREATE"},"id":"msg_0a1b2c3d4e5f60718293a4b5c6d7e8f9"}'
    )
    form = made("dropbox-sign", "callback_test")
    assert form.headers.first(b"content-type") == b"multipart/form-data; boundary=whcli-7MA4YWxkTrZu0gW"
    assert b'{"event":{"event_type":"callback_test"}}' in bytes(form.body)


def made(name: str, event: str) -> Request:
    return minimal.request(providers.get(name), event, id=ID, url=URL)


def test_an_event_that_the_record_does_not_name():
    with pytest.raises(NotFound, match=r"no event 'task\.aded' of asana") as failed:
        minimal.check(providers.get("asana"), "task.aded")
    assert "did you mean task.added" in (failed.value.hint or "")
    minimal.check(providers.get("asana")._replace(events=()), "anything")
