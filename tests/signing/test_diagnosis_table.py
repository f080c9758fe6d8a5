"""The table of broken requests: each mistake is named, mended in words, and never let in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.process import Home
from tests.signing.breaking import Broken, Sent, original
from tests.signing.broken import ROWS
from whcli import providers
from whcli.errors import WhcliError
from whcli.http import Headers, Request
from whcli.model import Secret, Verdict
from whcli.signing import diagnosis

CONTRACT = {
    *("wrong-secret", "secret-of-another-endpoint", "secret-whitespace", "secret-decoding"),
    *("body-reserialized", "body-newline", "body-encoding", "body-empty", "truncated"),
    *("stale", "future", "timestamp-unit", "missing-header", "malformed-header", "wrong-prefix", "wrong-encoding"),
    *("wrong-algorithm", "url-mismatch", "another-provider", "unknown"),
}
"""The causes that scripts may rely on."""
IDS = [str(row) for row in ROWS]


def request(sent: Sent) -> Request:
    headers = Headers((name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.headers)
    return Request("POST", sent.url, headers, sent.body)


def judged(row: Broken, came: Request | None = None) -> Verdict:
    sent, provider = row.sent(), providers.get(row.provider)
    came = came or request(sent)
    now, secrets = datetime.fromtimestamp(sent.at, UTC), [Secret("ours", sent.secret)]
    others = [Secret(f"other {place}", value) for place, value in enumerate(sent.others)]
    return providers.verify(provider, came, secrets=secrets, now=now, others=others)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_the_cause_is_named_and_the_fix_says_what_to_do(row: Broken):
    verdict = judged(row)
    assert (verdict.outcome, verdict.cause) == (row.outcome, row.cause), verdict
    assert verdict.fix
    assert row.words in verdict.fix
    said = f"{verdict.reason} {verdict.fix}"
    assert verdict.reason[0].isupper()
    assert verdict.reason.endswith(".")
    assert not any(secret.strip() in said for secret in (row.sent().secret, *row.sent().others))
    if row.likely:
        assert "likely" in said or verdict.cause in ("body-empty", "unknown"), said
    else:
        assert "likely" not in said, said


def test_every_cause_of_the_contract_has_a_fix_and_a_row():
    assert set(diagnosis.FIX) == CONTRACT
    assert {row.cause for row in ROWS} == CONTRACT
    assert len(set(IDS)) == len(ROWS) >= 60
    generic = providers.get("generic").scheme
    for cause in CONTRACT:
        fix = diagnosis.fix(cause, generic)
        assert fix
        assert "{signature}" not in fix


@pytest.mark.parametrize("name", sorted({row.provider for row in ROWS}))
def test_what_was_broken_was_whole_before(name):
    provider, sent = providers.get(name), original(name)
    now, secrets = datetime.fromtimestamp(sent.at, UTC), [Secret("ours", sent.secret)]
    verdict = providers.verify(provider, request(sent), secrets=secrets, now=now, others=[Secret("other", "x")])
    assert (verdict.outcome, verdict.cause, verdict.fix) == ("valid", None, None)


@pytest.mark.parametrize("outcome", ["valid", "expired", "unchecked"])
def test_what_needs_no_explanation_gets_none(outcome):
    row = ROWS[0]
    verdict = Verdict(outcome, "As it is.")
    sent, scheme = row.sent(), providers.get(row.provider).scheme
    now = datetime.fromtimestamp(sent.at, UTC)
    told = diagnosis.explain(scheme, request(sent), verdict, secrets=[Secret("ours", sent.secret)], now=now)
    assert told is verdict


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_diagnosis_is_never_an_acceptance(row: Broken):
    """The correction that was found is no part of the verdict: asked again, the answer is the same."""
    first, again = judged(row), judged(row)
    assert first == again
    assert first.outcome != "valid"


@given(
    noise=st.binary(max_size=40),
    value=st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=255), max_size=60),
)
@settings(max_examples=5, deadline=None)
@pytest.mark.parametrize(
    "name", ["stripe", "github", "twilio", "telnyx", "sendgrid", "adyen", "mailgun", "monday", "wise"]
)
def test_hostile_requests_are_explained_without_an_error(name, noise, value):
    sent = original(name)
    row = Broken(name, "noise", "", "", lambda _: sent)
    came = request(sent)
    headers = [(key, value.encode("latin-1") if b"sign" in key.lower() else old) for key, old in came.headers]
    verdict = judged(
        row, came._replace(headers=Headers([*headers, (b"Host", noise)]), body=noise, url=f"{came.url}/{value}")
    )
    assert verdict.outcome != "valid"
    assert verdict.fix or verdict.outcome == "malformed"


SHOWN = (
    "stripe: a line end behind the secret",
    "slack: the whole line of an env file",
    "stripe: an API key",
    "shopify: indented",
    "github: a line end added",
    "telnyx: a byte order mark",
    "shopify: hex for base64",
    "github: SHA-1 under another name",
    "stripe: a signature cut in a list",
    "stripe: no separator",
    "twilio: http for https",
    "square: a slash added",
    "stripe: ten minutes old",
    "github: decompressed before it came",
    "github: sha256= left out",
    "github: a name of CGI",
    "stripe: the same header twice",
    "stripe: signed by GitHub",
)
"""Rows that the program is asked about as a process of its own."""


@pytest.mark.parametrize("name", SHOWN)
def test_the_program_says_so_and_ends_with_four(name: str, tmp_path: Path):
    row = next(row for row in ROWS if str(row) == name)
    sent = row.sent()
    home = Home(tmp_path)
    (tmp_path / "body").write_bytes(sent.body)
    headers = [word for name, value in sent.headers for word in ("--header", f"{name}: {value}")]
    moment = datetime.fromtimestamp(sent.at, UTC).isoformat()
    words = (
        "--provider",
        row.provider,
        "--secret",
        "env:IT",
        "--url",
        sent.url,
        "--at",
        moment,
        "--body",
        f"@{tmp_path}/body",
    )
    done = home.run("verify", *words, *headers, "--json", code=4, more={"IT": sent.secret})
    (verdict,) = done.objects
    assert (verdict["outcome"], verdict["cause"]) == (row.outcome, row.cause)
    assert row.words in verdict["fix"]
    assert sent.secret.strip() not in done.text + done.stderr


def test_the_program_names_the_endpoint_whose_secret_it_is(tmp_path: Path):
    home = Home(tmp_path)
    home.configure('[endpoints.shop]\nprovider = "github"\nsecret = "env:SHOP"\n')
    sent = original("github")
    (tmp_path / "body").write_bytes(sent.body)
    headers = [word for name, value in sent.headers for word in ("--header", f"{name}: {value}")]
    words = ("--provider", "github", "--secret", "env:IT", "--body", f"@{tmp_path}/body")
    done = home.run("verify", *words, *headers, "--json", code=4, more={"IT": "another", "SHOP": sent.secret})
    (verdict,) = done.objects
    assert verdict["cause"] == "secret-of-another-endpoint"
    assert verdict["secret_label"] in verdict["reason"]


def test_a_password_within_a_url_is_not_shown():
    row = Broken("mandrill", "http", "url-mismatch", "", lambda sent: sent._replace(url=sent.url.replace("s:", ":")))
    verdict = judged(row)
    assert verdict.cause == "url-mismatch"
    assert "https://…@example.com" in verdict.reason
    assert "pw" not in f"{verdict.reason} {verdict.fix}"


def test_no_row_is_refused_before_it_is_looked_at():
    """Every secret of the table but those of another kind is one that its provider's scheme takes."""
    for row in ROWS:
        try:
            providers.get(row.provider).scheme.check(Secret("ours", row.sent().secret))
        except WhcliError:
            assert row.cause in ("secret-whitespace", "secret-decoding", "wrong-secret"), row
