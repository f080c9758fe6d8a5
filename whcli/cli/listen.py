"""`whcli listen`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whcli import providers
from whcli.cli import complete, options, signing
from whcli.cli.env import Env
from whcli.errors import UsageError
from whcli.model import Target

if TYPE_CHECKING:
    from whcli.cli import exposing

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
TunnelOption = Annotated[
    str | None,
    typer.Option(
        "--tunnel",
        metavar="NAME",
        help="Open a tunnel, for a public URL: ngrok, ssh://HOST…; whcli tunnels lists them; '' for none.",
        autocompletion=complete.tunnel,
    ),
]
TunnelOptions = Annotated[
    list[str] | None,
    typer.Option("--tunnel-option", metavar="NAME=VALUE", help="What that tunnel can be told; repeatable."),
]
Domain = Annotated[
    str | None, typer.Option("--domain", metavar="NAME", help="The tunnel's domain: --tunnel-option domain=NAME.")
]
TrafficPolicy = Annotated[
    str | None,
    typer.Option("--traffic-policy", metavar="FILE", help="ngrok's rules: --tunnel-option traffic-policy=FILE."),
]
ProviderOption = Annotated[
    str | None,
    typer.Option(
        "--provider", metavar="NAME", help="Who calls, where the path does not say.", autocompletion=complete.provider
    ),
]
Tls = Annotated[
    bool, typer.Option("--tls", help="Speak HTTPS, with a certificate made here; send and replay trust it.")
]
TlsCert = Annotated[
    Path | None, typer.Option("--tls-cert", metavar="FILE", help="Speak HTTPS, with your certificate, in PEM.")
]
TlsKey = Annotated[
    Path | None, typer.Option("--tls-key", metavar="FILE", help="Its key, where that is in a file of its own.")
]
AllowIp = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-ip",
        metavar="RANGE",
        help="Only these may call: 192.0.2.0/24, or a list that you keep: github, stripe; repeatable.",
    ),
]
Confirm = Annotated[
    bool,
    typer.Option(
        "--confirm-subscription", help="Call the SubscribeURL of Amazon SNS, for the topic of --param topic_arn=ARN."
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
    tunnel: TunnelOption = None,
    tunnel_option: TunnelOptions = None,
    domain: Domain = None,
    traffic_policy: TrafficPolicy = None,
    provider: ProviderOption = None,
    secret: options.SecretOption = None,
    param: signing.ParamOption = None,
    confirm_subscription: Confirm = False,
    offline: signing.Offline = False,
    observe: Observe = False,
    events: Events = None,
    max_body: MaxBody = None,
    reply: Reply = 200,
    tls: Tls = False,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    allow_ip: AllowIp = None,
    timeout: options.Timeout = "30s",
    allow_remote: options.AllowRemote = False,
    as_json: options.Json = False,
) -> None:
    """Receive webhooks: each is stored, byte for byte, before it is answered; then shown and passed on.

    Every path and method is taken. /webhook/NAME is the endpoint of the provider NAME; on other paths the provider is
    told by the headers. GET /health answers for whcli itself. End with Ctrl-C.

    With --tunnel a public URL leads here. It is shown once a probe has come through it, watched, and opened anew when
    it is lost; what the probe finds, and any time in which nothing could come, is told.

    Example: whcli listen --forward-to 3000/hooks --secret env:STRIPE_WEBHOOK_SECRET
    """
    from whcli.cli import securing, serving

    env: Env = ctx.obj
    settings = env.config.settings
    secrets = env.secrets(secret)
    params = signing.pairs(param)
    signing.check(env, providers.get(provider) if provider else None, given=secrets, params=params)
    named = {"domain": domain, "traffic-policy": traffic_policy}
    told = [*(tunnel_option or ()), *(f"{name}={value}" for name, value in named.items() if value is not None)]
    host = host or settings.get("host", "127.0.0.1")
    serving.serve(
        env,
        serving.Plan(
            host=host,
            port=port if port is not None else settings.get("port"),
            public_url=options.public_url(public_url or settings.get("public_url")),
            tunnel=_wanted(env, tunnel, told, public_url=public_url, as_json=as_json),
            provider=provider,
            secrets=secrets,
            params=params,
            confirm=confirm_subscription,
            offline=offline,
            observe=observe,
            status=reply,
            max_body=options.size(str(max_body or settings.get("max_body", "25MB"))),
            targets=tuple(
                Target(each, timeout=options.timeout_of(timeout), only=tuple(events or ()))
                for each in env.targets(forward_to)
            ),
            allow_remote=allow_remote,
            identity=securing.identity(env, tls=tls, certificate=tls_cert, key=tls_key, host=host),
            allowed=securing.allowed(env, allow_ip),
            as_json=as_json,
        ),
    )


def _wanted(
    env: Env, tunnel: str | None, told: list[str], *, public_url: str | None, as_json: bool
) -> exposing.Wanted | None:
    """The tunnel asked for, by option or else by the settings. Raises UsageError for what does not go together."""
    if tunnel is None and public_url is None:
        settings = env.config.settings
        tunnel, public_url = settings.get("tunnel"), settings.get("public_url")
    if not tunnel:
        if told:
            raise UsageError(f"{told[0]} is for a tunnel, and there is none", hint="add --tunnel NAME: whcli tunnels")
        return None
    if public_url is not None:
        raise UsageError("--public-url is for a tunnel of your own, --tunnel opens one", hint="leave one of them out")
    from whcli.cli import exposing

    return exposing.wanted(env, tunnel, told, as_json=as_json)
