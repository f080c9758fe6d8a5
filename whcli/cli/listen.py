"""`whcli listen`."""

from __future__ import annotations

from typing import Annotated

import typer

from whcli import providers
from whcli.cli import complete, options, signing
from whcli.cli.env import Env
from whcli.model import Target

Port = Annotated[
    int | None,
    typer.Option(
        "--port", metavar="N", min=0, max=65535, help="By default 8400 or the next that is free; 0 takes any."
    ),
]
Host = Annotated[
    str | None, typer.Option("--host", metavar="ADDRESS", help="By default 127.0.0.1; 0.0.0.0 lets other machines in.")
]
ForwardTo = Annotated[
    list[str] | None,
    typer.Option(
        "--forward-to", metavar="TARGET", help="Pass deliveries on to 3000, 3000/hooks, host:port or a URL; repeatable."
    ),
]
PublicUrl = Annotated[
    str | None,
    typer.Option("--public-url", metavar="URL", help="The URL that senders call, where it is another: your tunnel's."),
]
ProviderOption = Annotated[
    str | None,
    typer.Option(
        "--provider", metavar="NAME", help="Who calls, where the path does not say.", autocompletion=complete.provider
    ),
]
Observe = Annotated[bool, typer.Option("--observe", help="Accept and pass on what fails verification, too.")]
Events = Annotated[
    list[str] | None,
    typer.Option("--events", metavar="GLOB", help="Pass on only event types like this: 'invoice.*'; repeatable."),
]
MaxBody = Annotated[
    str | None,
    typer.Option("--max-body", metavar="SIZE", help="The largest body, by default 25MB; a larger one gets 413."),
]
Reply = Annotated[
    int, typer.Option("--reply", min=200, max=599, metavar="STATUS", help="The answer to what is accepted.")
]


def run(
    ctx: typer.Context,
    port: Port = None,
    host: Host = None,
    forward_to: ForwardTo = None,
    public_url: PublicUrl = None,
    provider: ProviderOption = None,
    secret: options.SecretOption = None,
    observe: Observe = False,
    events: Events = None,
    max_body: MaxBody = None,
    reply: Reply = 200,
    timeout: options.Timeout = "30s",
    allow_remote: options.AllowRemote = False,
    as_json: options.Json = False,
) -> None:
    """Receive webhooks: each is stored, byte for byte, before it is answered; then shown and passed on.

    Every path and method is taken. /webhook/NAME is the endpoint of the provider NAME; on other paths the provider is
    told by the headers. GET /health answers for whcli itself. End with Ctrl-C.

    Example: whcli listen --forward-to 3000/hooks --secret env:STRIPE_WEBHOOK_SECRET
    """
    from whcli.cli import serving

    env: Env = ctx.obj
    settings = env.config.settings
    secrets = env.secrets(secret)
    signing.check(env, providers.get(provider) if provider else None, given=secrets)
    serving.serve(
        env,
        serving.Plan(
            host=host or settings.get("host", "127.0.0.1"),
            port=port if port is not None else settings.get("port"),
            public_url=options.public_url(public_url or settings.get("public_url")),
            provider=provider,
            secrets=secrets,
            observe=observe,
            status=reply,
            max_body=options.size(str(max_body or settings.get("max_body", "25MB"))),
            targets=tuple(
                Target(each, timeout=options.timeout_of(timeout), only=tuple(events or ()))
                for each in env.targets(forward_to)
            ),
            allow_remote=allow_remote,
            as_json=as_json,
        ),
    )
