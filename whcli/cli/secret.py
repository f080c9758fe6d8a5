"""`whcli secret`."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer

from whcli import providers
from whcli.cli import options
from whcli.cli.env import Env
from whcli.errors import UsageError

NEEDS_ARGUMENTS = True

Verb = Annotated[str, typer.Argument(metavar="generate", help="Make one and print it.")]
ProviderOption = Annotated[str, typer.Option("--provider", help="In whose form.")]


def run(ctx: typer.Context, verb: Verb, provider: ProviderOption = "generic", as_json: options.Json = False) -> None:
    """Make a secret in a provider's own form.

    Example: whcli secret generate --provider standard-webhooks
    """
    env: Env = ctx.obj
    if verb != "generate":
        raise UsageError(f"{verb!r} is not something that can be done with a secret", hint="whcli secret generate")
    made = providers.get(provider).scheme.make_secret(secrets.token_bytes(64))
    if as_json:
        env.show_json([{"provider": provider, "secret": made}])
    else:
        env.show([made])
