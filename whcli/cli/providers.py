"""`whcli providers`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from whcli import events, own, providers
from whcli.cli import complete, options
from whcli.cli.env import Env
from whcli.errors import NotFound
from whcli.providers import Provider
from whcli.signing import Param, Scheme
from whcli.signing.family import family
from whcli.view.tables import Column, pairs, table
from whcli.view.theme import Span

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="[NAME]", help="One of them, with all that is known of it.", autocompletion=complete.provider
    ),
]
Search = Annotated[
    str | None, typer.Option("--search", metavar="TEXT", help="Only with this text in the name, title or headers.")
]


def run(ctx: typer.Context, name: Name = None, search: Search = None, as_json: options.Json = False) -> None:
    """List the providers, or show one: its scheme, headers, handshakes, params, events, and where its secret is found.

    Example: whcli providers stripe

    Example: whcli providers --search hub
    """
    env: Env = ctx.obj
    chosen = [providers.get(name)] if name else [each for each in providers.all() if _holds(each, search or "")]
    if not chosen:
        raise NotFound(f"no provider has {search!r} in its name, title or headers", hint="whcli providers lists all")
    if as_json:
        env.show_json(_facts(each) for each in chosen)
    elif name:
        env.show(pairs(_lines(chosen[0]), width=env.width, style=env.style))
    else:
        env.show(table(_columns(), chosen, width=env.width, style=env.style))


def _holds(provider: Provider, text: str) -> bool:
    said = (provider.name, provider.title, *provider.marks, provider.scheme.describe()["signature"])
    return any(text.casefold() in each.casefold() for each in said)


def _columns() -> tuple[Column[Provider], ...]:
    return (
        Column("NAME", 1, 8, 20, 30, lambda p: Span(p.name, "name"), lambda p: p.name),
        Column("TITLE", 3, 8, 20, 40, lambda p: Span(p.title), lambda p: p.title),
        Column("SCHEME", 2, 10, 28, 40, lambda p: Span(_family(p)), _family),
        Column("SIGNATURE", 4, 10, 30, 40, lambda p: Span(_header(p), "dim"), _header),
        Column("CONFIDENCE", 5, 6, 10, 10, lambda p: Span(_confidence(p), "dim"), _confidence),
        Column("SAMPLES", 6, 7, 7, 7, lambda p: Span(str(len(_samples(p)))), lambda p: len(_samples(p)), right=True),
    )


def _facts(provider: Provider) -> dict[str, Any]:
    return {
        "name": provider.name,
        "title": provider.title,
        "docs": provider.docs or None,
        "confidence": _confidence(provider),
        "family": _family(provider),
        "scheme": provider.scheme.describe(),
        "schemes": _schemes(provider.scheme),
        "headers": list(provider.marks),
        "handshake": bool(provider.handshakes),
        "handshakes": [each.name for each in provider.handshakes],
        "params": [{"name": each.name, "told": each.told, "default": each.default} for each in provider.params],
        "secret": provider.secret_hint,
        "secret_env": provider.secret_env,
        "note": provider.scheme.note or None,
        "events": _samples(provider),
        "sends": list(provider.events),
    }


def _lines(provider: Provider) -> Iterator[tuple[str, list[Span]]]:
    usual, *others = _schemes(provider.scheme)
    yield "provider", [Span(provider.title, "strong"), Span(f"  {_family(provider)}", "dim")]
    for key, value in usual.items():
        yield key, [Span(value, "warn" if key == "note" else "")]
    for words in others:
        yield "also", [Span(f"{words['signature']}: {words['value']}"), Span(f"  {_short(words)}", "dim")]
    yield "detected by", [Span(", ".join(provider.marks) or "nothing: name it with --provider, or call /webhook/NAME")]
    for handshake in provider.handshakes:
        yield "handshake", [Span(handshake.name, "name"), Span("  answered by listen", "dim")]
    yield "secret", [Span(provider.secret_hint), Span(f"  {provider.secret_env}".rstrip(), "dim")]
    for param in provider.params:
        usual_value = f" By default {param.default}." if param.default else ""
        yield "param", [Span(param.name, "name"), Span(f"  {param.told}{usual_value}", "dim")]
    if provider.docs:
        yield "docs", [Span(provider.docs, "name")]
    yield "confidence", [Span(f"{_confidence(provider)}: {CONFIDENCE[_confidence(provider)]}")]
    for event in (samples := _samples(provider)):
        yield "event", [Span(event), Span(f"  {events.load(provider.name, event).about}", "dim")]
    if provider.events and not samples:
        yield "sends", [Span(", ".join(provider.events))]
    for line in _examples(provider):
        yield "try", [Span(line, "strong")]


CONFIDENCE: Mapping[str, str] = {
    "high": "read in its documents, its source or its official library",
    "medium": "read in independent code that agrees",
    "yours": "as whcli.toml says",
}


def _confidence(provider: Provider) -> str:
    return "yours" if provider.name in own.found() else provider.confidence


def _examples(provider: Provider) -> Iterator[str]:
    """Commands to copy."""
    name, scheme = provider.name, provider.scheme
    event = next((f"'{each}'" if " " in each else each for each in (*_samples(provider), *provider.events)), None)
    theirs = f" --secret env:{provider.secret_env}" if scheme.needs_secret else ""
    ours = theirs
    yield f"whcli listen --provider {name}{theirs}{_params(provider.params)}"
    if scheme.describe()["algorithm"].startswith(PAIRS):  # the provider keeps its private key: one of yours signs
        ours = " --secret file:own.key"
        yield f"whcli secret generate --provider {name} > own.key"
    yield f"whcli send --provider {name} --event {event or 'NAME --data @body.json'}{ours}{_params(scheme.params)}"
    if provider.handshakes:
        asked = (*scheme.params, *provider.handshakes[0].params)
        yield f"whcli send --provider {name} --handshake{ours}{_params(asked)}"


PAIRS = ("ed25519", "ecdsa", "rsa", "ES", "RS", "PS", "EdDSA")
"""How the algorithms of key pairs begin; the last ones in JSON Web Tokens (RFC 7518, 3.1)."""


def _params(params: Sequence[Param]) -> str:
    """The options for those that have to be known."""
    wanted = dict.fromkeys(param.name for param in params if param.default is None)
    return "".join(f" --param {name}=VALUE" for name in wanted)


def _schemes(scheme: Scheme) -> list[dict[str, str]]:
    """Each scheme in words, the usual one first; one that is known by its words already is left out."""
    found = [each for inner in getattr(scheme, "schemes", ()) for each in _schemes(inner)]
    usual = {key: value for key, value in scheme.describe().items() if key != "also"}
    return [usual, *(each for index, each in enumerate(found) if each != usual and each not in found[:index])]


def _short(words: Mapping[str, str]) -> str:
    return f"{words['algorithm']} of {words['signed']}"


def _samples(provider: Provider) -> list[str]:
    return events.types(provider.name) if provider.name in events.providers() else []


def _family(provider: Provider) -> str:
    return str(family(provider.scheme.describe()))


def _header(provider: Provider) -> str:
    return provider.scheme.describe()["signature"]
