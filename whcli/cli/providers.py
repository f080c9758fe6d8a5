"""`whcli providers`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from whcli import events, providers
from whcli.cli import options
from whcli.cli.env import Env
from whcli.providers import Provider
from whcli.view.tables import Column, pairs, table
from whcli.view.theme import Span

Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="One of them, with its scheme, headers and events.")]


def run(ctx: typer.Context, name: Name = None, as_json: options.Json = False) -> None:
    """List the providers, or show one with its scheme and its sample events.

    Example: whcli providers stripe
    """
    env: Env = ctx.obj
    chosen = [providers.get(name)] if name else list(providers.all())
    if as_json:
        env.show_json(_facts(each) for each in chosen)
        return
    if name:
        env.show(pairs(_lines(chosen[0]), width=env.width, style=env.style))
        return
    columns = (
        Column[Provider]("NAME", 1, 8, 20, 30, lambda p: Span(p.name, "name"), lambda p: p.name),
        Column[Provider]("TITLE", 2, 8, 20, 40, lambda p: Span(p.title), lambda p: p.title),
        Column[Provider]("SIGNATURE", 3, 10, 30, 60, lambda p: Span(_header(p)), _header),
        Column[Provider](
            "EVENTS", 4, 6, 6, 6, lambda p: Span(str(len(_events(p)))), lambda p: len(_events(p)), right=True
        ),
    )
    env.show(table(columns, chosen, width=env.width, style=env.style))


def _facts(provider: Provider) -> dict[str, Any]:
    return {
        "name": provider.name,
        "title": provider.title,
        "docs": provider.docs,
        "scheme": provider.scheme.describe(),
        "headers": list(provider.marks),
        "handshake": bool(provider.handshakes),
        "secret": provider.secret_hint,
        "secret_env": provider.secret_env,
        "events": _events(provider),
    }


def _lines(provider: Provider) -> Iterator[tuple[str, list[Span]]]:
    yield "provider", [Span(provider.title, "strong")]
    for key, value in provider.scheme.describe().items():
        yield key, [Span(value)]
    yield "detected by", [Span(", ".join(provider.marks) or "nothing: name it with --provider, or call /webhook/NAME")]
    yield "handshake", [Span("answered" if provider.handshakes else "none")]
    yield "secret", [Span(provider.secret_hint)]
    yield "docs", [Span(provider.docs, "name")]
    for param in provider.scheme.params:
        usual = f" By default {param.default}." if param.default else ""
        yield "param", [Span(param.name, "name"), Span(f"  {param.told}{usual}", "dim")]
    samples = _events(provider)
    for event in samples:
        yield "event", [Span(event), Span(f"  {events.load(provider.name, event).about}", "dim")]
    if samples:
        yield "try", [Span(f"whcli send --provider {provider.name} --event {samples[0]}", "strong")]
    elif provider.events:
        yield "sends", [Span(", ".join(provider.events))]


def _events(provider: Provider) -> list[str]:
    return events.types(provider.name) if provider.name in events.providers() else []


def _header(provider: Provider) -> str:
    return provider.scheme.describe()["signature"]
