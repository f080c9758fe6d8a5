"""Providers written as tables: what they may say, and how each mistake is told."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whcli import own, providers
from whcli.errors import NotFound, UsageError
from whcli.http import Headers, Request
from whcli.model import Secret
from whcli.providers import custom
from whcli.providers.custom.values import KEY_PAIRS
from whcli.signing import Scheme
from whcli.signing.credential import FORMS
from whcli.signing.encoding import KEYS, SPELLINGS
from whcli.signing.keypair import KEY_PAIRS as PAIRS
from whcli.signing.mac import MACS

NOW = datetime(2026, 1, 31, 14, 0, tzinfo=UTC)
BODY = b'{"type":"rocket.up","id":"evt_1"}'
REQUEST = Request("POST", "https://example.com/hooks?a=1", Headers([(b"X-Kind", b"up")]), BODY)


def record(text: str, name: str = "acme") -> providers.Provider:
    return custom.provider(name, tomllib.loads(text), known=providers.built_in)


SCHEMES = {
    "header": 'signature = "header:X-Acme-Signature"',
    "prefix": 'signature = "header:X-Acme"\nprefix = "sha512="\nalgorithm = "hmac-sha512"\nencoding = "HEX"',
    "pairs": 'signature = "pair:X-Acme:v1:;"\ntimestamp = "pair:X-Acme:t:;"\nsigned = "{timestamp}.{body}"',
    "key": 'signature = "header:X-Acme"\nkey = "base64"\nencoding = "base64"',
    "time": """
        signature = "header:X-Acme"
        timestamp = "header:X-Acme-Time"
        time = "iso"
        tolerance = "1h"
        id = "header:X-Acme-Id"
        signed = "{id}\\n{timestamp}\\n{method} {path}\\n{header:X-Kind}{query:a}{json:id}{body}"
        """,
    "listed": 'signature = "listed:acme-signature:v1"\nsigned = "{{{body}}}"',
    "items": 'signature = "items:X-Acme"',
    "plain": 'signature = "header:X-Acme"\nalgorithm = "sha256"\nsigned = "{secret}{body}"',
    "pair of keys": 'signature = "header:X-Acme"\nalgorithm = "ed25519"\nencoding = "base64"',
    "ecdsa": 'signature = "header:X-Acme"\nalgorithm = "ecdsa-p256-sha256"\nencoding = "base64"',
    "query": 'signature = "query:signature"\nsigned = "{body}"',
    "param": 'signature = "header:X-{param:shop}"\nparams = { shop = { told = "The shop", default = "Acme" } }',
    "bearer": 'credential = "bearer"',
    "token": 'credential = "text"\nsignature = "header:X-Token"',
    "basic": 'credential = "basic"',
    "like": 'like = "standard-webhooks"',
    "like a token": 'like = "telegram"\ntitle = "Ours"',
    "like several": 'like = "standard-webhooks"\ntolerance = "10m"',
    "like the usual of several": 'like = "github"\nsignature = "header:X-Ours"\nevent_type = "header:X-Event"',
    "like but": 'like = "stripe"\nsignature = "pair:X-Acme:v1"\ntimestamp = "pair:X-Acme:t"\ntolerance = "any age"',
}


@pytest.mark.parametrize("name", SCHEMES)
def test_what_a_table_says_is_signed_and_verified_and_nothing_else_is(name: str):
    scheme = record(SCHEMES[name]).scheme
    scheme = scheme.bind({})
    secret = Secret("s", scheme.make_secret(bytes(range(64))))
    scheme.check(secret)
    signed = scheme.sign(REQUEST, secret=secret, now=NOW)
    assert scheme.verify(signed, secrets=[secret], now=NOW).outcome == "valid"
    other = Secret("o", scheme.make_secret(bytes(range(1, 65))))
    assert scheme.verify(signed, secrets=[other], now=NOW).outcome == "mismatch"
    assert scheme.verify(REQUEST, secrets=[secret], now=NOW).outcome == "missing"
    changed = scheme.verify(signed._replace(body=BODY + b" "), secrets=[secret], now=NOW)
    assert changed.outcome == ("mismatch" if not scheme.note else "valid")
    if scheme.timed:
        late = scheme.verify(signed, secrets=[secret], now=NOW + timedelta(minutes=61))
        assert late.outcome == ("valid" if "any age" in SCHEMES[name] else "expired")


def test_what_is_not_said_is_usual():
    acme = record('signature = "header:X-Acme-Signature"')
    assert (acme.name, acme.title, acme.secret_env) == ("acme", "acme", "ACME_WEBHOOK_SECRET")
    assert acme.marks == ("X-Acme-Signature",)
    words = acme.scheme.describe()
    assert (words["algorithm"], words["encoding"], words["signed"]) == ("hmac-sha256", "hex", "{body}")
    assert record('credential = "bearer"').marks == ()
    assert record(SCHEMES["time"]).marks == ("X-Acme", "X-Acme-Time", "X-Acme-Id")
    assert record(SCHEMES["pairs"]).marks == ("X-Acme",)


def test_what_is_said_is_told():
    acme = record("""
        signature = "header:X-Acme"
        title = "Acme Rockets"
        docs = "https://acme.example/hooks"
        event_type = ["header:X-Kind", "json:type"]
        event_id = "json:id"
        marks = ["X-Acme", "X-Kind"]
        events = ["up", "down"]
        secret_hint = "Ask Wile"
        secret_env = "ACME"
        note = "Nothing else."
        """)
    assert providers.describe(REQUEST, acme) == ("up", "evt_1")
    assert (acme.title, acme.events, acme.marks) == ("Acme Rockets", ("up", "down"), ("X-Acme", "X-Kind"))
    assert (acme.secret_hint, acme.secret_env, acme.scheme.note) == ("Ask Wile", "ACME", "Nothing else.")


def test_a_body_that_is_not_covered_is_told():
    assert record('signature = "header:X"\nsigned = "{json:id}"').scheme.note
    assert not record('signature = "header:X"\nsigned = "{url}{params}"').scheme.note


def test_a_builtin_one_lends_its_scheme_but_not_its_marks():
    like = record('like = "standard-webhooks"')
    base = providers.get("standard-webhooks")
    assert (like.scheme, like.event_type, like.handshakes) == (base.scheme, base.event_type, base.handshakes)
    assert (like.name, like.marks, like.secret_env) == ("acme", (), "ACME_WEBHOOK_SECRET")


MISTAKES = [
    ("", "", "nothing says where the signature is", "header:X-Acme-Signature"),
    ('header = "X-Acme"', "header", "no header", "did you mean signature?"),
    ('signature = "header:X"\nencodng = "hex"', "encodng", "no encodng", "did you mean encoding?"),
    ('signature = "header:X"\ntemplate = "{body}"', "template", "no template", "did you mean signed?"),
    ('signature = "header:X"\nsecret = "s"', "secret", "no secret", "secret in [endpoints.NAME]"),
    ('signature = "header:X"\nfoo = 1', "foo", "no foo", "one of: like, signature, signed"),
    ('signature = "header:X"\nencoding = "hx"', "encoding", "no encoding 'hx'", "did you mean hex?"),
    ('signature = "header:X"\nalgorithm = "sha265"', "algorithm", "no algorithm 'sha265'", "did you mean sha256?"),
    ('signature = "header:X"\nalgorithm = "hmac-md4"', "algorithm", "no algorithm", "hmac-"),
    ('signature = "header:X"\nkey = "bas64"', "key", "no key 'bas64'", "did you mean base64?"),
    ('signature = "header:X"\ntime = "sec"\ntimestamp = "header:T"', "time", "no time 'sec'", "s"),
    ('signature = "X-Acme"', "signature", "is no slot", "did you mean header:X-Acme"),
    ('signature = "heeder:X"', "signature", "is no slot", "did you mean header?"),
    ('signature = "pair:X"', "signature", "is no slot of the kind pair", ""),
    ('signature = "header:X Y"', "signature", "cannot be a header's name", "header:X-Acme"),
    ('signature = "header:Ünder"', "signature", "cannot be a header's name", ""),
    ("signature = 3", "signature", "it takes a text", ""),
    ('signature = ""', "signature", "it takes a text", ""),
    ('signature = "header:X"\nsigned = "{bdy}"', "signed", "unknown field: bdy", "did you mean body?"),
    ('signature = "header:X"\nsigned = "{body"', "signed", "without its other half", ""),
    ('signature = "header:X"\nsigned = "hello"', "signed", "names nothing of a request", "{timestamp}"),
    ('signature = "header:X"\nsigned = "{timestamp}{body}"', "signed", "nothing says where it is", "timestamp ="),
    ('signature = "header:X"\nsigned = "{secret}{body}"', "signed", "has as its key", "leave {secret} out"),
    ('signature = "header:X"\nalgorithm = "sha256"', "signed", "anyone can make", "hmac-sha256"),
    ('signature = "header:X"\ntimestamp = "header:T"', "timestamp", "not part of what is signed", "{timestamp}.{body}"),
    ('signature = "header:X"\nid = "header:T"', "id", "not part of what is signed", "{id}.{body}"),
    ('signature = "json:sig"', "signature", "in the body, and the body is signed", ""),
    ('signature = "query:s"\nsigned = "{url}{body}"', "signature", "in the URL, and the URL is signed", ""),
    ('signature = "header:X"\ntolerance = "5m"', "tolerance", "there is none", "timestamp ="),
    ('signature = "header:X"\ntimestamp = "header:T"\ntolerance = "5 minutes"', "tolerance", "not a span", "any age"),
    ('signature = "header:X"\nalgorithm = "ed25519"\nkey = "base64"', "key", "takes the secret as it is", "leave"),
    ('signature = "header:X"\nprefix = "sha256→"', "prefix", "ASCII", ""),
    ('signature = "header:X"\nevent_type = "type"', "event_type", "is no slot", "json:type"),
    ('signature = "header:X"\nevent_id = ["json:id", 3]', "event_id", "it takes a text", ""),
    ('signature = "header:X"\nmarks = ["X Y"]', "marks", "cannot be a header's name", ""),
    ('signature = "header:X"\nsigned = "{param:shop}{body}"', "", "{param:shop} is nowhere told of", "params ="),
    ('signature = "header:X"\nparams = { shop = "x" }', "params shop", "is not used", "{param:shop}"),
    ('signature = "header:X"\nparams = "shop"', "params", "it takes a table", "params ="),
    ('signature = "header:X"\nparams = { "a b" = "x" }', "params a b", "cannot be a param's name", ""),
    ('signature = "header:X"\nparams = { a = { tld = "x" } }', "params a tld", "no tld", "did you mean told?"),
    ('credential = "baerer"', "credential", "no credential 'baerer'", "did you mean bearer?"),
    ('credential = "bearer"\nencoding = "hex"', "encoding", "a credential has no encoding", "it has credential"),
    ('credential = "text"\nsignature = "pair:X:t"', "signature", "the whole of its place", "header:X"),
    ('signature = "pair:X:v1:"', "signature", "is no slot of the kind pair", ""),
    ('signature = "pair::v1"', "signature", "is no slot of the kind pair", ""),
    ('signature = "items:X:64"', "signature", "is no slot of the kind items", ""),
    ('signature = "items:X:2:1"', "signature", "is no slot of the kind items", ""),
    ('signature = "header:X"\nsigned = "{header:x}{body}"', "signed", "names the place of the signature", "{body}"),
    (
        'signature = "header:X"\ntimestamp = "pair:x:t"\nsigned = "{timestamp}{body}"',
        "timestamp",
        "the place of something else, too",
        "header:",
    ),
    ('like = "strip"', "like", "no provider 'strip'", "whcli providers"),
    ('like = "gitlab"\nencoding = "hex"', "encoding", "not one of which encoding can be changed", "leave"),
    ('like = "generic"\ncredential = "bearer"', "credential", "not one of which credential can be changed", "leave"),
]


@pytest.mark.parametrize(("text", "keys", "told", "hint"), MISTAKES, ids=[text for text, *_ in MISTAKES])
def test_a_mistake_is_told_with_its_key_and_what_mends_it(text: str, keys: str, told: str, hint: str):
    with pytest.raises(custom.Mistake) as mistake:
        record(text)
    assert ".".join(mistake.value.keys) == keys.replace("params ", "params.").replace("a tld", "a.tld")
    assert told in mistake.value.message
    assert hint in (mistake.value.hint or "")
    assert "\n" not in mistake.value.message


@pytest.mark.parametrize("name", ["Acme", "a_b", "a.b", "-a", "", "a/b", "é"])
def test_a_name_fits_a_path(name: str):
    with pytest.raises(custom.Mistake, match="cannot be a provider's name"):
        record('signature = "header:X"', name)


def test_a_builtin_name_is_taken():
    with pytest.raises(custom.Mistake, match="stripe is a provider that whcli has") as mistake:
        record('signature = "header:X"', "stripe")
    assert "my-stripe" in str(mistake.value.hint)


def test_no_table_at_all():
    with pytest.raises(custom.Mistake, match="not a table"):
        custom.provider("acme", "header:X")


def test_the_algorithms_are_those_that_there_are():
    assert set(KEY_PAIRS) == set(PAIRS)


@pytest.fixture
def acme():
    made = {
        "acme": record('signature = "header:X-Acme-Signature"'),
        "hub": record('signature = "header:X-Gitlab-Token"', "hub"),
    }
    own.use(lambda: made)
    yield made["acme"]
    own.use(dict)


def test_they_are_found_as_ours_are(acme: providers.Provider):
    assert providers.get("acme") is acme
    assert providers.has("acme")
    assert not providers.has("acmee")
    assert "acme" in providers.names()
    assert acme in providers.all()
    assert [each.name for each in providers.all()] == sorted(providers.names())
    assert providers.detect(Headers([(b"x-acme-signature", b"")])) is acme
    with pytest.raises(NotFound, match="no provider named acmee") as missing:
        providers.get("acmee")
    assert "acme" in str(missing.value.hint)


@pytest.mark.usefixtures("acme")
def test_of_two_with_as_many_marks_the_users_own_is_found():
    assert providers.detect(Headers([(b"X-Gitlab-Token", b"")])).name == "hub"


PLACES = [
    "header:X",
    "header:",
    "header:X:Y",
    "header:{param:a}",
    "pair:X:v1",
    "pair:X:v1:",
    "pair:X:v1:;",
    "pair:X::",
    "pair::v1",
    "listed:X:v1",
    "items:X",
    "items:X:1",
    "items:X:-1",
    "items:X:a",
    "items:X:99999999999",
    "items:X:0:1",
    "json:a",
    "json:",
    "json:a..b",
    "json:0",
    "form:s",
    "query:s",
    "multipart:j",
    "nothing",
]
TEMPLATES = [
    "{body}",
    "{timestamp}{body}",
    "{id}.{timestamp}.{body}",
    "{}",
    "{{",
    "{{{body}}}",
    "{json:}",
    "{json:a}",
    "{header:}",
    "{header:X}{body}",
    "{param:a}{body}",
    "{param:}{body}",
    "{secret}{body}",
    "{url}{params}",
    "{path}{query:s}",
    "{crc32}",
    "{method}",
    "nothing",
]
PLAUSIBLE = {
    "signature": PLACES, "timestamp": PLACES, "id": PLACES, "event_type": PLACES, "event_id": PLACES,
    "signed": TEMPLATES, "algorithm": (*MACS, *KEY_PAIRS), "encoding": tuple(SPELLINGS), "key": tuple(KEYS),
    "time": ("s", "ms", "s or ms", "iso"), "tolerance": ("5m", "any age"), "credential": tuple(FORMS),
    "like": ("generic", "github", "twilio", "gitlab", "qstash", "truelayer", "mailchimp", "paypal", "nobody"),
    "params": ({"a": "It"}, {"a": {"told": "It", "default": "x"}}, {}, {"a": {}}), "marks": ("X", ["X", "Y"], "X Y"),
    "prefix": ("v1=", "{param:a}", "{", " ", "é"), "note": ("Note.", ""), "title": ("T", ""),
}  # fmt: skip
JUNK = st.text(max_size=8) | st.integers() | st.booleans() | st.lists(st.integers(), max_size=2) | st.datetimes()
ANY = {key: st.sampled_from(values) | st.sampled_from(values) | JUNK for key, values in PLAUSIBLE.items()}


@given(st.sampled_from(PLACES), st.lists(st.sampled_from(list(ANY)), max_size=3), st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_a_table_holds_it_is_a_record_that_works_or_a_mistake(
    place: str, keys: list[str], data: st.DataObject
):
    table = {"signature": place} | {key: data.draw(ANY[key], label=key) for key in keys}
    try:
        scheme = custom.provider("acme", table, known=providers.built_in).scheme
    except custom.Mistake as mistake:
        told = mistake
    else:
        works(scheme)
        return
    assert told.hint
    assert told.message.isprintable()


def works(scheme: Scheme) -> None:
    """What it signs it accepts, unless it says that it cannot sign."""
    assert scheme.describe()["signature"]
    try:
        secret = Secret("s", scheme.make_secret(bytes(range(64))))
        ready = scheme.bind({param.name: "x" for param in scheme.params})
        signed = ready.sign(REQUEST, secret=secret, now=NOW)
    except UsageError:
        return
    assert ready.verify(signed, secrets=[secret], now=NOW).outcome == "valid"
