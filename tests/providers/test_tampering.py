"""One table of mutations, each made to every sample: none may be valid."""

from __future__ import annotations

import gzip
import hashlib
import json
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import OF_THE_PATH, accepted, header, one_of_each, outcome, said
from provider_samples import ALL, NOW, SAMPLES, Sample, any_body, new_secret, own

from whcli import providers
from whcli.http import Headers, Request, split_url
from whcli.model import Secret
from whcli.providers import Provider
from whcli.signing.slots import Header, Items, Pair, Slot


def signature(sample: Sample) -> tuple[Slot, bytes]:
    """Where the signature is, and the line there."""
    assert sample.slot is not None
    return sample.slot, sample.line


def rewritten(make: Callable[[bytes], Iterator[bytes]]) -> Callable[[Sample], Iterator[Sample]]:
    """Mutations of the signature header's value."""

    def mutate(sample: Sample) -> Iterator[Sample]:
        slot, value = signature(sample)
        for other in make(value):
            if other != value:
                yield from said(sample, slot, other)

    return mutate


def with_body(make: Callable[[bytes], bytes]) -> Callable[[Sample], Iterator[Sample]]:
    def mutate(sample: Sample) -> Iterator[Sample]:
        assert isinstance(sample.request.body, bytes)
        body = make(sample.request.body)
        if body != sample.request.body:
            yield sample._replace(request=sample.request._replace(body=body))

    return mutate


def dumped(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body)).encode()
    except ValueError:
        return body


def timestamps(sample: Sample) -> Iterator[Sample]:
    """Every other way to write a time, in the place of the one that was signed."""
    slot = getattr(sample.deciding, "timestamp", None)
    if slot is None:
        return
    (line,) = slot.lines(sample.request)
    (text,) = slot.split(line)
    time = text.decode()
    for other in (
        *("", " ", "-", "nan", "inf", "1e9", "0x65540000", "NaN", "\u0661\u0667\u0660\u0660", "９"),
        *(" " + time, time + " ", "+" + time, "-" + time, "0" + time, time + ".0", time + "000", time[:-1]),
        *(time[:-1] + "!", time.replace("Z", "+00:00") + "\n", "999999999999", "9" * 5000, time + "\n"),
        *((str(int(time) + 1), str(int(time) - 1)) if time.isdigit() else ("1700000000", "Tue, 14 Nov 2023 22:13:20")),
    ):
        changed = line.replace(text, other.encode())
        yield from said(sample, slot, changed)
        yield from said(sample, slot, line, changed)
        yield from said(sample, slot, changed, line)
    yield from said(sample, slot)


def flipped(value: bytes) -> bytes:
    """A signature of the same form that is another one."""
    return value[:-5] + bytes([value[-5] ^ 1]) + value[-4:]


def a_list(sample: Sample) -> bool:
    """Whether a comma may join any signatures to a line, and one of them has to match."""
    pairs = isinstance(sample.slot, Pair) and getattr(sample.deciding, "timestamp", None) is None
    return pairs or isinstance(sample.slot, Items)


def two_headers(sample: Sample) -> Iterator[Sample]:
    slot, good = signature(sample)
    bad = flipped(good)
    for pair in ((good, bad), (bad, good), (good, good)):
        if not getattr(slot, "repeated", False):  # which is said once for each secret in use
            yield from said(sample, slot, *pair)
        if not a_list(sample):
            yield from said(sample, slot, b",".join(pair))
            yield from said(sample, slot, b", ".join(pair))


def many_signatures(sample: Sample) -> Iterator[Sample]:
    """The good one after ten thousand that are not."""
    slot, value = signature(sample)
    for separator in (b",", b" "):
        item = value.rpartition(b",")[2] if separator == b"," else value
        front = value[: len(value) - len(item)]
        yield from said(sample, slot, front + separator.join([flipped(item)] * 10_000 + [item]))


def with_weak_hash(sample: Sample) -> Iterator[Sample]:
    """The right digest of the wrong algorithm, and the wrong prefix before the right digest."""
    slot, value = signature(sample)
    for old, new in ((b"sha256=", b"sha1="), (b"sha1=", b"sha256="), (b"v1", b"v0"), (b"v0", b"v1"), (b"v1", b"v1a")):
        if old in value:
            yield from said(sample, slot, value.replace(old, new))
    assert isinstance(sample.request.body, bytes)
    for algorithm in ("sha1", "sha256", "sha512", "md5"):
        digest = hashlib.new(algorithm, sample.secret.value.encode() + sample.request.body).hexdigest().encode()
        other = value[: value.find(b"=") + 1] + digest
        if other != value:
            yield from said(sample, slot, other)


def other_secrets(sample: Sample) -> Iterator[Sample]:
    scheme = sample.scheme
    for seed in (bytes(32), b"\xff" * 32):
        other = Secret("other", new_secret(sample.provider, seed))
        yield sample._replace(secret=other)
        yield sample._replace(request=scheme.sign(sample.request, secret=other, now=sample.now))


def no_secret(sample: Sample) -> Iterator[Sample]:
    """No secret at all, as where an environment variable is empty, and what anybody could sign with it."""
    for value in ("", " "):
        yield sample._replace(secret=Secret("empty", value))
    if sample.deciding.describe()["algorithm"].startswith("hmac-") and isinstance(sample.slot, Header):
        deciding = sample.deciding._replace(key="text")
        nearly = deciding.sign(sample.request, secret=Secret("nearly", "\0"), now=sample.now)  # HMAC pads keys with it
        yield sample._replace(request=nearly, secret=Secret("empty", ""))


def forged_tokens(sample: Sample) -> Iterator[Sample]:
    """A token that says that it needs no signature, or another kind of one, or brings its own key."""
    slot, value = signature(sample)
    prefix, _, token = value.rpartition(b" ")
    if token.count(b".") != 2:
        return
    header, payload, rest = token.split(b".")
    said_first = json.loads(urlsafe_b64decode(header + b"=" * (-len(header) % 4)))
    for change in (
        *({"alg": name} for name in ("none", "None", "NONE", "nOnE", "", "HS256 ", "hs256", "HS1", None, 1, ["HS256"])),
        *(
            {"alg": name}
            for name in ("HS256", "RS256", "ES256", "PS256", "EdDSA", "HS512")
            if name != said_first["alg"]
        ),
        *(
            {"crit": ["x"]},
            {"b64": False},
            {"jwk": {}},
            {"jku": "https://evil.example"},
            {"x5u": "https://evil.example"},
        ),
    ):
        other = urlsafe_b64encode(json.dumps(said_first | change).encode()).rstrip(b"=")
        for end in (rest, b"", b"AA"):
            forged = b".".join([other, payload, end])
            yield from said(sample, slot, prefix + b" " + forged if prefix else forged)


def moved(sample: Sample) -> Iterator[Sample]:
    tolerance = getattr(sample.deciding, "tolerance", None)
    if sample.deciding.timed and tolerance is not None:
        for seconds in (86_400 * 365, tolerance.total_seconds() + 1):
            yield sample._replace(now=sample.now + timedelta(seconds=seconds))
            yield sample._replace(now=sample.now - timedelta(seconds=seconds))


def urls(sample: Sample) -> Iterator[Sample]:
    """Another URL, or headers that speak of the true one while another was called."""
    if not sample.deciding.signs_url:
        return
    url = sample.request.url
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    lie = [(b"X-Forwarded-Host", host.encode()), (b"X-Forwarded-Proto", scheme.encode()), (b"Host", host.encode())]
    front, _, query = url.partition("?")
    for other in (
        f"{'http' if scheme == 'https' else 'https'}://{rest}",
        f"{scheme}://evil.example/{path}",
        f"{scheme}://evil.{rest}",
        *(f"{front}/?{query}", f"{front}%3F{query}", f"{url}&", f"{url}&a=2", f"{url}#x", front),
        f"{front}?{'&'.join(reversed(query.split('&')))}",
        *(url.replace("%2F", "/"), url.replace("/", "%2F", 4), url.upper()),
    ):
        if other != url and not (sample.provider.name in OF_THE_PATH and split_url(other)[1] == split_url(url)[1]):
            changed = sample.request._replace(url=other)
            yield sample._replace(request=changed)
            yield sample._replace(request=changed._replace(headers=Headers([*sample.request.headers, *lie])))


MUTATIONS: dict[str, Callable[[Sample], Iterator[Sample]]] = {
    "signature gone": lambda sample: said(sample, signature(sample)[0]),
    "signature empty": rewritten(lambda _: iter([b"", b" ", b",", b"=", b"v1,", b"sha256=", b"v0=", b"t=,v1="])),
    "every beginning": rewritten(lambda value: (value[:size] for size in range(len(value)))),
    "every end": rewritten(lambda value: (value[size:] for size in range(1, len(value)))),
    "more behind": rewritten(lambda value: (value + more for more in (b"0", b"=", b"A", b"\n", b"\0", b"==", b"%00"))),
    "other case": rewritten(lambda value: iter([value.upper(), value.lower(), value.swapcase(), value.title()])),
    "a space inside": rewritten(lambda value: (value[:at] + b" " + value[at:] for at in range(1, len(value)))),
    "prefix gone": rewritten(lambda value: iter([value.partition(b"=")[2] or b"x", value.partition(b",")[2] or b"x"])),
    "not ASCII": rewritten(
        lambda value: iter([value + b"\xff", "é".encode() + value, value[:-1] + b"\xc3\xa9", b"\x80"])
    ),
    "a megabyte": rewritten(lambda value: iter([b"a" * 10**6, value + b"a" * 10**6, value[:-1] * 15_000])),
    "every bit of it": rewritten(lambda value: (_flip(value, bit) for bit in range(len(value) * 8))),
    "two headers": two_headers,
    "ten thousand signatures": many_signatures,
    "another algorithm": with_weak_hash,
    "another secret": other_secrets,
    "no secret": no_secret,
    "a forged token": forged_tokens,
    "another time": timestamps,
    "another day": moved,
    "another URL": urls,
    "body parsed and dumped": with_body(dumped),
    "body with a newline": with_body(lambda body: body + b"\n"),
    "body stripped": with_body(lambda body: body.strip() + b" "),
    "body with a byte less": with_body(lambda body: body[:-1]),
    "body empty": with_body(lambda _: b""),
    "body NFD": with_body(lambda body: unicodedata.normalize("NFD", body.decode("utf-8", "replace")).encode()),
    "body with a BOM": with_body(lambda body: b"\xef\xbb\xbf" + body),
    "body in Latin-1": with_body(lambda body: body.decode("utf-8", "replace").encode("latin-1", "replace") + b"?"),
    "body zipped": with_body(lambda body: gzip.compress(body, mtime=0)),
    "body with a field more": with_body(lambda body: body + b"&x"),
    "body of ampersands": with_body(lambda _: b"&&&x"),
}


def _flip(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)


SINGLE = [sample for sample in SAMPLES if sample.slot is not None and len(sample.slot.split(sample.line)) == 1]
"""Less those with a list of signatures, in which one may be spoilt and another still be good."""


def harmless(sample: Sample, mutation: str) -> bool:
    """Whether the provider's own rule takes the mutated request for the same."""
    if mutation.startswith("body"):
        return bool(sample.deciding.note)  # what does not cover the body says so
    if mutation == "another URL":
        return sample.provider.name == "plivo"  # the order of the query, and what is blank in it, do not count
    return False


def other_case(sample: Sample, tampered: Sample) -> bool:
    """Whether a signature differs from the good one in the case of its digits alone, where case does not count."""
    if getattr(sample.deciding, "encoding", "") != "hex or HEX" or not tampered.slot:
        return False
    start = len(sample.deciding.prefix)
    lines = tampered.slot.lines(tampered.request)
    return [line[:start] + line[start:].lower() for line in lines] == [
        sample.line[:start] + sample.line[start:].lower()
    ]


@pytest.mark.parametrize("sample", SINGLE, ids=str)
def test_no_tampered_request_is_valid(sample: Sample):
    assert outcome(sample) == "valid"
    for mutation, mutate in MUTATIONS.items():
        if not harmless(sample, mutation):
            for tampered in mutate(sample):
                assert outcome(tampered) != "valid" or other_case(sample, tampered), (mutation, tampered.request)


@pytest.mark.parametrize("sample", one_of_each(), ids=str)
def test_no_random_change_is_let_in(sample: Sample):
    assert accepted(sample, count=300) == [], "scripts/mutate makes a million"


@pytest.mark.parametrize("provider", [each for each in ALL if any_body(each)], ids=lambda provider: provider.name)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_no_byte_of_a_signed_body_can_change(provider: Provider, data: st.DataObject):
    body = data.draw(st.binary(min_size=1, max_size=100))
    at, value = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(0, 255))
    changed = body[:at] + bytes([value]) + body[at + 1 :]
    sample = own(provider, body)
    assert outcome(sample) == "valid"
    if changed != body:
        assert outcome(sample._replace(request=sample.request._replace(body=changed))) != "valid"


def test_a_good_weak_signature_does_not_save_a_bad_strong_one():
    github = providers.get("github")
    both = Request(
        "POST", "https://example.com", Headers([(b"X-Hub-Signature", b""), (b"X-Hub-Signature-256", b"")]), b"x"
    )
    secret = Secret("s", "secret")
    sample = own(github)._replace(request=github.scheme.sign(both, secret=secret, now=NOW), secret=secret)
    assert outcome(sample) == "valid"
    assert outcome(header(sample, b"X-Hub-Signature", b"sha1=00")) == "valid"
    assert outcome(header(sample, b"X-Hub-Signature-256")) == "valid", "SHA-1 alone is what older servers send"
    for bad in (b"", b"sha256=", b"sha256=00", b"sha1=00"):
        assert outcome(header(sample, b"X-Hub-Signature-256", bad)) != "valid"


def test_a_body_cannot_hide_behind_a_url_that_was_signed_alone():
    signed = own(providers.get("twilio"))
    json_ = header(signed, b"Content-Type", b"application/json").request._replace(body=b"{}")
    twilio = signed._replace(request=signed.scheme.sign(json_, secret=signed.secret, now=NOW))
    assert outcome(twilio) == "valid"
    form = header(twilio, b"Content-Type", b"application/x-www-form-urlencoded")
    assert outcome(form) != "valid"
    for body in (b"x", b"a=", b"=a", b"%00", b"x&", b"+", b"{}"):
        assert outcome(form._replace(request=form.request._replace(body=body))) != "valid"
