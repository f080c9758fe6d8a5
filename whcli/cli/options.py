"""Options that commands share, and how their words are read."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from whcli import filters
from whcli.cli import complete
from whcli.cli.env import now
from whcli.errors import UsageError
from whcli.filters import Filter
from whcli.http import Headers

Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
Ids = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ID...",
        help="42, 40-45, last, last~2, or an event's id or its unique beginning.",
        autocompletion=complete.delivery,
    ),
]
AllowRemote = Annotated[
    bool, typer.Option("--allow-remote", envvar="WHCLI_ALLOW_REMOTE", help="Let a target be another machine.")
]
HeaderOption = Annotated[
    list[str] | None, typer.Option("--header", "-H", metavar="'K: V'", help="Set a header; repeatable.")
]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Set a value in the payload; repeatable.")
]
SecretOption = Annotated[
    list[str] | None,
    typer.Option("--secret", "-s", metavar="SECRET", help="Its text, env:NAME, file:PATH or keyring:NAME; repeatable."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the requests, send nothing.")]
Timeout = Annotated[str, typer.Option("--timeout", metavar="SPAN", help="How long to wait for an answer.")]


def _filters(
    provider: Annotated[
        str | None, typer.Option(help="Only of this provider.", autocompletion=complete.provider)
    ] = None,
    endpoint: Annotated[str | None, typer.Option(help="Only to this path, or the name behind /webhook/.")] = None,
    event: Annotated[str | None, typer.Option(metavar="GLOB", help="Only events like this: 'invoice.*'.")] = None,
    verdict: Annotated[str | None, typer.Option(metavar="OUTCOME", help="Only with this verdict: valid, …")] = None,
    status: Annotated[str | None, typer.Option(help="Only where the last attempt got this: 404, 5xx.")] = None,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="Not before: 10m, 2h, 3d, or RFC 3339.")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Not after.")] = None,
    search: Annotated[str | None, typer.Option(metavar="TEXT", help="Only with this text in body or headers.")] = None,
    where: Annotated[
        list[str] | None, typer.Option(metavar="PATH=VALUE", help="Only with this value in a JSON body; repeatable.")
    ] = None,
) -> Filter:
    """The filter that these options ask for."""
    at = now()
    if where:
        from whcli import paths

        pairs = tuple(paths.assignment(each) for each in where)
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
