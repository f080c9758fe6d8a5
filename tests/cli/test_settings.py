"""Settings of a project folder, as commands meet them."""

from __future__ import annotations

import pytest

from tests.client import ask, request
from tests.process import Home
from tests.tunnels import cloudflared_standin as standin


def test_a_secret_that_cannot_be_had_is_in_the_way_of_its_own_endpoint_alone(home: Home):
    home.configure('[endpoints.stripe]\nsecret = "env:NOWHERE"\n[endpoints.github]\nsecret = "s3cret"\n')
    assert home.run("list").code == 0
    assert home.run("send", "1", "--event", "push", "--provider", "github", "--dry-run").code == 0
    said = home.run("send", "1", "--event", "invoice.paid", "--provider", "stripe", "--dry-run", code=2)
    assert "NOWHERE" in said.stderr


def test_a_listener_leaves_nothing_in_the_log_of_the_database(home: Home):
    listener = home.listen()
    home.run("send", "--event", "created")
    assert listener.stop() == 0
    assert sorted(path.name for path in home.db.parent.iterdir() if path.name.startswith(home.db.name)) == [
        home.db.name
    ]


def test_a_tunnel_its_options_who_may_call_and_https_are_settings_as_well(home: Home):
    folder = home.folder / "bin"
    standin.install(folder)
    home.environment["PATH"] = f"{folder}:{home.environment['PATH']}"
    home.configure(
        f'tunnel = "cloudflared"\nallow_ip = "{standin.CALLER}"\ntls = true\n'
        '[tunnels.cloudflared]\nprotocol = "http2"\n'
    )
    listener = home.listen()
    assert listener.ready["public_url"] == f"https://{standin.HOST}"
    assert listener.url.startswith("https://")
    words = standin.call(folder)["argv"]
    assert words[words.index("--protocol") + 1] == "http2"
    assert ask(standin.call(folder)["edge"], request(b"POST", b"/", body=b"{}")).status == 200
    assert listener.stop() == 0
    options = ("--tunnel", "", "--allow-ip", "127.0.0.1")
    assert home.listen(*options).ready["public_url"] is None
    assert home.listen("--public-url", "https://acorn.example").ready["public_url"] == "https://acorn.example"


def test_files_that_settings_name_are_where_the_settings_are(home: Home):
    below = home.folder / "a" / "b"
    below.mkdir(parents=True)
    home.configure('tls_cert = "own.pem"\n')
    home.folder = below
    assert f"{below.parent.parent / 'own.pem'} cannot be read" in home.run("listen", code=2).stderr
    (below / "whcli.toml").write_text('tunnel = "ngrok"\n[tunnels.ngrok]\ntraffic-policy = "x.yml"\nagent = "ngrok"\n')
    assert f"there is no file {below / 'ngrok'}" in home.run("listen", code=2).stderr
    said = home.run("listen", "--tunnel-option", "agent=~/none", more={"HOME": "/nowhere"}, code=2).stderr
    assert "there is no file /nowhere/none" in said


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("tunnel = 'nowhere'", "there is no tunnel 'nowhere'"),
        ("tunnel = 'ngrok'\npublic_url = 'https://acorn.example'", "leave one of them out"),
        ("tunnel = 'ngrok'\n[tunnels.nowhere]", "no table of a tunnel's"),
        ("tunnel = 'ngrok'\n[tunnels]\nngrok = 3", "no table of a tunnel's"),
        ("tunnel = 'ngrok'\n[tunnels.ngrok]\ncolour = 3", "has no option 'colour'"),
        ("tunnel = 'ssh'\n[tunnels.ssh]\nremote = 70000", "remote=70000: not a port"),
        ("allow_ip = [3]", "'3' is no range"),
        ("allow_ip = ''", "'' is no range"),
        ("tls_key = 'x'", "--tls-key is for a certificate"),
        ("tls = true\ntls_cert = 'x'", "leave one of them out"),
    ],
)
def test_a_mistake_in_what_only_listen_needs_is_told_by_listen(home: Home, toml: str, told: str):
    home.configure(toml)
    assert home.run("list").code == 0
    said = home.run("listen", "--port", "0", code=2).stderr
    assert told in said
    assert len(said.splitlines()) == 2


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("port = '8400'", "it takes a number"),
        ("forward_to = true", "it takes a text or a number or a list"),
        ("prot = 1", "did you mean port?"),
        ("endpoints = 3", "it takes a table"),
        ("[endpoints.stripe]\nsecrets = 'x'", "did you mean secret?"),
        ("[endpoints]\nstripe = 1", "is not a table"),
        ("port = ", "is not TOML"),
    ],
)
def test_a_mistake_in_the_settings_is_named_with_what_mends_it(home: Home, toml: str, told: str):
    home.configure(toml)
    said = home.run("list", code=2).stderr
    assert told in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "written", ['webhook_id = "8PT597110X687430L"', 'params = { webhook_id = "8PT597110X687430L" }']
)
def test_what_a_scheme_needs_is_a_key_of_the_endpoint(home: Home, written: str):
    home.configure(f"[endpoints.paypal]\n{written}\n")
    made = home.run("secret", "generate", "--provider", "paypal").text
    (home.folder / "own.pem").write_text(made)
    words = ("--provider", "paypal", "--event", "PAYMENT.SALE.COMPLETED", "--secret", "file:own.pem", "--dry-run")
    assert "PAYPAL-TRANSMISSION-SIG" in home.run("send", "1", *words).text


@pytest.mark.parametrize(
    ("toml", "line", "told"),
    [
        ('[endpoints.hooks]\nprovider = "strpie"\n', 2, "there is no provider named strpie"),
        ('[endpoints.paypal]\nparams = { webhookid = "1" }\n', 2, "knows no param webhookid"),
        ('[endpoints.svix]\n\nsecret = "whsec_!"\n', 3, "is not whsec_ and base64"),
    ],
)
def test_an_endpoint_that_cannot_be_is_told_with_its_line(home: Home, toml: str, line: int, told: str):
    home.configure(toml)
    said = home.run("listen", "--port", "0", code=2).stderr
    assert f"whcli.toml, line {line}: [endpoints." in said
    assert told in said
    assert "whsec_!" not in said


@pytest.mark.parametrize("key", ["webhookid", "secert", "colour"])
def test_a_key_that_no_provider_and_no_endpoint_knows_is_an_error_everywhere(home: Home, key: str):
    home.configure(f'[endpoints.paypal]\nprovider = "paypal"\n{key} = "1"\n')
    assert f"line 3: [endpoints.paypal] {key} is no setting of whcli's" in home.run("list", code=2).stderr
