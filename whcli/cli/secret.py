"""`whcli secret`."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer

from whcli import providers
from whcli.cli import complete, options
from whcli.cli.env import Env
from whcli.errors import UsageError
from whcli.model import Secret

Verb = Annotated[str, typer.Argument(metavar="generate", help="Make a secret and print it.")]
ProviderOption = Annotated[
    str,
    typer.Option(
        "--provider", metavar="NAME", help="The provider whose form it has.", autocompletion=complete.provider
    ),
]


def run(ctx: typer.Context, verb: Verb, provider: ProviderOption = "generic", as_json: options.Json = False) -> None:
    """Make a secret in a provider's own form.

    Of a key pair the private key is made, to sign with; the public one is told beside it, as the provider shows it.
    Where a provider signs nothing there is none to make.

    Example: whcli secret generate --provider standard-webhooks

    Example: whcli secret generate --provider discord --json
    """
    env: Env = ctx.obj
    if verb != "generate":
        raise UsageError(f"{verb!r} is not something that can be done with a secret", hint="whcli secret generate")
    record = providers.get(provider)
    scheme = record.scheme
    made = {"provider": provider, "secret": scheme.make_secret(secrets.token_bytes(64))}
    if public := scheme.public_key(Secret("the new secret", made["secret"])):
        made["public_key"] = public
    if as_json:
        env.show_json([made])
        return
    env.show([made["secret"]])
    if public:
        env.talk(
            "That is a private key, to sign with in the provider's stead: whcli send --secret. Keep it to yourself.",
            f"Verify with it, or with its public key, which is written as {record.title} shows its own:",
            *public.splitlines(),
        )
