"""The lines behind `listen`: one for each delivery, and the block that says where it can be called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from whcli.model import Attempt, Delivery, Openness, Outcome, Record, TunnelState, Verdict
from whcli.schedule import delivered
from whcli.view import words
from whcli.view.tables import GAP, Column, layout, pairs, row
from whcli.view.text import safe
from whcli.view.text import width as cells_of
from whcli.view.theme import Meaning, Span, Style, fold

TAIL = 26
"""Cells kept for the verdict and the answer of a target: `– unchecked  → 200  37ms`."""

SIGNATURE = 11
"""Cells that a verdict takes, so that answers stand below each other."""

ANSWER = 200
"""Bytes of a refusal that are shown with it: most say why at once."""

ID_ROOM = 5
"""Cells for an id with its `#`; a longer one gets what it needs."""

CALLERS = 4
"""Ranges of addresses that are named."""

CLOCK = 10
"""Cells of a time and the gap after it."""

LEAST = 33
"""Cells kept for the time, the id and the event, however long an error is."""

STATES: Mapping[Openness, Meaning] = {"up": "ok", "down": "bad"}
"""What a tunnel's state means; for others it is said and no more."""

COLUMNS: tuple[Column[Record], ...] = (
    Column("TIME", 2, 8, 8, 8, lambda r: Span(words.clock(r.delivery.received_at), "dim")),
    Column("ID", 1, 2, 12, 12, lambda r: Span(f"#{r.delivery.id}", "strong")),
    Column("PROVIDER", 4, 6, 6, 12, lambda r: words.foreign(r.delivery.provider, "name")),
    Column("EVENT", 3, 8, 24, 32, lambda r: words.event(r.delivery)),
    Column("EVENT ID", 6, 8, 8, 28, lambda r: words.foreign(r.delivery.event_id, "dim")),
    Column("SIZE", 5, 8, 8, 8, lambda r: Span(words.size(len(r.delivery.request.body)), "dim"), right=True),
)


def line(record: Record, attempts: Sequence[Attempt], *, width: int | None, style: Style) -> str:
    """One delivery with what became of it: verdict, duplicate, the last attempt at each target.

    Columns stand in the same place on every line, but where an error needs their room; nothing exceeds `width`
    cells. Without a width everything is shown, unaligned.
    """
    if width is None:
        usual = not attempts and record.duplicate_of is None
        return _log(record.delivery, _quiet(record.verdict, style) if usual else style.line(_tail(record, attempts)))
    tail = _tail(record, attempts)
    cells = [column.shown(record) for column in COLUMNS]
    needed = max(TAIL, sum(cells_of(span.text) for span in tail))
    room = max(width - GAP - needed, min(LEAST, width - GAP - width // 3))
    widths = _widths(room, max(ID_ROOM, len(cells[1].text)))
    return style.line(row(COLUMNS, cells, widths) + tail, width)


def _log(delivery: Delivery, tail: str) -> str:
    """Everything in a line, unaligned. A busy listener writes thousands a second of these."""
    provider = _short(delivery.provider) if delivery.provider else words.NONE.text
    event_id = safe(delivery.event_id, limit=words.LONGEST) if delivery.event_id else words.NONE.text
    event = _short(delivery.event_type) if delivery.event_type else words.event(delivery).text
    size = words.size(len(delivery.request.body))
    return f"{words.clock(delivery.received_at)}  #{delivery.id}  {provider}  {event}  {event_id}  {size}  {tail}"


@lru_cache(256)
def _short(text: str) -> str:
    """Foreign text of which there are few kinds."""
    return safe(text, limit=words.LONGEST)


def _quiet(verdict: Verdict | None, style: Style) -> str:
    """The end of a line that tells of a verdict alone."""
    return _said(verdict.outcome, verdict.reason, style) if verdict else _said("unchecked", "", style)


@lru_cache(256)
def _said(outcome: Outcome, reason: str, style: Style) -> str:
    return style.line([words.signature(Verdict(outcome, reason))])


@lru_cache(256)
def _widths(room: int, id_room: int) -> Sequence[int]:
    return layout(COLUMNS, [id_room if column.title == "ID" else column.most for column in COLUMNS], room)


def _tail(record: Record, attempts: Sequence[Attempt]) -> list[Span]:
    """What was thought of a delivery and what became of it, as far as it is known."""
    verdict = words.signature(record.verdict)
    tail = [verdict]
    last = {attempt.target: attempt for attempt in attempts}
    if record.duplicate_of is not None:
        tail += [Span("  "), Span(f"dup of #{record.duplicate_of}", "warn")]
    elif last and all(attempt.response for attempt in last.values()):
        tail.append(Span(" " * (SIGNATURE - cells_of(verdict.text))))
    for target, attempt in last.items():
        tail.append(Span("  "))
        if len(last) > 1:
            tail.append(Span(f"{words.place(target)} ", "dim"))
        tail += words.outcome(attempt) if attempt.response else [Span(f"✗ {words.remedy(attempt)}", "bad")]
    return tail


def attempt(sent: Attempt, *, width: int | None, style: Style) -> str:
    """One attempt in one line: `→ 200  37ms  http://127.0.0.1:3000/hooks  re-signed`."""
    line = [] if sent.delivery_id is None else [Span(f"#{sent.delivery_id}", "strong"), Span("  ")]
    line += words.outcome(sent)
    if sent.response:
        line += [Span("  "), Span(safe(sent.target, limit=words.LONGEST), "name")]
    if sent.resigned:
        line += [Span("  "), Span("re-signed", "dim")]
    if sent.response and sent.response.body and (sent.cause == "send" or not delivered(sent)):
        line += [Span("  "), Span(safe(sent.response.body[:ANSWER]), "dim")]
    return style.line(line, width)


Known = Literal["secret", "served", "kept", "nothing"]
"""By what the signatures of an endpoint are checked."""


def ready(  # noqa: PLR0913 - what is shown is what is given
    *,
    url: str,
    instead_of: int | None = None,
    exposed: bool = False,
    public_url: str | None,
    tunnel: TunnelState | None = None,
    db: str,
    endpoints: Iterable[tuple[str, str | None, Known]],
    targets: Sequence[str],
    certificate: tuple[str, str] | None = None,
    callers: Sequence[str] = (),
    width: int | None,
    style: Style,
) -> list[str]:
    """The block that `listen` begins with: where to call it, what is known, where things go, what to try next.

    Args:
        instead_of: the port that would have been the default and is taken.
        exposed: other machines can call.
        endpoints: path, provider and by what signatures are checked, for each that is configured.
        certificate: its file and its SHA-256.
        callers: the addresses that may call, where not all may.
    """
    items: list[tuple[str, list[Span]]] = [("listening on", _address(url, instead_of=instead_of, exposed=exposed))]
    if certificate:
        items += [("certificate", [_name(certificate[0])]), ("SHA-256", [Span(certificate[1])])]
    if public_url:
        items.append(("public URL", [_name(public_url), *(_proof(tunnel) if tunnel else ())]))
    items += [("endpoint", _endpoint(*endpoint)) for endpoint in endpoints]
    if callers:
        more = f" and {len(callers) - CALLERS} more" if len(callers) > CALLERS else ""
        items.append(("open to", [Span(safe(", ".join(callers[:CALLERS]) + more)), Span("  others get 403", "dim")]))
    items += [("forwarding to", [_name(target)]) for target in targets]
    items.append(("database", [Span(safe(db))]))
    items.append(("try", [Span("whcli send --event payment.success", "strong"), Span("  in another terminal", "dim")]))
    return list(pairs(items, width=width, style=style))


def tunnel(state: TunnelState, *, width: int | None, style: Style) -> str:
    """What became of a tunnel: `14:02:11  tunnel ngrok is down: no network`; below it the URL, and what helps."""
    gap = f"{words.clock(state.down_since)} to {words.clock(state.at)}" if state.down_since else ""
    first = [Span(words.clock(state.at), "dim"), Span(f"  tunnel {safe(state.tunnel)} ")]
    first.append(Span(f"is {state.state}", STATES.get(state.state, "")))
    first += [Span(f" again, it was down from {gap}", "warn")] if gap and state.state == "up" else []
    first += [Span(": "), Span(safe(state.reason), "warn")] if state.reason else []
    lines = list(fold(first, width, indent=CLOCK))
    if state.state == "up":  # the URL is there to be copied: a terminal that is too narrow breaks it without a gap
        lines.append([Span(" " * CLOCK), _name(state.public_url or "")])
    if state.hint:
        lines += fold([Span(" " * CLOCK + safe(state.hint), "dim")], width, indent=CLOCK)
    return "\n".join(style.line(line).rstrip() for line in lines)


def title(state: TunnelState, style: Style, *, first: bool = False) -> str:
    """What has a terminal say in its title how the tunnel is, at any time; its own title comes back in the end.

    Empty where there is no colour, either. (XTWINOPS 22 and 23 keep and give back a title, OSC 0 sets it.)
    """
    if not style.color:
        return ""
    if state.state == "closed":
        return "\x1b[23;0t"
    text = safe(f"whcli: {state.tunnel} is {state.state} {state.public_url or ''}")
    return ("\x1b[22;0t" if first else "") + f"\x1b]0;{text}\x07"


def _address(url: str, *, instead_of: int | None, exposed: bool) -> list[Span]:
    """Where it can be called on this machine, and what is not as who did not ask for it expects."""
    said = [f"{instead_of} is taken" if instead_of else "", "other machines can call" if exposed else ""]
    told = "; ".join(filter(None, said))
    return [_name(url), *([Span("  "), Span(told, "warn")] if told else [])]


def _proof(state: TunnelState) -> list[Span]:
    """Whether a request came through a tunnel, or why that is not known."""
    if state.checked:
        return [Span("  a probe came through", "ok")]
    hint = f"; {safe(state.hint)}" if state.hint else ""
    return [Span("  "), Span(safe(state.reason or "not checked"), "warn"), Span(hint, "dim")]


def _name(text: str) -> Span:
    return Span(safe(text), "name")


def _endpoint(path: str, provider: str | None, known: Known) -> list[Span]:
    return [Span(safe(path), "name"), Span(f"  {safe(provider)}" if provider else "", ""), Span("  "), KNOWN[known]]


KNOWN: Mapping[Known, Span] = {
    "secret": Span("signatures are checked", "ok"),
    "served": Span("signatures are checked, by the key that the provider serves", "ok"),
    "kept": Span("signatures are checked only by a key that was fetched before", "warn"),
    "nothing": Span("no secret: signatures are not checked", "warn"),
}
