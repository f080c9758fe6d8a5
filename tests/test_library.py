"""whcli as a library: any framework's words, the verdict's truth, mistakes told; and the README's handlers, run."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient as AiohttpClient
from aiohttp.test_utils import TestServer as AiohttpServer
from fastapi.testclient import TestClient

import whcli
from whcli import (
    Headers,
    NotFound,
    Provider,
    Request,
    Secret,
    UsageError,
    Verdict,
    WhcliError,
    sign,
    text_headers,
    verify,
)
from whcli.providers import get

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
NOW = datetime(2026, 1, 31, 14, 0, tzinfo=UTC)
BODY = b'{"type":"invoice.paid"}'
SIGNED = sign("stripe", BODY, secret="whsec_one", now=NOW)
PAIRS = text_headers(SIGNED)


def judged(**given: Any) -> Verdict:
    asked: dict[str, Any] = {"body": BODY, "headers": PAIRS, "secrets": "whsec_one", "now": NOW, **given}
    return verify("stripe", **asked)


@pytest.mark.parametrize(
    "headers",
    [PAIRS, dict(PAIRS), iter(PAIRS), tuple(SIGNED.headers), dict(SIGNED.headers), SIGNED.headers, dict(PAIRS).items()],
    ids=lambda headers: type(headers).__name__,
)
def test_headers_are_taken_as_frameworks_have_them(headers: Any):
    assert judged(headers=headers).outcome == "valid"


@pytest.mark.parametrize("body", [BODY, BODY.decode(), bytearray(BODY), memoryview(BODY)])
def test_a_body_is_bytes_or_their_text(body: Any):
    assert judged(body=body)


def test_a_verdict_is_true_only_where_it_is_valid():
    assert judged()
    assert judged().secret_label == "secret"
    for given in (
        {"body": BODY + b" "},
        {"headers": []},
        {"headers": [*PAIRS, *PAIRS]},
        {"now": NOW + timedelta(minutes=6)},
        {"headers": [("Stripe-Signature", "t=1")]},
    ):
        verdict = judged(**given)
        assert not verdict
        assert verdict.outcome != "valid"
        assert verdict.reason
    assert not verify("mailchimp", body=b"", headers=[])
    assert verify("mailchimp", body=b"", headers=[]).outcome == "unchecked"


def test_a_header_said_twice_stays_twice():
    assert judged(headers=[*PAIRS, ("stripe-signature", PAIRS[-1][1])]).outcome == "malformed"


def test_secrets_are_rotated():
    verdict = judged(secrets=["whsec_two", Secret("old", "whsec_one")])
    assert (verdict.outcome, verdict.secret_label) == ("valid", "old")
    assert judged(secrets=("whsec_two", "whsec_one")).secret_label == "secret 2"


def test_the_cause_is_looked_for_where_it_is_asked_for():
    assert judged(secrets="whsec_one ", explain=True).cause == "secret-whitespace"
    quick = judged(secrets="whsec_one ")
    assert (quick.outcome, quick.cause) == ("mismatch", "unknown")
    assert "explain=True" in (quick.fix or "")


def test_the_tolerance_and_the_clock():
    assert judged(now=NOW + timedelta(minutes=9), tolerance=timedelta(minutes=10))
    assert verify("stripe", body=BODY, headers=PAIRS, secrets="whsec_one").outcome == "expired"
    fresh = sign("stripe", BODY, secret="whsec_one")
    assert verify("stripe", body=BODY, headers=fresh.headers, secrets="whsec_one")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"secrets": ""}, "the secret is empty"),
        ({"secrets": [None]}, "the secret is empty"),
        ({"secrets": ["whsec_one", " \n"]}, "the secret 2 is empty"),
        ({"secrets": None}, "no secret is given for stripe"),
        ({"secrets": []}, "no secret is given for stripe"),
        ({"params": {"x": "y"}}, "no param x"),
        ({"now": datetime(2026, 1, 31)}, "without a time zone"),  # noqa: DTZ001 - that is the mistake
        ({"body": {"type": "invoice.paid"}}, "the body is dict"),
        ({"body": None}, "the body is NoneType"),
    ],
)
def test_a_mistake_of_the_callers_is_told(given: dict[str, Any], told: str):
    with pytest.raises(UsageError, match=told) as mistake:
        judged(**given)
    assert isinstance(mistake.value, WhcliError)
    assert "whsec_one" not in str(mistake.value)


def test_a_provider_that_there_is_not():
    with pytest.raises(NotFound, match="strip") as missing:
        verify("strip", body=b"", headers=[], secrets="s")
    assert "stripe" in str(missing.value.hint)


def test_a_url_that_is_signed_has_to_be_given():
    with pytest.raises(UsageError, match="square signs the URL"):
        verify("square", body=b"", headers=[], secrets="s")
    with pytest.raises(UsageError, match="square signs the URL"):
        sign("square", b"", secret="s")
    signed = sign("square", b"", secret="s", url="https://acorn.example/a")
    assert verify("square", body=b"", headers=signed.headers, secrets="s", url="https://acorn.example/a")
    assert not verify("square", body=b"", headers=signed.headers, secrets="s", url="https://acorn.example/b")


def test_params_are_asked_for_and_used():
    key = get("paypal").scheme.make_secret(bytes(range(64)))
    with pytest.raises(UsageError, match="webhook_id"):
        sign("paypal", BODY, secret=key)
    signed = sign("paypal", BODY, secret=key, params={"webhook_id": "1"}, now=NOW)
    for webhook, outcome in (("1", "valid"), ("2", "mismatch")):
        found = verify(
            "paypal", body=BODY, headers=signed.headers, secrets=key, params={"webhook_id": webhook}, now=NOW
        )
        assert found.outcome == outcome


def test_a_key_that_is_not_fetched_proves_nothing():
    key = get("paypal").scheme.make_secret(bytes(range(64)))
    signed = sign("paypal", BODY, secret=key, params={"webhook_id": "1"}, now=NOW)
    verdict = verify("paypal", body=BODY, headers=signed.headers, params={"webhook_id": "1"}, now=NOW)
    assert (bool(verdict), verdict.outcome) == (False, "unchecked")


def test_a_record_stands_for_a_name():
    acme: Provider = get("generic")._replace(name="acme")
    signed = sign(acme, "text", secret="s", headers={"X-Kind": "é"})
    assert signed.body == b"text"
    assert verify(acme, body=b"text", headers=signed.headers, secrets="s")


def test_a_whole_request_is_signed_anew():
    again = sign("stripe", Request("PUT", "https://a.example", Headers(SIGNED.headers), BODY), secret="b", now=NOW)
    assert again.method == "PUT"
    assert len(again.headers) == len(SIGNED.headers)
    assert judged(headers=again.headers, secrets="b")
    assert not judged(headers=again.headers)


@pytest.mark.parametrize("text", ["é", "\udce9", "→"])
def test_header_text_is_the_bytes_that_it_stands_for(text: str):
    signed = sign("moov", b"", secret="s", headers=[("X-Nonce", text)])
    assert verify("moov", body=b"", headers=signed.headers, secrets="s")


def test_to_import_it_loads_nothing():
    code = "import sys; before = set(sys.modules); import whcli; print(*set(sys.modules) - before); whcli.verify"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["whcli"]


def test_what_there_is_can_be_listed_and_what_there_is_not_is_told():
    assert set(whcli.__all__) <= set(dir(whcli))
    assert all(getattr(whcli, name) for name in whcli.__all__)
    with pytest.raises(AttributeError, match=r"whcli.*'veryfy'"):
        _ = whcli.veryfy


# The README's handlers


def example(framework: str) -> dict[str, Any]:
    """What the README's block for a framework defines."""
    [block] = [text for text in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if f"from {framework} " in text]
    space: dict[str, Any] = {"__name__": framework}
    exec(compile(block, f"README {framework}", "exec"), space)
    return space


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in (
        "GITHUB_WEBHOOK_SECRET",
        "STRIPE_WEBHOOK_SECRET",
        "STRIPE_WEBHOOK_SECRET_OLD",
        "TWILIO_AUTH_TOKEN",
    ):
        monkeypatch.setenv(name, f"test {name}")
    return


def test_flask():
    client = example("flask")["app"].test_client()
    signed = sign("github", b'{"zen":"Keep it"}', secret="test GITHUB_WEBHOOK_SECRET")
    headers = [*text_headers(signed), ("Content-Type", "application/json")]
    answer = client.post("/webhook/github", data=signed.body, headers=headers)
    assert (answer.status_code, answer.json) == (200, {"received": "Keep it"})
    assert client.post("/webhook/github", data=signed.body + b" ", headers=headers).status_code == 401
    assert client.post("/webhook/github", data=signed.body).status_code == 401


@pytest.mark.parametrize(("variable", "label"), [("", "secret"), ("_OLD", "secret 2")])
def test_fastapi(variable: str, label: str):
    client = TestClient(example("fastapi")["app"])
    signed = sign("stripe", BODY, secret=f"test STRIPE_WEBHOOK_SECRET{variable}")
    answer = client.post("/webhook/stripe", content=signed.body, headers=dict(text_headers(signed)))
    assert (answer.status_code, answer.json()) == (200, {"received": "invoice.paid", "by": label})
    answer = client.post("/webhook/stripe", content=b"{}", headers=dict(text_headers(signed)))
    assert answer.status_code == 401
    assert "not one that" in answer.json()["detail"]


def test_aiohttp():
    app = example("aiohttp")["app"]
    [signing] = [text for text in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "client.post" in text]
    space: dict[str, Any] = {}
    exec(signing.rpartition("client.post")[0].replace('"test"', '"test TWILIO_AUTH_TOKEN"'), space)
    request: Request = space["request"]

    async def asked() -> list[tuple[int, str]]:
        async with AiohttpClient(AiohttpServer(app)) as client:
            found = []
            for path in ("/webhook/twilio", "/webhook/twilio?more=1"):
                async with client.post(path, data=request.body, headers=text_headers(request)) as answer:
                    found.append((answer.status, await answer.text()))
            return found

    (status, text), (refused, _) = asyncio.run(asked())
    assert (status, text, refused) == (200, '{"received": "SM1"}', 401)
