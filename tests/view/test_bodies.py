from __future__ import annotations

import gzip
import zlib

import pytest

from whcli.http import Headers
from whcli.view.body import render
from whcli.view.encoding import CAP, MEMBERS, unfold
from whcli.view.kinds import parameters

from .samples import COLOR, PLAIN


def shown(body: bytes, claimed: str = "", *, coding: str = "", width: int | None = None, **more) -> list[str]:
    headers = Headers(((b"content-type", claimed.encode()), (b"content-encoding", coding.encode())))
    return list(render(headers, body, width=width, style=PLAIN, **more))


INDENTED = ["{", '  "a": 1.0,', '  "b": [', "    1e999,", '    "\\u202e"', "  ]", "}"]


@pytest.mark.parametrize("claimed", ["application/json", "application/vnd.api+json; charset=utf-8", "", "text/plain"])
def test_json_keeps_every_token(claimed):
    assert shown(b'{"a":1.0,"b":[1e999,"\\u202e"]}', claimed) == INDENTED


def test_json_is_coloured_by_token():
    assert list(render(Headers(), b'{"a":1}', width=None, style=COLOR))[1] == '  \x1b[36m"a"\x1b[0m: \x1b[33m1\x1b[0m'


@pytest.mark.parametrize(
    ("body", "claimed", "first"),
    [
        (b'{"a":1', "application/json", "not JSON at character 6"),
        (b"{'a'}", "application/json", "not JSON at character 1"),
        (b'{"a":"\xff"}', "application/json", "'utf-8' codec can't decode byte 0xff in position 6"),
        (b"hello", "text/xml", "not XML: it has no element"),
        (b"<a><b></a>", "text/xml", "not XML: the end of an element that did not begin"),
        (b"<a>", "text/xml", "not XML: an element does not end"),
        (b"a b", "application/x-www-form-urlencoded", "not a form"),
        (b"hello", "multipart/form-data", "not multipart: the Content-Type names no boundary"),
        (b"hello", "multipart/form-data; boundary=X", "not multipart: its boundary is not in it"),
        (b"hello", "application/x-ndjson", "not JSON at character 0"),
        (b"", "application/json", "empty body"),
    ],
)
def test_what_a_body_is_not_is_said_in_one_line(body, claimed, first):
    lines = shown(body, claimed)
    assert lines[0].startswith(first)
    assert len(lines) == 1 + bool(body)


def test_a_byte_order_mark_is_seen():
    assert shown(b"\xef\xbb\xbf[]", "application/json") == ["\\ufeff[]"]


def test_json_by_lines_stays_on_its_lines():
    body = b'{"a": 1}\r\n\r\n{"b":[2, 3]}\n'
    assert shown(body, "application/x-ndjson") == shown(body) == ['{"a": 1}', '{"b":[2, 3]}']


def test_a_form_is_decoded_and_its_json_too():
    body = b"a=1&b=x+%C3%A9%zz&empty=&payload=%7B%22x%22%3A1%7D&not=%7Bx"
    assert shown(body, "application/x-www-form-urlencoded") == [
        *("a = 1", "b = x é%zz", "empty = ", "payload = ", "  {", '    "x": 1', "  }", "not = {x"),
    ]


def test_xml_is_indented_and_nothing_else():
    body = (
        b"""<?xml version="1.0"?>\n<r a='1 > 2'><x>t</x><e/><y></y><!-- c\nd --><![CDATA[<z>]]><q>mixed<i/></q></r>"""
    )
    assert shown(body, "application/soap+xml") == [
        '<?xml version="1.0"?>',
        "<r a='1 > 2'>",
        *("  <x>t</x>", "  <e/>", "  <y></y>", "  <!-- c", "  d -->", "  <![CDATA[<z>]]>"),
        *("  <q>", "    mixed", "    <i/>", "  </q>", "</r>"),
    ]


def test_entities_of_xml_stay_what_they_are():
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE l [<!ENTITY l0 "ha">{levels}<!ENTITY f SYSTEM "file:///etc/passwd">]><l>&l9;&f;</l>'
    lines = shown(body.encode(), "text/xml")
    assert lines[-1] == "<l>&l9;&f;</l>"
    assert sum(map(len, lines)) < len(body) + 20


def test_multipart_shows_each_part_by_its_kind():
    body = (
        b'preamble\r\n--X\r\nContent-Disposition: form-data; name="j"\r\nContent-Type: application/json\r\n\r\n{"a":1}'
        b'\r\n--X \r\nContent-Disposition: form-data; name=f; filename="a\\"\x1b.bin"\r\n\r\n\x00\x01'
        b"\r\n--X\r\n\r\nbare\r\n--X--\r\nepilogue"
    )
    assert shown(body, "multipart/form-data; boundary=X") == [
        "── part 1  name j  7 B",
        'Content-Disposition: form-data; name="j"',
        "Content-Type: application/json",
        *("  {", '    "a": 1', "  }"),
        '── part 2  name f  filename a"\\x1b.bin  2 B',
        'Content-Disposition: form-data; name=f; filename="a\\"\\x1b.bin"',
        "  00000000  00 01                                            ..",
        "── part 3  4 B",
        "  bare",
    ]


def test_multiparts_end_somewhere():
    assert shown(b"--X\r\n\r\n\r\n" * 1000, "multipart/mixed; boundary=X")[-1] == "… 900 more parts"
    nested = b"--X\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\nx"
    claimed = "multipart/mixed; boundary=X"
    for mark in (b"X", b"Y", b"Z", b"V"):
        nested = b"--%s\r\nContent-Type: %s\r\n\r\n%s" % (mark, claimed.encode(), nested)
        claimed = f"multipart/mixed; boundary={mark.decode()}"
    assert any("nested too deep" in line for line in shown(nested, claimed))


def test_text_is_read_in_its_charset():
    assert shown("né".encode("latin-1"), "text/plain; charset=ISO-8859-1") == ["né"]
    assert shown("né\r\nx\n".encode("utf-16"), "text/plain; charset=utf-16") == ["né", "x"]
    assert shown(b"plain, mostly \xff", "text/plain") == [
        "not all of it is in the charset it claims: the rest as \\xff",
        "plain, mostly \\xff",
    ]
    assert shown(b"cynva", "text/plain; charset=rot13") == ["cynva"]
    assert shown("日".encode(), "text/plain; charset=utf-8-sig-x") == ["日"]


def test_other_bytes_are_shown_in_hexadecimal():
    lines = shown(bytes(range(256)) * 4, "image/png")
    assert lines[0] == "00000000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  ................"
    assert lines[2].endswith("   !\"#$%&'()*+,-./")
    assert lines[-1] == "… 512 B more bytes"
    assert len(lines) == 33


def test_codings_are_undone():
    body = b'{"a":1}'
    raw = zlib.compressobj(wbits=-15)
    for packed, coding in (
        (gzip.compress(body, mtime=0), "gzip"),
        (gzip.compress(body[:3], mtime=0) + gzip.compress(body[3:], mtime=0), "X-GZIP"),
        (zlib.compress(body), "deflate"),
        (raw.compress(body) + raw.flush(), "deflate"),
        (gzip.compress(zlib.compress(body), mtime=0), "deflate, identity, gzip"),
    ):
        assert shown(packed, "application/json", coding=coding) == ["{", '  "a": 1', "}"]


@pytest.mark.parametrize(
    ("body", "coding", "lines"),
    [
        (b"plain", "gzip", ["gzip: it is not compressed, shown as it came", "plain"]),
        (b"plain", "br", ["the coding br is not undone here", "plain"]),
        (gzip.compress(b"plain", mtime=0)[:-9], "gzip", ["gzip: it ends too early", "plain"]),
        (gzip.compress(b"plain", mtime=0) + b"rest", "gzip", ["gzip: what follows is not compressed", "plain"]),
        (b"", "gzip", ["gzip: it ends too early", "empty body"]),
    ],
)
def test_a_lying_coding_is_said(body, coding, lines):
    assert shown(body, coding=coding) == lines


def test_bombs_unfold_no_further_than_the_cap():
    bomb = gzip.compress(gzip.compress(bytes(64 << 20)))
    assert len(bomb) < 1 << 17
    lines = shown(bomb, coding="gzip, gzip")
    assert lines[0] == "gzip: only the first 10 MiB are shown"
    assert len(lines) == 34
    assert unfold(gzip.compress(b"a", mtime=0) * 10_000) == (
        b"a" * MEMBERS,
        f"only the first {MEMBERS} members are shown",
    )
    assert len(unfold(gzip.compress(bytes(CAP + 1)))[0]) == CAP


class Large:
    """A long body that counts what is read of it."""

    def __init__(self):
        self.read = 0

    def __len__(self):
        return 100_000_000

    def pieces(self):
        while True:
            self.read += 1 << 20
            yield b"0123456789abcde\n" * (1 << 16)


def test_of_a_large_body_the_beginning_is_read():
    large = Large()
    lines = list(render(Headers(), large, width=80, style=PLAIN))
    assert lines[0] == "only the first 1.0 MB of 100.0 MB are shown"
    assert large.read == 1 << 20
    assert list(render(Headers(), Large(), width=80, style=PLAIN, limit_bytes=16))[1:] == ["0123456789abcde"]


@pytest.mark.parametrize(
    ("body", "size", "claimed", "lines"),
    [
        ('{"a": ["é", 12345]}', 15, "application/json", ["{", '  "a": [', '    "é",', "    12"]),
        ('{"a": ["éé"]}', 11, "", ["{", '  "a": [', '    "é']),
        ('{"a": 1}\n{"b": 2}\n{"c": 3}', 16, "application/x-ndjson", ['{"a": 1}', '{"b": 2']),
        ("Grüße aus Köln", 14, "text/plain", ["Grüße aus K"]),
    ],
)
def test_of_what_is_cut_the_beginning_is_shown_as_what_it_is(body, size, claimed, lines):
    headers = Headers([(b"Content-Type", claimed.encode())])
    note, *rest = render(headers, body.encode(), width=80, style=PLAIN, limit_bytes=size)
    assert note.startswith("only the first")
    assert rest == lines


@pytest.mark.parametrize(
    "body",
    [
        *(b"[" * 100_000, b"[" * 20_000 + b"]" * 20_000, b"9" * 5000, b"{" * 1000, b'"' * 10_000, b"\\" * 10_000),
        *(b"<a>" * 50_000, b"<a b='" * 50_000, b"<!--" * 50_000, b"<!D [" * 50_000, b"<a " + b"b" * 500_000),
        *(b"<" * 100_000, b"<a>" * 20_000 + b"</a>" * 20_000, b"&" * 100_000, b"%" * 100_000, b"=&" * 50_000),
        *(b"--X\r\n" * 50_000, b"\r\n" * 4_000, b"\x00" * 100_000, "日本".encode() * 50_000, b"{}\n" * 20_000),
    ],
    ids=lambda body: repr(body[:8]),
)
@pytest.mark.parametrize(
    "claimed", ["application/json", "text/xml", "application/x-www-form-urlencoded", "multipart/x; boundary=X", ""]
)
def test_no_body_takes_long(body, claimed):
    for count, _ in enumerate(render(Headers(((b"Content-Type", claimed.encode()),)), body, width=80, style=PLAIN)):
        assert count < 400_000


def test_parameters_of_a_header():
    assert parameters(b'text/x; A="b;\\"c" ; d = e; a=z;;=;f') == {"a": b'b;"c', "d": b"e"}
