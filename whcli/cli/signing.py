"""Which secret, params and keys a command works with: those given, else those of the endpoint in the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from whcli import providers
from whcli.cli.env import Env, now
from whcli.errors import UsageError, WhcliError
from whcli.http import Request
from whcli.model import Endpoint, Secret
from whcli.providers import Provider

if TYPE_CHECKING:
    from whcli.net.keys import Keys

NONE: Mapping[str, str] = {}

ParamOption = Annotated[
    list[str] | None,
    typer.Option("--param", metavar="NAME=VALUE", help="What the provider needs beside the secret; repeatable."),
]
Offline = Annotated[bool, typer.Option("--offline", help="Fetch no public keys; use those fetched within a day.")]


def known(
    env: Env, provider: Provider | None, *, endpoint: str | None, given: tuple[Secret, ...]
) -> tuple[Secret, ...]:
    """The secrets for a provider's deliveries to an endpoint: those given, else those of the settings.

    Raises UsageError for one that cannot be a secret of the provider.
    """
    if provider is None:
        return given
    secrets = given or configured(env, provider, endpoint)
    for secret in secrets:
        provider.scheme.check(secret)
    return secrets


def pairs(texts: Sequence[str] | None) -> dict[str, str]:
    """What `--param` gives, by name. Raises UsageError for what is no NAME=VALUE."""
    found: dict[str, str] = {}
    for text in texts or ():
        name, equals, value = text.partition("=")
        if not equals or not name or not value:
            raise UsageError(
                f"--param takes NAME=VALUE, not {text[:100]!r}", hint="--param webhook_id=1JE4291016473214C"
            )
        found[name] = value
    return found


def params(
    env: Env, provider: Provider, *, endpoint: str | None = None, given: Mapping[str, str] = NONE
) -> dict[str, str]:
    """What is set for a provider beside its secret: what is given before the endpoint's, before the provider's own."""
    found: dict[str, str] = {}
    for path in (f"/webhook/{provider.name}", endpoint):
        configured = env.config.endpoints.get(path or "")
        if configured and configured.provider in (None, provider.name):
            found |= dict(configured.params)
    return found | dict(given)


def bound(env: Env, provider: Provider, *, endpoint: str | None = None, given: Mapping[str, str] = NONE) -> Provider:
    """The provider with its params. Raises UsageError for one unknown or missing."""
    return providers.bind(provider, params(env, provider, endpoint=endpoint, given=given))


def of_provider(provider: Provider, given: Mapping[str, str]) -> dict[str, str]:
    """Those of the params given that a provider knows, where they are given for several."""
    return {param.name: given[param.name] for param in provider.params if param.name in given}


def check_params(given: Mapping[str, str]) -> None:
    """Raises UsageError for a param that no provider knows."""
    if not given:
        return
    known = {param.name for provider in providers.all() for param in provider.params}
    for name in given.keys() - known:
        from difflib import get_close_matches

        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "whcli providers NAME lists those of a provider"
        raise UsageError(f"no provider knows a param {name[:100]}", hint=hint)


def keys(env: Env, *, offline: bool) -> Keys:
    """The public keys that providers serve, kept in the user's own folder."""
    from whcli.config import own_folder
    from whcli.net.keys import Keys

    return Keys(own_folder("state", env.environment) / "keys", clock=now, offline=offline)


def served(env: Env, provider: Provider, request: Request, *, offline: bool) -> tuple[Secret, ...]:
    """The key of a request where the provider serves it; none where it cannot be had."""
    source = provider.scheme.key_source(request)
    text = keys(env, offline=offline).get(source) if source is not None else None
    return (Secret(source.url, text),) if source is not None and text is not None else ()


def is_served(env: Env, endpoint: Endpoint, *, params: Mapping[str, str]) -> bool:
    """Whether an endpoint's provider serves the key that it signs with, and nothing else is missing."""
    name = endpoint.provider or endpoint.path.removeprefix("/webhook/")
    if not providers.has(name):
        return False
    record = providers.get(name)
    try:
        scheme = bound(env, record, endpoint=endpoint.path, given=of_provider(record, params)).scheme
    except UsageError:
        return False  # the verdicts say what is missing
    return not scheme.needs_secret and scheme.describe()["algorithm"] != "none"


def configured(env: Env, provider: Provider, endpoint: str | None) -> tuple[Secret, ...]:
    """The secrets that the settings have for an endpoint, else for the provider's own."""
    for path in (endpoint, f"/webhook/{provider.name}"):
        found = env.config.endpoints.get(path or "")
        if found and found.secrets and found.provider in (None, provider.name):
            return found.secrets
    return ()


def required(env: Env, name: str, *, given: tuple[Secret, ...]) -> tuple[Provider, tuple[Secret, ...]]:
    """A provider and its secrets; raises UsageError where none is known."""
    provider = providers.get(name)
    secrets = known(env, provider, endpoint=None, given=given)
    if not secrets:
        raise UsageError(
            f"no secret is known for {name}", hint=f"--secret env:{provider.secret_env}: {provider.secret_hint}"
        )
    return provider, secrets


def check(env: Env, provider: Provider | None, *, given: tuple[Secret, ...], params: Mapping[str, str]) -> None:
    """Raises UsageError for a secret or param, given or configured, that cannot be; NotFound for an unknown provider.

    Without a provider, those that are given are for any.
    """
    if provider is not None:
        for secret in given:
            provider.scheme.check(secret)
        if given or params:
            bound(env, provider, given=params)
    else:
        check_params(params)
    list(env.config.providers)  # of the user's own, a mistake is told now, and not by each delivery
    for path in env.config.endpoints:
        _check_endpoint(env, path, params)


def _check_endpoint(env: Env, path: str, params: Mapping[str, str]) -> None:
    """Raises UsageError, with the line, for an endpoint whose provider, params or secrets cannot be."""
    endpoint, key = env.config.endpoints[path], "provider"
    name = endpoint.provider or path.removeprefix("/webhook/")
    if not (endpoint.provider or providers.has(name)):
        return
    try:
        record = providers.get(name)  # known without a secret, too: it is asked for by each delivery
        key = "params"
        if endpoint.params or endpoint.secrets:
            bound(env, record, endpoint=path, given=of_provider(record, params))
        key = "secret"
        for secret in endpoint.secrets:
            record.scheme.check(secret)
    except WhcliError as error:
        raise env.config.endpoints.mistake(path, key, error) from error
