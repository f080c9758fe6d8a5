"""A secret that is none, or of another form, is told before the first delivery fails."""

from __future__ import annotations

import textwrap

import pytest

from tests.client import ask, request
from tests.process import Home

BLANK = ["", "   ", "\n", "env:BLANK", "env:SPACES", "file:blank"]


@pytest.fixture
def blank(home: Home) -> Home:
    home.environment |= {"BLANK": "", "SPACES": "  \t"}
    (home.folder / "blank").write_text("\n", "utf-8")
    return home


@pytest.fixture
def stored(blank: Home) -> Home:
    """A home with a delivery of Stripe's in it."""
    with blank.listen() as listener:
        assert ask(listener.port, request(b"POST", b"/webhook/stripe", body=b"{}")).status == 200
    return blank


COMMANDS = [
    "listen",
    "listen --provider stripe",
    "send 1 --provider stripe --event invoice.paid",
    "send 1 --event created",
    "verify last",
    "verify --provider stripe --body x",
    "replay last --to 1",
    "replay last --to 1 --resign",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_empty_secret_is_refused_everywhere(stored: Home, command: str):
    for secret in BLANK:
        said = stored.run(*command.split(), "--secret", secret, code=2).stderr
        assert "is empty" in said, secret
        assert "Traceback" not in said


@pytest.mark.parametrize("secret", ['""', '" "', "[]", '["s", ""]', "[3]"])
def test_an_empty_secret_in_the_settings_is_told_with_its_line(home: Home, secret: str):
    home.configure(f"port = 1\n[endpoints.stripe]\nsecret = {secret}")
    said = home.run("listen", code=2).stderr
    assert "line 3" in said
    assert "secret is empty" in said


WRONG = {
    "standard-webhooks": "not base64!",
    "discord": "hello",
    "wise": "hello",
    "adyen": "xyz",
    "postmark": "nocolon",
}


@pytest.mark.parametrize("provider", WRONG)
def test_a_secret_of_another_form_is_named_before_anything_is_sent(stored: Home, provider: str):
    wrong = WRONG[provider]
    commands = [
        f"listen --provider {provider}",
        f"verify --provider {provider} --body x",
        f"verify last --provider {provider}",
        f"send 1 --provider {provider} --event x --data {{}}",
    ]
    for command in commands:
        said = stored.run(*command.split(), "--secret", wrong, code=None)
        assert said.code in (2, 3), (command, said)
        assert wrong not in said.stderr
        if said.code == 2:
            assert "the secret --secret is no" in said.stderr, (command, said)
    stored.configure(f'[endpoints.{provider}]\nsecret = "{wrong}"')
    said = stored.run("listen", code=2).stderr
    assert f"the secret endpoints.{provider} is no" in said


KEYRING = """
    from keyring.backend import KeyringBackend
    from keyring.errors import KeyringLocked

    class Keyring(KeyringBackend):
        priority = 1

        def get_password(self, service, name):
            if name == "locked":
                raise KeyringLocked("locked")
            return {"shop": "a secret", "blank": " "}.get(name) if service == "whcli" else None

        def set_password(self, service, name, value):
            raise NotImplementedError

        delete_password = set_password
    """


@pytest.fixture
def keyring(home: Home) -> Home:
    """A home with a keyring in it."""
    (home.folder / "site").mkdir()
    (home.folder / "site" / "ring.py").write_text(textwrap.dedent(KEYRING), "utf-8")
    home.environment |= {"PYTHONPATH": str(home.folder / "site"), "PYTHON_KEYRING_BACKEND": "ring.Keyring"}
    return home


def test_a_secret_out_of_the_keyring(keyring: Home):
    with keyring.listen("--provider", "generic", "--secret", "keyring:shop") as listener:
        keyring.run("send", "--event", "created", "--secret", "a secret")
        verdict = listener.find(lambda said: said["type"] == "delivery")["verdict"]
    assert (verdict["outcome"], verdict["secret_label"]) == ("valid", "keyring:shop")


@pytest.mark.parametrize(
    ("name", "told"),
    [("other", "has no other"), ("locked", "does not answer: KeyringLocked"), ("blank", "keyring:blank is empty")],
)
def test_what_the_keyring_cannot_give_is_told(keyring: Home, name: str, told: str):
    said = keyring.run("listen", "--secret", f"keyring:{name}", code=2).stderr
    assert told in said
    assert "Traceback" not in said
