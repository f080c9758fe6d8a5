"""What ngrok's errors mean for the user: one line of cause, one of remedy. See https://ngrok.com/docs/errors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from whcli.errors import TunnelError
from whcli.http import Response

LONGEST = 160
"""Characters of ngrok's own words, where it says what we do not know."""

LOGIN = "get your token from https://dashboard.ngrok.com/get-started/your-authtoken, then: whcli tunnel login ngrok"
UPDATE = "whcli tunnel update ngrok"

CODES: Mapping[str, tuple[str, str]] = {
    "4018": ("ngrok wants an account's token and has none", LOGIN),
    "105": ("ngrok's token is malformed", LOGIN),
    "107": ("ngrok's token was revoked or reset", LOGIN),
    "108": (
        "the account has as many ngrok agents running as it may have",
        "end the other one, here or at https://dashboard.ngrok.com/agents",
    ),
    "120": ("this ngrok is too old for its servers", UPDATE),
    "121": ("this ngrok is too old for its servers", UPDATE),
    "9009": ("ngrok goes through a proxy, which is a paid feature", "unset http_proxy and https_proxy"),
    "9040": ("ngrok does not serve this network's address", "try another network, or a tunnel by ssh: whcli tunnels"),
    "334": (
        "this public URL is online already, from another agent",
        "end that one, take another --domain, or share it: --tunnel-option pooling=yes",
    ),
    "324": ("the account has as many public URLs online as it may have", "end another one, at https://dashboard.ngrok.com/endpoints"),
    "8013": ("ngrok gives TCP addresses only to accounts with a card", "add a card at https://dashboard.ngrok.com/settings"),
    "725": ("the account's data for this month is used up", "upgrade it, or take another tunnel: whcli tunnels"),
    "727": ("the account's requests for this month are used up", "upgrade it, or take another tunnel: whcli tunnels"),
    "3208": ("ngrok has suspended the account", "write to support@ngrok.com, or take another tunnel: whcli tunnels"),
    "8012": ("ngrok cannot reach the listener", "check that no firewall keeps ngrok from 127.0.0.1"),
    "3200": ("the public URL is offline: ngrok's agent is gone", "whcli opens it again by itself"),
    "3004": ("ngrok cannot read the listener's answer", "run whcli doctor; another program may have the port"),
    "6024": ("ngrok shows browsers a page of its own first", "senders do not see it; in a browser, click through"),
}  # fmt: skip
"""By number; `ERR_NGROK_` stands before it."""

WORDS: tuple[tuple[str, str, str], ...] = (
    ("address already in use", "the port of ngrok's own web page is taken", "remove web_addr from ngrok.yml"),
    ("no such host", "ngrok's servers cannot be found: there seems to be no network", "check the connection, and DNS"),
    ("network is unreachable", "there is no network", "check the connection"),
    ("i/o timeout", "ngrok's servers do not answer", "check the network, and that port 443 is let out"),
    ("connection refused", "ngrok's servers refuse the connection", "check the network, and that port 443 is let out"),
    ("eof", "the connection with ngrok's servers broke off", "check the network"),
    ("404: ", "this ngrok does not know its own newer interface", UPDATE),
    ("api/endpoints", "this ngrok does not know its own newer interface", UPDATE),
    ("binary was not found", "the program ngrok is not there", "whcli tunnel install ngrok"),
    ("web_addr", "ngrok.yml switches ngrok's own interface off", "remove web_addr: false from it"),
    ("log_format", "ngrok.yml changes the form of ngrok's log", "remove log_format from it"),
    ("log_level", "ngrok.yml changes the level of ngrok's log", "remove log_level from it"),
    ("unable to start", "ngrok ended at once, without a word", "run it by hand, to see more: ngrok http 8400"),
    ("timed out", "ngrok's own interface does not answer", "try again; if it stays so: whcli tunnel update ngrok"),
    ("codec can't decode", "what ngrok says is not text", "check that it is ngrok: ngrok --version"),
    ("permission denied", "ngrok may not be run, or may not read its settings", "check the permissions of both"),
)  # fmt: skip
"""What is said without a code: a part of it, in lower case, then cause and remedy."""

_CODE = re.compile(r"ERR_NGROK_(\d+)")
_TOKEN = re.compile(r"(?i)(auth[_-]?token[\"']?\s*[:=]\s*[\"']?|--authtoken\s+)[^\s\"'\\,}]+")
_LIKE_TOKEN = re.compile(r"\b[0-9A-Za-z]{20,}_[0-9A-Za-z]{15,}\b")


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """Text of ngrok's without what may be a token: errors 105 and 107 quote it."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "…")
    return _LIKE_TOKEN.sub("…", _TOKEN.sub(r"\1…", text))


def details(body: str) -> str:
    """The reason in an answer of the agent's API, which stands in one of two places of its JSON."""
    try:
        said = json.loads(body)
        return str(said["details"]["err"] if said.get("details") else f"{said['msg']} ({said['status_code']})")
    except (ValueError, TypeError, KeyError, AttributeError):
        return body


def code_in(text: str) -> str | None:
    """The first of ngrok's error codes in a text."""
    found = _CODE.search(text)
    return found[0] if found else None


def explained(text: str, secrets: Iterable[str] = ()) -> TunnelError:
    """What ngrok said as an error of ours; what we know nothing of is quoted."""
    code = code_in(text)
    if code is not None:
        cause, remedy = CODES.get(
            code.removeprefix("ERR_NGROK_"),
            (f"ngrok says: {phrase(text, secrets)}", f"see https://ngrok.com/docs/errors/{code.lower()}"),
        )
        return TunnelError(cause, hint=remedy, slug=code)
    lower = text.lower()
    for part, cause, remedy in WORDS:
        if part in lower:
            return TunnelError(cause, hint=remedy)
    said = phrase(text, secrets)
    return TunnelError(
        f"ngrok failed: {said}" if said else "ngrok ended without a word", hint=f"try again, or: {UPDATE}"
    )


def phrase(text: str, secrets: Iterable[str]) -> str:
    """The first sentence of what was said, on one line; a log has its line ends as backslash and letter."""
    words = " ".join(redacted(text, secrets).replace("\\r", " ").replace("\\n", " ").split())
    words = _CODE.sub("", words).strip(" .")
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


def of_answer(response: Response) -> TunnelError | None:
    """What an answer of ngrok's servers means; None for one that is not their own."""
    code = response.headers.first(b"ngrok-error-code")
    return explained(code.decode("latin-1")) if code else None
