"""`whcli providers` and `whcli secret`: what is known of each provider, and a secret in its form."""

from __future__ import annotations

import json
import shlex

import pytest

from tests.process import Home
from whcli import cli, providers
from whcli.cli import providers as shown
from whcli.errors import UsageError
from whcli.model import Secret
from whcli.signing.family import Family, family

EVERY = providers.all()


def test_the_list_is_one_line_for_each(home: Home):
    lines = [line.split("\t") for line in home.run("providers").text.splitlines()]
    assert [line[0] for line in lines] == list(providers.names())
    assert ["stripe", "Stripe", "HMAC of time and body", "Stripe-Signature", "high", "12"] in lines
    assert {line[4] for line in lines} <= {"high", "medium"}


def test_one_is_shown_with_all_that_is_known(home: Home):
    shown = home.run("providers", "slack").text
    for each in (
        "HMAC of time and body", "X-Slack-Signature", "v0=<hex>", "v0:{timestamp}:{body}", "unix seconds", "5 min",
        "url_verification", "SLACK_SIGNING_SECRET", "https://docs.slack.dev", "high:", "app_mention",
        "whcli listen --provider slack --secret env:SLACK_SIGNING_SECRET", "whcli send --provider slack --event",
    ):  # fmt: skip
        assert each in shown, each


def test_what_is_not_covered_needed_or_older_is_shown(home: Home):
    assert "note" in home.run("providers", "mercadopago").text
    assert "The body is not covered" in home.run("providers", "mercadopago").text
    paypal = home.run("providers", "paypal").text
    assert "param" in paypal
    assert "webhook_id" in paypal
    assert "sends" in paypal
    assert "X-Hub-Signature: sha1=<hex>" in home.run("providers", "github").text


def test_as_json(home: Home):
    [facts] = home.run("providers", "whatsapp", "--json").objects
    assert facts["handshakes"] == ["subscribe"]
    assert facts["params"][0]["name"] == "verify_token"
    assert len(facts["schemes"]) == 2
    assert facts["family"] == "HMAC of body"
    everyone = home.run("providers", "--json").objects
    assert len(everyone) == len(EVERY)
    assert {key for each in everyone for key in each} == set(facts)


@pytest.mark.parametrize(
    ("text", "found"), [("strip", "stripe"), ("STANDARD", "standard-webhooks"), ("x-shopify", "shopify")]
)
def test_the_list_is_searched(home: Home, text: str, found: str):
    assert found in [each["name"] for each in home.run("providers", "--search", text, "--json").objects]


def test_a_search_that_finds_nothing_says_so(home: Home):
    assert "no provider has 'zzz'" in home.run("providers", "--search", "zzz", code=3).stderr


@pytest.mark.parametrize("provider", EVERY, ids=lambda provider: provider.name)
def test_every_scheme_is_of_a_family(provider: providers.Provider):
    found = family(provider.scheme.describe())
    assert found.kind in ("HMAC", "JWT", "JWS", "RSA", "ECDSA", "Ed25519", "token", "basic auth", "keyed hash", "none")
    assert bool(found.covered) == (found.kind not in ("token", "basic auth", "none"))


@pytest.mark.parametrize("provider", EVERY, ids=lambda provider: provider.name)
def test_the_commands_to_copy_are_commands(provider: providers.Provider):
    lines = [shlex.split(line.partition(" > ")[0]) for line in shown._examples(provider)]
    signs = provider.scheme.describe()["algorithm"] != "none"
    made = Secret("s", provider.scheme.make_secret(bytes(range(64)))) if signs else None
    paired = made is not None and provider.scheme.public_key(made) is not None
    assert len(lines) == 2 + bool(provider.handshakes) + paired
    for _, name, *words in lines:
        assert cli.load(name).make_context(name, words).params["provider"] == provider.name


def test_families_in_words():
    assert str(Family("token")) == "token"
    assert str(Family("HMAC", ("body",))) == "HMAC of body"
    assert str(Family("HMAC", ("id", "time", "body"))) == "HMAC of id, time and body"


@pytest.mark.parametrize("provider", EVERY, ids=lambda provider: provider.name)
def test_a_secret_of_each_form_is_one_or_is_refused(provider: providers.Provider):
    if family(provider.scheme.describe()).kind == "none":
        with pytest.raises(UsageError, match="no secret to make"):
            provider.scheme.make_secret(bytes(range(64)))
        return
    made = Secret("s", provider.scheme.make_secret(bytes(range(64))))
    provider.scheme.check(made)
    for text in ("", " ", "\n", "\t \r\n"):
        with pytest.raises(UsageError):
            provider.scheme.check(Secret("s", text))


def test_a_secret_alone_is_on_stdout(home: Home):
    made = home.run("secret", "generate", "--provider", "standard-webhooks")
    assert made.text.startswith("whsec_")
    assert made.text.count("\n") == 1
    assert made.stderr == ""


def test_of_a_key_pair_the_private_key_signs_and_the_public_one_verifies(home: Home):
    pair = json.loads(home.run("secret", "generate", "--provider", "discord", "--json").stdout)
    told = home.run("secret", "generate", "--provider", "discord")
    assert "private key" in told.stderr
    assert "as Discord shows" in told.stderr
    assert len(pair["public_key"]) == 64
    scheme = providers.get("discord").scheme
    assert scheme.public_key(Secret("s", pair["secret"])) == pair["public_key"]


def test_there_is_no_secret_of_those_who_sign_nothing(home: Home):
    said = home.run("secret", "generate", "--provider", "mailchimp", code=2).stderr
    assert "no secret to make" in said
