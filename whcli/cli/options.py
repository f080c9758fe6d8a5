"""Options that commands share, and how their words are read."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from whcli import filters
from whcli.cli import complete
from whcli.cli.env import now
from whcli.errors import UsageError
from whcli.filters import OUTCOMES, Filter
from whcli.http import Headers

FILTERS = "Filters"
"""The heading of the options that say which deliveries."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
Ids = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ID...",
        help="42, 40-45, last, last~2, an event's id, or a unique beginning of one.",
        autocompletion=complete.delivery,
    ),
]
AllowRemote = Annotated[
    bool, typer.Option("--allow-remote", envvar="WHCLI_ALLOW_REMOTE", help="Allow targets on other machines.")
]
HeaderOption = Annotated[
    list[str] | None, typer.Option("--header", "-H", metavar="'K: V'", help="A header to set; repeatable.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="A value to set in the payload: data.amount=5; repeatable."),
]
SecretOption = Annotated[
    list[str] | None,
    typer.Option(
        "--secret", "-s", metavar="SECRET", help="A secret: env:NAME, file:PATH, keyring:NAME, or its text; repeatable."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the requests and send nothing.")]
Timeout = Annotated[str, typer.Option("--timeout", metavar="SPAN", help="How long to wait for a target's answer.")]


def _filter(metavar: str, **more: Any) -> Any:
    """An option that says which deliveries; help on a terminal shows them together."""
    return typer.Option(metavar=metavar, rich_help_panel=FILTERS, **more)


def _filters(
    provider: Annotated[
        str | None, _filter("NAME", help="Only from this provider.", autocompletion=complete.provider)
    ] = None,
    endpoint: Annotated[str | None, _filter("PATH", help="Only to this path, or to /webhook/PATH.")] = None,
    event: Annotated[str | None, _filter("GLOB", help="Only event types like this: 'invoice.*'.")] = None,
    verdict: Annotated[
        str | None,
        _filter("OUTCOME", help=f"Only with this verdict: {', '.join(OUTCOMES)}.", autocompletion=complete.outcome),
    ] = None,
    status: Annotated[
        str | None, _filter("STATUS", help="Only where the last attempt was answered with this: 404, 5xx.")
    ] = None,
    since: Annotated[str | None, _filter("TIME", help="Received then or later: 10m ago, 2h, 3d, or RFC 3339.")] = None,
    until: Annotated[str | None, _filter("TIME", help="Received then or before.")] = None,
    search: Annotated[str | None, _filter("TEXT", help="Only with this text in the body or the headers.")] = None,
    where: Annotated[
        list[str] | None, _filter("PATH=VALUE", help="Only with this value in a JSON body; repeatable.")
    ] = None,
) -> Filter:
    """The filter that these options ask for."""
    at = now()
    if where:
        from whcli import paths

        pairs = tuple(paths.assignment(each) for each in where)
    if provider:
        from whcli import providers

        providers.get(provider)  # a name that nobody has would match nothing, in silence
    return Filter(
        provider=provider,
        endpoint=endpoint,
        event=event,
        verdict=filters.parse_outcome(verdict) if verdict else None,
        status=filters.parse_status(status) if status else None,
        since=filters.parse_time(since, now=at) if since else None,
        until=filters.parse_time(until, now=at) if until else None,
        search=search,
        where=pairs if where else (),
    )


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the filter options; it gets them as one `wanted`."""
    hints = get_type_hints(command, include_extras=True) | get_type_hints(_filters, include_extras=True)
    own = [value for name, value in inspect.signature(command).parameters.items() if name != "wanted"]
    asked = inspect.signature(_filters).parameters
    parameters = [*own, *asked.values()]

    def run(**values: Any) -> None:
        wanted = _filters(**{name: values.pop(name) for name in asked})
        command(**values, wanted=wanted)

    run.__doc__ = command.__doc__
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # a function may have one (PEP 362)
        [each.replace(annotation=hints[each.name], kind=inspect.Parameter.KEYWORD_ONLY) for each in parameters]
    )
    run.__annotations__ = {each.name: hints[each.name] for each in parameters}
    return run


def header(text: str) -> tuple[bytes, bytes]:
    """`K: V` as a pair; raises UsageError."""
    name, colon, value = text.partition(":")
    if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
        raise UsageError(f"{text!r} is not a header", hint="for example --header 'X-Trace: 1'")
    return name.encode(), value.strip(" \t").encode("utf-8", "surrogateescape")


def headers(texts: Sequence[str] | None) -> Headers:
    """Every `K: V` as a pair."""
    return Headers(header(text) for text in texts or ())


def public_url(text: str | None) -> str | None:
    """A URL that senders can call; raises UsageError."""
    if text is None:
        return None
    if not text.startswith(("http://", "https://")):
        raise UsageError(f"{text!r} is not a URL", hint="for example --public-url https://example.ngrok.app")
    from whcli.outgoing import origin_of

    origin_of(text)
    return text


def timeout_of(text: str) -> timedelta:
    """A span that something can happen in; raises UsageError."""
    span = filters.parse_span(text)
    if not span:
        raise UsageError("no answer can come in no time", hint="for example --timeout 30s")
    return span


def size(text: str) -> int:
    """`25MB`, `1GiB`, `512k` or a number of bytes; raises UsageError."""
    match = re.fullmatch(r"(\d{1,12})\s*(?:([kKmMgG])(i?)[bB]?|[bB])?", text)
    if match is None:
        raise UsageError(f"{text!r} is not a size", hint="for example 25MB")
    power = " kmg".index((match[2] or " ").lower())
    return int(match[1]) * int((1024 if match[3] else 1000) ** power)


def data(text: str) -> bytes:
    """The bytes of `@FILE`, of stdin for `-`, else of the text itself; raises UsageError."""
    import sys

    if text == "-":
        return sys.stdin.buffer.read()
    if not text.startswith("@"):
        return text.encode("utf-8", "surrogateescape")
    try:
        return sys.stdin.buffer.read() if text == "@-" else Path(text[1:]).read_bytes()
    except OSError as error:
        raise UsageError(
            f"{text[1:]} cannot be read: {error.strerror}", hint="@FILE names a file, - is stdin"
        ) from error
