"""`whcli verify`."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import typer

from whcli import providers
from whcli.actions.edit import Edits, edit
from whcli.actions.select import select
from whcli.cli import complete, options, signing
from whcli.cli.env import Env, now
from whcli.errors import ExitCode, UsageError
from whcli.filters import parse_span, parse_time
from whcli.formats import plain
from whcli.http import Request
from whcli.model import Secret
from whcli.view import detail

Id = Annotated[
    str | None,
    typer.Argument(
        metavar="[ID]",
        help="A stored delivery, less what --header, --body and --url put in place; without it, they are all there is.",
        autocompletion=complete.delivery,
    ),
]
ProviderOption = Annotated[
    str | None,
    typer.Option(
        "--provider", metavar="NAME", help="Whose signature it is meant to be.", autocompletion=complete.provider
    ),
]
HeaderOption = Annotated[
    list[str] | None, typer.Option("--header", "-H", metavar="'K: V'", help="A header of the request; repeatable.")
]
BodyOption = Annotated[
    str | None, typer.Option("--body", metavar="@FILE", help="The body: @FILE, - for stdin, or text.")
]
Url = Annotated[
    str | None, typer.Option("--url", metavar="URL", help="The URL as the sender called it, where the scheme signs it.")
]
Method = Annotated[str | None, typer.Option("--method", metavar="METHOD", help="The method, by default POST.")]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="TIME", help="Judge as of then: by default when it was received, else now."),
]
Tolerance = Annotated[
    str | None,
    typer.Option(
        "--tolerance", metavar="SPAN", help="How old a signature may be, by default as the provider has it: 5m."
    ),
]


def run(
    ctx: typer.Context,
    id: Id = None,
    provider: ProviderOption = None,
    secret: options.SecretOption = None,
    header: HeaderOption = None,
    body: BodyOption = None,
    url: Url = None,
    method: Method = None,
    at: At = None,
    tolerance: Tolerance = None,
    param: signing.ParamOption = None,
    offline: signing.Offline = False,
    as_json: options.Json = False,
) -> None:
    """Say whether a signature holds, and if not, why not and what to do.

    Example: whcli verify last --secret env:STRIPE_WEBHOOK_SECRET

    Example: whcli verify --provider stripe -s env:SECRET -H 'Stripe-Signature: t=…' --body @body.json
    """
    env: Env = ctx.obj
    endpoint = None
    moment = parse_time(at, now=now()) if at else now()
    if id is not None:
        ids = select(env.store, [id])
        if len(ids) > 1:
            raise UsageError(f"{id} is {len(ids)} deliveries; verify takes one", hint=f"whcli verify {ids[0]}")
        delivery = env.store.delivery(ids[0])
        request = edit(delivery.request, Edits(headers=options.headers(header)))
        name, endpoint = provider or delivery.provider, delivery.endpoint
        moment = moment if at else delivery.received_at
    else:
        request, name = Request("POST", "http://127.0.0.1/", options.headers(header)), provider
    request = request._replace(
        method=method or request.method,
        url=url or request.url,
        body=request.body if body is None else options.data(body),
    )
    record = providers.get(name) if name else providers.detect(request.headers)
    if record is None:
        raise UsageError("nothing tells whose signature this is", hint="--provider NAME; whcli providers lists them")
    if record.scheme.signs_url and id is None and url is None:
        raise UsageError(f"{record.name} signs the URL that it calls", hint="give it with --url https://…")
    record = signing.bound(env, record, endpoint=endpoint, given=signing.pairs(param))
    secrets = signing.known(env, record, endpoint=endpoint, given=env.secrets(secret))
    if not secrets and record.scheme.needs_secret:
        signing.required(env, record.name, given=())
    secrets = secrets or signing.served(env, record, request, offline=offline)
    verdict = providers.verify(
        record, request, secrets=secrets, now=moment, others=_others(env, secrets),
        tolerance=parse_span(tolerance) if tolerance else None,
    )  # fmt: skip
    if as_json:
        env.show_json([plain.verdict(verdict)])
    else:
        env.show(detail.verdict(verdict, width=env.width, style=env.style))
    if verdict.outcome != "valid":
        raise typer.Exit(ExitCode.NOT_VERIFIED)


def _others(env: Env, secrets: tuple[Secret, ...]) -> tuple[Secret, ...]:
    """Secrets of other endpoints, to find one that was mistaken for another."""
    found: list[Secret] = []
    for path in env.config.endpoints:
        with suppress(UsageError):  # one that cannot be had here is none to compare with
            found += env.config.endpoints[path].secrets
    return tuple(each for each in found if each not in secrets)
