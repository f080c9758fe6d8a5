"""Which secret a command signs with: the one given, else that of the endpoint in the settings."""

from __future__ import annotations

from collections.abc import Sequence

from whcli import providers
from whcli.cli.env import Env
from whcli.errors import UsageError
from whcli.model import Secret
from whcli.providers import Provider


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


def bound(env: Env, provider: Provider, *, endpoint: str | None, given: Sequence[str] = ()) -> Provider:
    """The provider with its params, those given as NAME=VALUE before those of the settings.

    Raises UsageError for one unknown or missing.
    """
    params: dict[str, str] = {}
    for path in (f"/webhook/{provider.name}", endpoint):
        found = env.config.endpoints.get(path or "")
        if found and found.provider in (None, provider.name):
            params |= dict(found.params)
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(
                f"--param takes NAME=VALUE, not {text[:100]!r}", hint="--param webhook_id=1JE4291016473214C"
            )
        params[name] = value
    return providers.bind(provider, params)


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


def check(env: Env, provider: Provider | None, *, given: tuple[Secret, ...]) -> None:
    """Raises UsageError for a secret, given or configured, that cannot be one; NotFound for a provider unknown."""
    for secret in given:
        if not secret.value.strip():
            raise UsageError(f"the secret {secret.label} is empty", hint="give its text, env:NAME or file:PATH")
    if provider is not None:
        for secret in given:
            provider.scheme.check(secret)
        if given:
            bound(env, provider, endpoint=None)
    for endpoint in env.config.endpoints.values():
        name = endpoint.provider or endpoint.path.removeprefix("/webhook/")
        if endpoint.provider or name in providers.names():
            record = providers.get(name)  # known without a secret, too: it is asked for by each delivery
            if endpoint.params or endpoint.secrets:
                providers.bind(record, dict(endpoint.params))
            for secret in endpoint.secrets:
                record.scheme.check(secret)
