"""What is written in a slot is read there, and hostile input is read as data."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whcli.errors import UsageError
from whcli.http import HELD, Headers, Request
from whcli.signing.slots import (
    AnyHeader,
    Form,
    Header,
    Items,
    Json,
    Listed,
    Multipart,
    Pair,
    Query,
    Slot,
    clean,
    parse_json,
    slot,
)

FORM = Headers([(b"content-type", b"Application/X-WWW-Form-Urlencoded; charset=utf-8")])
FULL = Request(
    "POST",
    "https://example.com/a?x=1&y=%20&x=2",
    Headers([(b"X-A", b"1"), (b"X-Pairs", b"t=1,v1=2,v1=3,w"), (b"X-List", b"v1,a v2,b v1,c"), (b"x-a", b"2"), *FORM]),
    b"x=1&y=%C3%A9+z&x=2",
)
JSON = Request("POST", "https://example.com", body='{"event": {"type": "é"}, "list": [{"n": 7}], "no": null}'.encode())


PARTS = Request(
    "POST",
    "https://example.com",
    Headers([(b"Content-Type", b'multipart/form-data; boundary="b-1"')]),
    b'--b-1\r\nContent-Disposition: form-data; name="json"\r\n\r\n{"type":"a"}\r\n'
    b'--b-1\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n'
    b'--b-1\r\ncontent-disposition: form-data; filename="f"; name="x"\r\n\r\n--2\r\n--b-1--\r\n',
)


class Long:
    """A body that is never held."""

    def __len__(self) -> int:
        return HELD + 1

    def pieces(self) -> Iterator[bytes]:
        raise AssertionError("it is too long to be read for a slot")


def values(slot: Slot, request: Request) -> list[list[bytes]]:
    return [slot.split(line) for line in slot.lines(request)]


@pytest.mark.parametrize(
    ("slot", "request_", "expected"),
    [
        (Header("X-a"), FULL, [[b"1"], [b"2"]]),
        (Header("X-B"), FULL, []),
        (Pair("X-Pairs", "v1"), FULL, [[b"2", b"3"]]),
        (Pair("X-Pairs", "v0"), FULL, [[]]),
        (Pair("X-B", "v1"), FULL, []),
        (Listed("X-List", "v1"), FULL, [[b"a", b"c"]]),
        (Items("X-Pairs"), FULL, [[b"t=1", b"v1=2", b"v1=3", b"w"]]),
        (Items("X-Pairs", 1), FULL, [[b"v1=2", b"v1=3", b"w"]]),
        (Items("X-Pairs", 0, 1), FULL, [[b"t=1"]]),
        (Items("X-List"), FULL, [[b"v1", b"a v2", b"b v1", b"c"]]),
        (Items(Form("y"), separator=" "), FULL, [["é".encode(), b"z"]]),
        (AnyHeader("X-List", "X-B", "X-Pairs"), FULL, [[b"t=1,v1=2,v1=3,w", b"v1,a v2,b v1,c"]]),
        (AnyHeader("X-B", "X-A"), FULL, [[b"1"], [b"2"]]),
        (AnyHeader("X-B", "X-C"), FULL, []),
        (Multipart("json"), PARTS, [[b'{"type":"a"}']]),
        (Multipart("x"), PARTS, [[b"1"], [b"--2"]]),
        (Multipart("y"), PARTS, []),
        (Multipart("json"), FULL, []),
        (Multipart("json"), PARTS._replace(body=Long()), []),
        (Json("type", inside=Multipart("json")), PARTS, [[b"a"]]),
        (Query("x"), FULL, [[b"1"], [b"2"]]),
        (Query("y"), FULL, [[b" "]]),
        (Query("z"), FULL, []),
        (Form("x"), FULL, [[b"1"], [b"2"]]),
        (Form("y"), FULL, [["é z".encode()]]),
        (Form("x"), FULL._replace(headers=Headers()), []),
        (Form("x"), FULL._replace(body=Long()), []),
        (Json("event.type"), JSON, [["é".encode()]]),
        (Json("list.0.n"), JSON, [[b"7"]]),
        *((Json(path), JSON, []) for path in ("no", "event", "list", "list.1.n", "event.0", "x.y.z", "event.type.x")),
        (Json("x"), FULL, []),
        (Json("x"), JSON._replace(body=Long()), []),
        (Json("type", inside=Form("p")), FULL._replace(body=b"p=%7B%22type%22%3A%22a%22%7D"), [[b"a"]]),
        (Json("type", inside=Form("p")), FULL, []),
    ],
)
def test_reading(slot: Slot, request_: Request, expected: list[list[bytes]]):
    assert values(slot, request_) == expected


@given(value=st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
@pytest.mark.parametrize("request_", [FULL, FULL._replace(url="https://example.com#f", headers=FORM, body=b"")])
@pytest.mark.parametrize("slot", [Query("x"), Query("b-1"), Form("x"), Form("é =")], ids=lambda slot: slot.where)
def test_text_of_any_kind_is_written_and_read(slot: Slot, request_: Request, value: str):
    assert values(slot, slot.put(request_, value.encode())) == [[value.encode()]]


@pytest.mark.parametrize(
    ("slot", "header"),
    [
        (Header("X-A"), b"new"),
        (Pair("X-Pairs", "v1"), b"t=1,v1=new,w"),
        (Listed("X-List", "v1"), b"v2,b v1,new"),
        (Items("X-Pairs", 1, 3), b"t=1,new,w"),
        (Items("X-Pairs"), b"new"),
        (AnyHeader("X-A", "X-Pairs"), b"new"),
    ],
)
def test_a_header_keeps_its_place(slot: Slot, header: bytes):
    key = slot.name.lower().encode()
    place = [name.lower() for name, _ in FULL.headers].index(key)
    written = slot.put(FULL, b"new")
    assert written.headers.all(key) == [header] == [written.headers[place][1]]
    assert slot.blank(written).headers[place][1] == b""
    assert slot.blank(JSON) == JSON


def test_json_is_written_with_no_other_byte_changed():
    changed = Json("event.type").put(JSON, b"new")
    assert changed.body == b'{"event": {"type": "new"}, "list": [{"n": 7}], "no": null}'
    assert Json("list.0.n", number=True).put(JSON, b"8").body == JSON.body.replace(b"7", b"8")
    assert Json("list.0.m").put(JSON, b"8").body == JSON.body.replace(b"7}", b'7,"m":"8"}')
    assert Json("a.b").put(JSON._replace(body=b"{ }"), b"c").body == b'{ "a":{"b":"c"}}'
    assert Json("event.type").read(JSON) == "é", "what was read before is not touched"
    for bad in (FULL, JSON._replace(body=b"[]"), JSON._replace(body=Long()), JSON._replace(body=b'{"event":1}')):
        with pytest.raises(UsageError, match="no place"):
            Json("event.type").put(bad, b"new")
    with pytest.raises(UsageError, match="too long"):
        Form("x").put(JSON._replace(body=Long()), b"new")


HOSTILE = {
    "deep": b"[" * 100_000,
    "a number of 5,000 digits": b"9" * 5_000,
    "BOM": b"\xef\xbb\xbf{}",
    "NaN": b'{"type": NaN}',
    "Infinity": b"[-Infinity]",
    "not UTF-8": b'{"type": "\xff"}',
    "cut": b'{"type": "a',
    "empty": b"",
    "long": b" " * HELD + b"1",
    "UTF-16": '{"type": 1}'.encode("utf-16"),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_json_reads_as_none(body: bytes):
    assert parse_json(body) is None
    assert Json("type").read(JSON._replace(body=body)) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"", None),
        (b"caf\xe9", "caf\\xe9"),
        ("a\ud800b", "a\\ud800b"),
        ("é" * 300, "é" * 255),
        ("\U0001f600" * 300, "\U0001f600" * 255),
        (b"x" * 10**6, "x" * 255),
        (b"\xff" * 300, ("\\xff" * 64)[:255]),
    ],
)
def test_text_that_leaves_is_clean(value: bytes | str, text: str | None):
    assert clean(value) == text


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ('{"type": "a\\ud800"}', "a\\ud800"),
        ('{"type": 12}', "12"),
        ('{"type": true}', None),
        ('{"type": 1.5}', None),
        ('{"type": ""}', None),
        ('{"type": ["a"]}', None),
        (json.dumps({"type": "x" * 1000}), "x" * 255),
        ('{"type": "a", "type": "b"}', "b"),
    ],
)
def test_event_types_of_any_kind(document: str, text: str | None):
    assert Json("type").read(JSON._replace(body=document.encode())) == text


def test_a_form_of_too_many_fields_is_not_read():
    assert Form("a").lines(FULL._replace(body=b"a=1&" * 10_000)) == []


def test_a_field_of_a_multipart_form_is_written_in_its_place():
    assert isinstance(PARTS.body, bytes)
    slot_ = Json("type", inside=Multipart("json"))
    assert slot_.put(PARTS, b"new").body == PARTS.body.replace(b'"a"', b'"new"')
    for bad in (FULL, PARTS._replace(body=b"--b-1"), PARTS._replace(headers=Headers())):
        with pytest.raises(UsageError, match="no place"):
            Multipart("json").put(bad, b"new")


@pytest.mark.parametrize(
    "text", ["header:X-A", "pair:X-Pairs:v1", "pair:X-Pairs:v1:;", "listed:X-List:v1", "items:X-Pairs:0:1", "query:x"]
)
def test_slots_have_a_text_form(text: str):
    assert slot(text).lines(FULL)


@pytest.mark.parametrize(
    "text", ["", "header:", "head:X", "X-A", "pair:X", "pair:a:b:c:d", "items:X:first", "listed:X", "header:é", "json"]
)
def test_what_is_no_slot_is_told(text: str):
    with pytest.raises(ValueError, match="is no slot"):
        slot(text)


@given(
    body=st.binary(max_size=300),
    kind=st.sampled_from([b"multipart/form-data; boundary=b", b"multipart/form-data", b""]),
)
def test_any_bytes_are_read_as_a_multipart_form(body: bytes, kind: bytes):
    request = Request("POST", "https://x", Headers([(b"Content-Type", kind)]), b"--b\r\n" + body)
    assert all(isinstance(line, bytes) for line in Multipart("x").lines(request))
