"""What a scheme needs beside the secret: named, asked for, given, from options and settings alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.process import Home
from whcli import config, providers
from whcli.errors import UsageError
from whcli.http import Headers, Request
from whcli.model import Secret
from whcli.signing import FirstOf, KeySource, Param
from whcli.signing.age import moment
from whcli.signing.credential import CredentialScheme
from whcli.signing.jwt import JwtScheme
from whcli.signing.params import Fetched, settings
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import AnyHeader, Header, Items, Slot

PARAMS = (Param("key_id", "Which key it is."), Param("header", "The header's name.", default="X-Sig"))
SCHEME = SignatureScheme(
    signature=Items("{param:header}"), prefix="{param:key_id}/", signed="{param:key_id}.{body}", params=PARAMS
)
SECRET = Secret("s", "s3cret")
REQUEST = Request("POST", "https://example.com", body=b"{}")
NOW = moment(1_700_000_000)
assert NOW is not None
VECTORS = Path(__file__).parent.parent / "vectors"


def test_settings_are_those_given_and_the_defaults():
    assert settings(PARAMS, {"key_id": "7"}) == {"key_id": "7", "header": "X-Sig"}
    for given, told in (({}, "needs key_id"), ({"key_id": ""}, "needs key_id"), ({"keyid": "7"}, "no param keyid")):
        with pytest.raises(UsageError, match=told):
            settings(PARAMS, given)
    with pytest.raises(UsageError) as near:
        settings(PARAMS, {"keyid": "7"})
    assert near.value.hint == "did you mean key_id?"
    with pytest.raises(UsageError) as none:
        settings((), {"x": "7"})
    assert none.value.hint == "leave it out"


def test_a_bound_scheme_is_an_ordinary_one():
    bound = SCHEME.bind({"key_id": "7", "header": "X-Own"})
    signed = bound.sign(REQUEST, secret=SECRET, now=NOW)
    assert (signed.headers.first(b"x-own") or b"").startswith(b"7/")
    assert bound.verify(signed, secrets=[SECRET], now=NOW).outcome == "valid"
    assert bound.params == ()
    other = SCHEME.bind({"key_id": "8", "header": "X-Own"})
    assert other.verify(signed, secrets=[SECRET], now=NOW).cause == "wrong-prefix"
    both = FirstOf((SCHEME, SignatureScheme(signature=Header("X-Old"))))
    assert both.params == PARAMS
    assert both.bind({"key_id": "7", "header": "X-Own"}).verify(signed, secrets=[SECRET], now=NOW).outcome == "valid"


def test_what_is_not_known_is_asked_for_and_never_valid():
    verdict = SCHEME.verify(REQUEST, secrets=[SECRET], now=NOW)
    assert (verdict.outcome, "--param key_id=" in str(verdict.fix)) == ("missing", True)
    assert SCHEME.verify(REQUEST, secrets=[], now=NOW).outcome == "unchecked"
    token = JwtScheme(Header("X-Token"), fixed=(("iss", "{param:key_id}"),), params=PARAMS[:1])
    assert token.verify(REQUEST, secrets=[SECRET], now=NOW).outcome == "missing"
    assert token.verify(REQUEST, secrets=[], now=NOW).outcome == "unchecked"
    with pytest.raises(UsageError, match="needs key_id"):
        SCHEME.sign(REQUEST, secret=SECRET, now=NOW)
    with pytest.raises(UsageError, match="braces"):
        SCHEME.bind({"key_id": "{body}"})


@pytest.mark.parametrize("name", ["é", "a b", "a:b", "X\r\nY", "\udc80", "{x}", "x" * 101])
@pytest.mark.parametrize("slot", [Header("{param:header}"), Items("{param:header}"), AnyHeader("{param:header}", "Y")])
def test_a_header_that_cannot_be_is_refused(name: str, slot: Slot):
    scheme = SignatureScheme(signature=slot, params=PARAMS[1:])
    with pytest.raises(UsageError, match="header") as refused:
        scheme.bind({"header": name})
    assert refused.value.message.isascii()
    with pytest.raises(UsageError, match="header"):
        CredentialScheme(slot, params=PARAMS[1:]).bind({"header": name})


@pytest.mark.parametrize("text", ["\udc80", "a\nb", "\x00", "a\x1b[0m"])
def test_a_param_is_text_that_can_be_printed(text: str):
    with pytest.raises(UsageError, match="key_id holds"):
        SCHEME.bind({"key_id": text})
    other = SCHEME.bind({"key_id": "schlüssel"})
    assert other.verify(other.sign(REQUEST, secret=SECRET, now=NOW), secrets=[SECRET], now=NOW).outcome == "valid"


def test_what_is_told_of_a_scheme_names_its_params():
    words = SCHEME.describe()
    assert (words["signature"], words["value"], words["signed"]) == ("X-Sig", "{key_id}/<hex>", "{key_id}.{body}")


def test_a_header_that_is_signed_and_said_twice_is_said_once_when_signed_anew():
    scheme = SignatureScheme(signature=Header("X-Sig"), signed="{header:X-Nonce}.{body}")
    twice = REQUEST._replace(headers=Headers([(b"X-Nonce", b"1"), (b"X-Nonce", b"2")]))
    signed = scheme.sign(twice, secret=SECRET, now=NOW)
    assert len(signed.headers.all(b"x-nonce")) == 1
    assert scheme.verify(signed, secrets=[SECRET], now=NOW).outcome == "valid"


def test_a_key_is_fetched_from_allowed_places_alone():
    named = Fetched(named=Header("X-Cert"), allowed=r"https://keys\.example\.com/[a-z]+\.pem")
    scheme = SignatureScheme(signature=Header("X-Sig"), algorithm="rsa-sha256", encoding="base64", fetched=named)
    assert not scheme.needs_secret
    assert scheme.key_source(REQUEST) is None
    for url, allowed in (
        ("https://keys.example.com/a.pem", True),
        ("http://keys.example.com/a.pem", False),
        ("https://keys.example.com.evil.example/a.pem", False),
        ("https://keys.example.com@evil.example/a.pem", False),
        ("https://keys.example.com/a.pem\n", False),
        ("https://keys.example.com/a.pem?x", False),
        ("https://keysXexample.com/a.pem", False),
        ("file:///etc/passwd", False),
        ("", False),
    ):
        headers = Headers([(b"X-Sig", b"AAAA"), (b"X-Cert", url.encode())])
        request = REQUEST._replace(headers=headers)
        assert scheme.key_source(request) == (KeySource(url, "certificate") if allowed else None)
        verdict = scheme.verify(request, secrets=[], now=NOW)
        assert verdict.outcome == ("unchecked" if allowed else "malformed"), url
    always = scheme._replace(fetched=Fetched("https://keys.example.com/a", form="json"))
    assert always.key_source(REQUEST) == KeySource("https://keys.example.com/a", "json")


def test_settings_of_an_endpoint_name_params(tmp_path: Path):
    path = tmp_path / "whcli.toml"
    path.write_text('[endpoints.paypal]\nparams = { webhook_id = "1JE", n = 7 }\n', "utf-8")
    read = config.load(db=None, path=path, folder=tmp_path, environment={})
    assert read.endpoints["/webhook/paypal"].params == (("webhook_id", "1JE"), ("n", "7"))
    path.write_text("[endpoints.paypal]\nparams = { webhook_id = [1] }\n", "utf-8")
    with pytest.raises(UsageError, match=r"params\.webhook_id"):
        config.load(db=None, path=path, folder=tmp_path, environment={})


def test_params_that_only_handshakes_know_are_let_pass():
    for provider in providers.all():
        asked = {param.name for each in provider.handshakes for param in each.params}
        if asked and not provider.scheme.params:
            assert providers.bind(provider, dict.fromkeys(asked, "x")).scheme == provider.scheme
    with pytest.raises(UsageError, match="no param webhook"):
        providers.bind(providers.get("stripe"), {"webhook": "x"})


def test_verify_takes_params(home: Home):
    vector, *_ = json.loads((VECTORS / "paypal.json").read_text("utf-8"))
    (home.folder / "body").write_text(vector["body"], "utf-8")
    (home.folder / "key").write_text(vector["secret"], "utf-8")
    headers = [word for name, value in vector["headers"] for word in ("-H", f"{name}: {value}")]
    words = ["verify", "--provider", "paypal", "-s", "file:key", "--body", "@body", *headers]
    home.run(*words, "--param", f"webhook_id={vector['params']['webhook_id']}")
    home.run(*words, "--param", "webhook_id=other", code=4)
    for param, told in (
        ([], "needs webhook_id"),
        (["--param", "webhook=1"], "did you mean webhook_id"),
        (["--param", "x"], "NAME=VALUE"),
    ):
        assert told in home.run(*words, *param, code=2).stderr
