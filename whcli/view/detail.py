"""One delivery in detail: what came, what we think of it, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice

from whcli.http import Headers, Request, Response
from whcli.model import Attempt, Record, Verdict
from whcli.view import body, words
from whcli.view.tables import pairs
from whcli.view.text import safe
from whcli.view.theme import Line, Span, Style, fold

ANSWER_LINES = 20
"""Lines of a target's answer that are shown."""

INSET = 2
"""Cells that an answer stands in, below its attempt."""


def delivery(  # noqa: PLR0913 - what is shown is what is given
    record: Record,
    verdicts: Sequence[Verdict],
    attempts: Sequence[Attempt],
    *,
    width: int | None,
    style: Style,
    now: datetime,
    headers_only: bool = False,
) -> Iterator[str]:
    """A delivery with its verdicts and attempts (each oldest first), as lines of at most `width` cells."""
    came = record.delivery.request
    if headers_only:
        yield from _message(came, width, style)
        return
    yield from pairs(_summary(record, verdicts, now), width=width, style=style)
    yield ""
    yield from request(came, width=width, style=style, whole=f"whcli show {record.delivery.id} --body")
    for sent in attempts:
        yield ""
        yield from _attempt(sent, width=width, style=style, now=now)


def request(what: Request, *, width: int | None, style: Style, whole: str = "") -> Iterator[str]:
    """A request as it came or would leave: request line, headers, body.

    `whole` is the command that writes all of a body too long to be shown.
    """
    yield from _message(what, width, style)
    yield ""
    yield from body.render(what.headers, what.body, width=width, style=style, whole=whole)


def _message(what: Request, width: int | None, style: Style) -> Iterator[str]:
    head = [Span(safe(what.method), "strong"), Span(f" {safe(what.url)}")]
    return chain(_folded([head], width, style), fields(what.headers, width=width, style=style))


def fields(headers: Headers, *, width: int | None, style: Style) -> Iterator[str]:
    """Header fields in the order and case they came, long values continued further in."""
    lines = ([Span(safe(name), "name"), Span(": ", "dim"), Span(safe(value))] for name, value in headers)
    return _folded(lines, width, style)


def _summary(record: Record, verdicts: Sequence[Verdict], now: datetime) -> Iterator[tuple[str, Line]]:
    """What a delivery is, as names and values; what is not known is left out."""
    what = record.delivery
    copy = "" if record.duplicate_of is None else f"  dup of #{record.duplicate_of}"
    yield "delivery", [Span(f"#{what.id}", "strong"), Span(copy, "warn")]
    sender = f"  from {safe(what.remote)}" if what.remote else ""
    yield (
        what.origin,
        [Span(words.full(what.received_at)), Span(f"  {words.ago(what.received_at, now)}{sender}", "dim")],
    )
    yield "endpoint", [Span(safe(what.endpoint)), Span(f"  {safe(what.provider or '')}", "name")]
    if what.event_type or what.event_id:
        yield "event", [Span(safe(what.event_type or ""), "strong"), Span(f"  {safe(what.event_id or '')}", "dim")]
    digest = f"  sha256 {what.body_sha256.hex()}"
    yield "body", [Span(words.size(len(what.request.body))), Span(digest, "dim")]
    for verdict in verdicts or (record.verdict,):
        yield from _verdict(verdict)


def verdict(judged: Verdict, *, width: int | None, style: Style) -> Iterator[str]:
    """A verdict on its own."""
    return pairs(_verdict(judged), width=width, style=style)


def _verdict(verdict: Verdict | None) -> Iterator[tuple[str, Line]]:
    """A verdict with its reason, and what would mend it."""
    if verdict is None:
        yield "signature", [words.judged(None)]
        return
    aside = f"  by {safe(verdict.secret_label)}" if verdict.secret_label else ""
    aside += f"  signed {words.full(verdict.signed_at)}" if verdict.signed_at else ""
    yield "signature", [words.judged(verdict), Span(f"  {safe(verdict.reason)}"), Span(aside, "dim")]
    if verdict.fix:
        yield "fix", [Span(safe(verdict.fix), "strong")]


def _attempt(sent: Attempt, *, width: int | None, style: Style, now: datetime) -> Iterator[str]:
    """An attempt with its answer below it."""
    again = f" no. {sent.number}" if sent.number > 1 else ""
    line = [*words.outcome(sent), Span("  "), Span(safe(sent.target), "name")]
    resigned = "  re-signed" if sent.resigned else ""
    line.append(Span(f"  {sent.cause}{again}{resigned}  {words.moment(sent.started_at, now).text}", "dim"))
    yield from _folded([line], width, style)
    room = None if width is None else max(width - INSET, 1)
    if sent.response:
        yield from (f"{' ' * INSET}{shown}" for shown in _answer(sent.response, room, style))
    elif sent.delivery_id is not None:
        command = [Span(" " * INSET), Span("then: ", "dim"), Span(words.replay(sent.delivery_id), "strong")]
        yield style.line(command, width)


def _answer(response: Response, width: int | None, style: Style) -> Iterator[str]:
    """The headers of an answer, and so many lines of what it said."""
    yield from fields(response.headers, width=width, style=style)
    cut = response.body_size > len(response.body)
    lines = body.render(response.headers, response.body, width=width, style=style, cut=cut)
    yield from islice(lines, ANSWER_LINES)
    if next(lines, None) is not None:
        yield style.line([Span("… more: --json shows all of it", "dim")], width)
    elif cut:
        yield style.line([Span(f"… {words.size(response.body_size - len(response.body))} more", "dim")], width)


def _folded(lines: Iterable[Line], width: int | None, style: Style) -> Iterator[str]:
    return (style.line(part) for line in lines for part in fold(line, width, indent=INSET * 2))
