"""Each mistake that is made in practice is told by its name."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whcli.http import HELD, Headers, Request
from whcli.model import Secret, Verdict
from whcli.signing import AnyOf, Scheme, diagnosis, verify
from whcli.signing.diagnosis.spelling import spellings
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Listed, Pair

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
BODY = SignatureScheme(signature=Header("X-Sig"), prefix="sha256=")
STRIPE = SignatureScheme(signature=Pair("X-Sig", "v1"), timestamp=Pair("X-Sig", "t"), signed="{timestamp}.{body}")
STANDARD = SignatureScheme(
    signature=Listed("sig", "v1"),
    id=Header("id"),
    signed="{id}.{body}",
    encoding="base64",
    key="whsec",
    new="whsec_{base64}",
)
URL = SignatureScheme(signature=Header("X-Sig"), signed="{url}{body}", encoding="base64")
JSON = '{"a":"é/<b>","n":1.5,"list":[1,2]}'


class Case(NamedTuple):
    """A request as the sender made it, and what became of it, or of the secret, on the way."""

    cause: str
    scheme: Scheme = BODY
    sent: bytes = JSON.encode()
    signer: Scheme | None = None
    came: Callable[[Request], Request] = lambda request: request
    theirs: str = "s3cret"
    ours: str = "s3cret"


def body(change: Callable[[bytes], bytes]) -> Callable[[Request], Request]:
    def came(request: Request) -> Request:
        assert isinstance(request.body, bytes)
        return request._replace(body=change(request.body))

    return came


def to(body_: bytes | str) -> Callable[[Request], Request]:
    return body(lambda _: body_.encode() if isinstance(body_, str) else body_)


def url(change: Callable[[str], str], *headers: tuple[bytes, bytes]) -> Callable[[Request], Request]:
    return lambda request: request._replace(url=change(request.url), headers=Headers([*request.headers, *headers]))


def signature(change: Callable[[bytes], bytes]) -> Callable[[Request], Request]:
    def came(request: Request) -> Request:
        value = request.headers.first(b"X-Sig")
        assert value is not None
        return request._replace(headers=request.headers.put(b"X-Sig", change(value)))

    return came


SENT = json.loads(JSON)
WHSEC = "whsec_" + b64encode(bytes(range(24))).decode()
CASES = {
    "newline behind our secret": Case("secret-whitespace", ours="s3cret\n"),
    "spaces around our secret": Case("secret-whitespace", scheme=STRIPE, ours=" s3cret "),
    "base64 taken as text by the sender": Case(
        "secret-decoding", scheme=STANDARD, signer=STANDARD._replace(key="text"), theirs=WHSEC, ours=WHSEC
    ),
    "text taken as whsec by the sender": Case(
        "secret-decoding", signer=BODY._replace(key="whsec"), theirs=WHSEC, ours=WHSEC
    ),
    "prefix dropped by the sender": Case("secret-decoding", scheme=STRIPE, theirs=WHSEC[6:], ours=WHSEC),
    "prefix dropped by us": Case("secret-decoding", scheme=STRIPE, theirs=WHSEC, ours=WHSEC[6:]),
    "hex decoded by the sender": Case(
        "secret-decoding", signer=BODY._replace(key="hex"), theirs="c0ffee", ours="c0ffee"
    ),
    "newline added to the body": Case("body-newline", came=body(lambda sent: sent + b"\n")),
    "newline lost from the body": Case("body-newline", sent=JSON.encode() + b"\r\n", came=to(JSON)),
    "line ends of another system": Case("body-newline", sent=b"a\nb\n", came=to(b"a\r\nb\r\n")),
    "JSON with spaces": Case("body-reserialized", came=to(json.dumps(SENT, ensure_ascii=False))),
    "JSON with spaces and escapes": Case("body-reserialized", scheme=STRIPE, came=to(json.dumps(SENT))),
    "JSON indented": Case("body-reserialized", came=to(json.dumps(SENT, indent=2))),
    "JSON that was indented": Case("body-reserialized", sent=json.dumps(SENT, indent=4).encode(), came=to(JSON)),
    "JSON that was sorted": Case("body-reserialized", sent=b'{"a":1,"b":2}', came=to(b'{"b":2,"a":1}')),
    "JSON that came from PHP": Case("body-reserialized", sent=b'{"a":"\\u00e9\\/"}', came=to('{"a": "é/"}')),
    "JSON that came from Go": Case("body-reserialized", sent=b'{"a":"\\u003cb\\u003e"}', came=to('{"a": "<b>"}')),
    "BOM added": Case("body-encoding", came=body(lambda sent: b"\xef\xbb\xbf" + sent)),
    "BOM lost": Case("body-encoding", sent=b"\xef\xbb\xbf{}", came=to(b"{}")),
    "UTF-8 read as Latin-1": Case("body-encoding", came=body(lambda sent: sent.decode("latin-1").encode())),
    "Latin-1 sent, UTF-8 came": Case("body-encoding", sent="é".encode("latin-1"), came=to("é")),
    "composed to decomposed": Case("body-encoding", sent="é".encode(), came=to("e\u0301")),
    "signed before it was compressed": Case("body-encoding", came=body(lambda sent: gzip.compress(sent, mtime=0))),
    "body consumed before signing": Case("body-empty", sent=b"", came=to(JSON)),
    "body consumed after signing": Case("body-empty", came=to(b"")),
    "SHA-1": Case("wrong-algorithm", signer=BODY._replace(algorithm="hmac-sha1")),
    "SHA-512": Case("wrong-algorithm", scheme=STRIPE, signer=STRIPE._replace(algorithm="hmac-sha512")),
    "base64 for hex": Case("wrong-encoding", signer=BODY._replace(encoding="base64")),
    "hex for base64": Case(
        "wrong-encoding", scheme=STANDARD, signer=STANDARD._replace(encoding="hex"), theirs=WHSEC, ours=WHSEC
    ),
    "capital hex": Case("wrong-encoding", scheme=STRIPE, signer=STRIPE._replace(encoding="HEX")),
    "base64 without padding": Case(
        "wrong-encoding", scheme=URL, signer=URL._replace(encoding="base64 without padding")
    ),
    "http for https": Case("url-mismatch", scheme=URL, came=url(lambda sent: sent.replace("https", "http"))),
    "a port": Case("url-mismatch", scheme=URL, came=url(lambda sent: sent.replace(".com", ".com:8443"))),
    "a slash": Case("url-mismatch", scheme=URL, came=url(lambda sent: sent.replace("?", "/?"))),
    "the host of the Host header": Case(
        "url-mismatch",
        scheme=AnyOf((URL, URL)),
        came=url(lambda sent: sent.replace("hooks.example.com", "localhost:8400"), (b"Host", b"hooks.example.com")),
    ),
    "the host that a proxy tells": Case(
        "url-mismatch",
        scheme=URL,
        came=url(lambda _: "http://127.0.0.1:80/x/a?b=1", (b"X-Forwarded-Host", b"hooks.example.com")),
    ),
    "an escaped slash": Case("url-mismatch", scheme=URL, came=url(lambda sent: sent.replace("/a", "%2Fa"))),
    "a body cut": Case("truncated", came=body(lambda sent: sent[:-3])),
    "a signature cut": Case("truncated", came=signature(lambda sent: sent[:40])),
    "a signature cut in a list": Case("truncated", scheme=STRIPE, came=signature(lambda sent: sent[:-8])),
    "another secret": Case("wrong-secret", theirs="other"),
    "another secret over no JSON": Case("wrong-secret", sent=b"\xff\xfe\x1f\x8b", theirs="other"),
    "another secret over false gzip": Case("wrong-secret", sent=b"\x1f\x8bnot gzip", theirs="other"),
    "another secret over deep JSON": Case("wrong-secret", sent=b"[" * 900 + b"]" * 900, theirs="other"),
    "another secret over a URL": Case("wrong-secret", scheme=URL, theirs="other"),
}


def judged(case: Case, *, others: tuple[Secret, ...] = ()) -> Verdict:
    headers = Headers([(b"Content-Length", str(len(case.sent)).encode())])
    request = Request("POST", "https://hooks.example.com/x/a?b=1", headers, case.sent)
    signer = case.signer or case.scheme
    signed = signer.sign(request, secret=Secret("theirs", case.theirs), now=NOW)
    return verify(case.scheme, case.came(signed), secrets=[Secret("ours", case.ours)], now=NOW, others=others)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_cause_is_named(case: Case):
    verdict = judged(case)
    assert (verdict.outcome, verdict.cause) == ("mismatch", case.cause), verdict
    assert verdict.reason.endswith(".")
    assert verdict.fix
    assert case.ours.strip() not in f"{verdict.reason} {verdict.fix}"


def test_the_secret_of_another_endpoint_is_told_by_its_label():
    others = (Secret("orders", "other"), Secret("empty", " "))
    verdict = judged(CASES["another secret"], others=others)
    assert (verdict.outcome, verdict.cause, verdict.secret_label) == (
        "mismatch",
        "secret-of-another-endpoint",
        "orders",
    )
    assert "orders" in verdict.reason


def test_a_cause_is_told_of_an_old_request_too():
    signed = STRIPE.sign(Request("POST", "https://x", body=b"{}"), secret=Secret("s", "s"), now=NOW - timedelta(days=9))
    verdict = verify(STRIPE, signed._replace(body=b"{}\n"), secrets=[Secret("s", "s")], now=NOW)
    assert (verdict.outcome, verdict.cause, verdict.signed_at) == ("mismatch", "body-newline", NOW - timedelta(days=9))


def test_a_valid_request_is_not_looked_into():
    signed = BODY.sign(Request("POST", "https://x", body=b"{}"), secret=Secret("s", "s"), now=NOW)
    assert verify(BODY, signed, secrets=[Secret("s", "s")], now=NOW).outcome == "valid"


def test_the_work_is_bounded():
    def hashed(body_: bytes) -> int:
        request = Request("POST", "https://x", Headers([(b"X-Sig", b"sha256=00")]), body_)
        case = diagnosis.Case(BODY, request, [Secret("s", "s")])
        return sum(len(repair.case.request.body) for repair in diagnosis.repairs(case, Verdict("mismatch", "")))

    most = sum(diagnosis.BUDGET.values())
    assert 0 < hashed(b'{"a":"' + b"x" * (HELD - 8) + b'"}') <= most
    assert hashed(b"x" * (HELD + 1)) <= most
    assert hashed(b"x" * (most + 1)) == 0


@given(content=st.binary(max_size=60), header=st.binary(max_size=60), name=st.sampled_from([b"X-Sig", b"sig", b"Host"]))
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize(
    "scheme", [BODY, STRIPE, STANDARD, URL, AnyOf((URL, STRIPE))], ids=["body", "stripe", "standard", "url", "any"]
)
def test_whatever_came_is_explained(scheme: Scheme, content: bytes, header: bytes, name: bytes):
    signed = scheme.sign(Request("POST", "https://x", body=b"."), secret=Secret("s", WHSEC), now=NOW)
    request = signed._replace(body=content, headers=signed.headers.put(name, header))
    assert verify(scheme, request, secrets=[Secret("s", WHSEC)], now=NOW).outcome in {"mismatch", "malformed", "valid"}


WRITERS = {
    "compact": {"separators": (",", ":")},
    "spaced": {},
    "two": {"indent": 2},
    "four": {"indent": 4, "sort_keys": True},
    "tab": {"indent": "\t"},
}
DOCUMENT = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
).filter(lambda document: isinstance(document, (dict, list)))


@given(document=DOCUMENT, ascii_only=st.booleans(), to_ascii=st.booleans())
@settings(max_examples=25, deadline=None)
@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
def test_whatever_python_writes_is_found_again_from_another_layout(writer, document, ascii_only, to_ascii):
    sent = json.dumps(document, ensure_ascii=ascii_only, **writer)
    came = json.dumps(document, ensure_ascii=to_ascii, separators=(", ", ":"))
    assert sent == came or sent in spellings(came)
