"""Whatever is sent, in any field, through any view: harmless lines, none broken, none too wide."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from whcli.http import Headers
from whcli.view import body, detail, live, tables

from .samples import COLOR, NOW, attempts, hostile, hostile_bytes, records, verdicts
from .screen import check

widths = st.none() | st.integers(12, 140)
some = settings(max_examples=60, deadline=None)

JSON_KEYS = st.dictionaries(hostile, hostile | st.lists(st.floats() | st.integers()), max_size=3)
TYPES = st.sampled_from(
    (
        *("application/json", "application/x-ndjson", "application/x-www-form-urlencoded", "text/xml", "image/svg+xml"),
        *("multipart/form-data; boundary=XX", 'multipart/mixed; boundary="X X"', "text/plain; charset=utf-16", ""),
        *("text/plain; charset=rot13", "application/json; charset=shift_jis", "image/png", "text/html; charset=zlib"),
    )
)


def form(name: str, value: str) -> bytes:
    spelled = (part.encode("utf-8", "surrogatepass") for part in (name, value))
    return b"=".join(b"".join(b"%%%02x" % byte for byte in part) for part in spelled)


def part(name: bytes, filename: bytes, inside: bytes) -> bytes:
    return b'--XX\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s\r\n' % (name, filename, inside)


bodies = st.one_of(
    st.binary(max_size=200),
    hostile_bytes,
    JSON_KEYS.map(lambda value: json_bytes(value, ensure_ascii=True)),
    JSON_KEYS.map(lambda value: json_bytes(value, ensure_ascii=False)),
    st.lists(st.builds(form, hostile, hostile), max_size=3).map(b"&".join),
    st.builds(b"<a b='%s'><c>%s</c>%s</a>".__mod__, st.tuples(hostile_bytes, hostile_bytes, hostile_bytes)),
    st.lists(st.builds(part, hostile_bytes, hostile_bytes, hostile_bytes), max_size=3).map(b"".join),
)


def json_bytes(value: object, *, ensure_ascii: bool) -> bytes:
    return json.dumps(value, ensure_ascii=ensure_ascii).encode("utf-8", "surrogatepass")


def without_tabs(lines: Iterable[str], width: int | None, count: int) -> Iterator[str]:
    """Lines of a table; for a pipe each has just the tabs that we set."""
    for line in lines:
        assert line.count("\t") == (count if width is None else 0)
        yield line.replace("\t", " ")


@some
@given(records, st.lists(attempts, max_size=3), widths)
def test_live_lines(record, sent, width):
    assert len(check([live.line(record, sent, width=width, style=COLOR)], width)) == 1


@some
@given(st.lists(records, min_size=1, max_size=4), widths)
def test_lists(found, width):
    lines = without_tabs(tables.deliveries(found, width=width, style=COLOR, now=NOW), width, 9)
    assert len(check(lines, width)) == len(found) + (width is not None)


@some
@given(st.lists(attempts, min_size=1, max_size=4), widths)
def test_attempts(sent, width):
    lines = without_tabs(tables.attempts(sent, width=width, style=COLOR, now=NOW), width, 8)
    assert len(check(lines, width)) == len(sent) + (width is not None)
    check([live.attempt(each, width=width, style=COLOR) for each in sent], width)


@some
@given(records, st.lists(verdicts, max_size=2), st.lists(attempts, max_size=2), widths, st.booleans())
def test_detail(record, judged, sent, width, headers_only):
    check(detail.delivery(record, judged, sent, width=width, style=COLOR, now=NOW, headers_only=headers_only), width)


@settings(max_examples=300, deadline=None)
@given(TYPES | hostile, st.sampled_from(("", "gzip", "deflate", "br, gzip", "gzip, gzip")) | hostile, bodies, widths)
def test_bodies(claimed, coding, sent, width):
    pairs = ((b"Content-Type", claimed), (b"Content-Encoding", coding))
    headers = Headers((name, value.encode("utf-8", "surrogatepass")) for name, value in pairs if value)
    assert check(body.render(headers, sent, width=width, style=COLOR), width)


@some
@given(
    hostile,
    st.none() | hostile,
    hostile,
    st.lists(st.tuples(hostile, st.none() | hostile, st.sampled_from(sorted(live.KNOWN)))),
    widths,
)
def test_the_ready_block(url, public_url, db, endpoints, width):
    block = live.ready(
        url=url, public_url=public_url, db=db, endpoints=endpoints, targets=[url], width=width, style=COLOR
    )
    check(block, width)
