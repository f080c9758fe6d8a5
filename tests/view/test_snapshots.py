"""What the main views look like, kept as files.

`WHCLI_SNAPSHOTS=renew pytest tests/view/test_snapshots.py` writes them anew; look at the difference before you
commit it. `cat` shows the coloured ones as a terminal would.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from whcli.http import Headers, Request, Response
from whcli.model import Verdict
from whcli.view import detail, live, tables
from whcli.view.theme import Style

from .samples import EVENT, JSON, NOW, attempt, record

FOLDER = Path(__file__).parent / "snapshots"
RENEW = os.environ.get("WHCLI_SNAPSHOTS") == "renew"

WRONG = Verdict(
    "mismatch", "The signature was made with another secret.", "wrong-secret", "Copy it from the dashboard."
)
UNKNOWN = Verdict("unchecked", "No secret is known for /webhook/stripe.")
UNREAD = {"provider": None, "event_type": None, "event_id": None}
FORM = Request(
    "POST",
    "http://127.0.0.1:8400/webhook/twilio",
    Headers(((b"Content-Type", b"application/x-www-form-urlencoded"), (b"X-Twilio-Signature", b"0" * 120))),
    b"From=%2B15005550006&Body=Hi+%F0%9F%99%82",
)
CASES = [
    (record(48, **UNREAD, verdict=None, status=None), []),
    (record(47, provider="twilio", event_type="message", event_id="SM" + "0" * 32, request=FORM), [attempt(204)]),
    (record(46, event_type="注文.作成済み" * 3, provider="日本の店"), [attempt(307)]),
    (record(45, verdict=UNKNOWN), [attempt(500), attempt(200, target="https://staging.example.com/hooks")]),
    (record(44, duplicate_of=42), [attempt()]),
    (record(43, verdict=WRONG, status=None), []),
    (record(42, status=None), [attempt(None)]),
    (record(41, event_id="evt\x1b[31m\u202e", event_type="order.created\nFAKE"), [attempt()]),
]


def the_list(width: int, style: Style) -> Iterator[str]:
    return tables.deliveries((found for found, _ in CASES), width=width, style=style, now=NOW)


def the_live_lines(width: int, style: Style) -> Iterator[str]:
    return (live.line(found, sent, width=width, style=style) for found, sent in reversed(CASES))


def the_ready_block(width: int, style: Style) -> list[str]:
    return live.ready(
        url="http://127.0.0.1:8400",
        public_url="https://example.ngrok.app",
        db="/home/me/.local/share/whcli/whcli.db",
        endpoints=[("/webhook/stripe", "stripe", "secret"), ("/webhook/acme", None, "nothing")],
        targets=["http://127.0.0.1:3000/hooks"],
        width=width,
        style=style,
    )


def the_detail(width: int, style: Style) -> Iterator[str]:
    signature = (b"Stripe-Signature", b"t=1795442531,v1=" + b"5257a869e7ecebeda32affa62cdca3fa" * 2)
    request = Request("POST", "http://127.0.0.1:8400/webhook/stripe", Headers((*JSON, signature)), EVENT)
    refused = attempt(None, id=8, cause="replay", number=2)
    answer = Response(422, Headers(((b"Server", b"app\x1b[2J"),)), b"no such order\n" * 50, 700)
    sent = [attempt(response=answer), refused]
    verdicts = [WRONG, Verdict("valid", "The signature holds.", signed_at=NOW, secret_label="env:STRIPE_SECRET")]
    return detail.delivery(record(duplicate_of=40, request=request), verdicts, sent, width=width, style=style, now=NOW)


@pytest.mark.parametrize("color", [False, True], ids=["plain", "color"])
@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("view", [the_list, the_live_lines, the_ready_block, the_detail])
def test_views_look_as_they_did(view, width, color):
    shown = "".join(f"{line}\n" for line in view(width, Style(color))).encode()
    kept = FOLDER / f"{view.__name__}-{width}-{'color' if color else 'plain'}.txt"
    if RENEW:
        kept.write_bytes(shown)
    assert shown == kept.read_bytes()
