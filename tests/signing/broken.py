"""Broken requests: each provider's first vector, the mistake that was made, its name, and words of its mending."""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Sequence
from urllib.parse import quote

from tests.signing.breaking import (
    Broken,
    again,
    body,
    both,
    came,
    document,
    drop,
    header,
    hub,
    hubspot,
    later,
    mac,
    named,
    original,
    put,
    reencoded,
    rename,
    secret,
    shopify,
    side_by_side,
    slack,
    square,
    standard,
    stripe,
    swapped,
    url,
    whsec,
)

PHP = json.dumps({"name": "é", "url": "a/b"}).replace("/", "\\/").encode()
GO = b'{"html":"\\u003cb\\u003e","n":1}'
STRIPE, HUB, SHOPIFY = "Stripe-Signature", "X-Hub-Signature-256", "X-Shopify-Hmac-Sha256"
SENDGRID = "X-Twilio-Email-Event-Webhook-Signature"

SECRETS = (
    *named(
        "secret-whitespace",
        "line end",
        ("stripe", "a line end behind the secret", secret(lambda it: it + "\n")),
        ("telegram", "a line end behind a token", secret(lambda it: it + "\n")),
    ),
    *named(
        "secret-whitespace",
        "space",
        ("github", "a space before the secret", secret(lambda it: " " + it)),
        ("zoom", "a secret wrapped into two lines", secret(lambda it: f"{it[:4]}\n{it[4:]}")),
    ),
    *named("secret-whitespace", "", ("slack", "a byte order mark before the secret", secret(lambda it: "\ufeff" + it))),
    *named(
        "secret-whitespace",
        "printf",
        ("shopify", "a line end in the sender's copy", lambda sent: shopify(key=sent.secret.encode() + b"\n")(sent)),
    ),
    *named("secret-decoding", "quotes", ("stripe", "quotes around the secret", secret(lambda it: f'"{it}"'))),
    *named(
        "secret-decoding",
        "behind the =",
        ("slack", "the whole line of an env file", secret(lambda it: f"SLACK_SIGNING_SECRET={it}")),
    ),
    *named("secret-decoding", "prefix", ("stripe", "whsec_ left out", secret(lambda it: it.removeprefix("whsec_")))),
    *named("secret-decoding", "%3D", ("xero", "the secret percent-encoded", secret(lambda it: quote(it, safe="")))),
    *named(
        "secret-decoding",
        "decode it, or not",
        (
            "xero",
            "base64 decoded by the sender",
            lambda sent: sent.put("x-xero-signature", b64encode(mac(sent, key=b64decode(sent.secret))).decode()),
        ),
        ("standard-webhooks", "the secret taken as text", standard("{id}.{t}.", key=str.encode)),
    ),
    *named(
        "secret-decoding",
        "",
        ("stripe", "the base64 of the secret", lambda sent: stripe(key=b64encode(sent.secret.encode()))(sent)),
    ),
    *named("secret-decoding", "letters", ("trello", "the secret in capitals", secret(str.upper))),
    *named(
        "secret-of-another-endpoint",
        "own secret",
        ("github", "the secret of another endpoint", swapped),
        ("telegram", "the token of another endpoint", swapped),
    ),
    *named(
        "wrong-secret",
        "signing secret",
        ("stripe", "an API key", secret(lambda _: "sk_live_51AbCdEf")),
        ("stripe", "a restricted key", secret(lambda _: "rk_test_51AbCdEf")),
        ("slack", "a bot's token", secret(lambda _: "xoxb-1-2-abc")),
        ("github", "a personal token", secret(lambda _: "ghp_abcdef")),
        ("shopify", "a token of the Admin API", secret(lambda _: "shpat_0a")),
        ("sendgrid", "an API key", secret(lambda _: "SG.abcdefghijkl.mn")),
        ("twilio", "the account's SID", secret(lambda _: f"AC{'0a' * 16}")),
        ("github", "a public key", secret(lambda _: "-----BEGIN PUBLIC KEY-----\nM")),
        ("generic", "a placeholder", secret(lambda _: "<your secret>")),
        likely=True,
    ),
    *named(
        "wrong-secret",
        "compare it with",
        ("github", "any other secret", secret(lambda _: "another")),
        ("cloudinary", "any other secret", secret(lambda _: "another")),
        ("gitlab", "any other token", secret(lambda _: "another")),
        likely=True,
    ),
)
BODIES = (
    *named(
        "body-reserialized",
        "raw body",
        ("stripe", "parsed, and written by Python", document()),
        ("stripe", "spaces between", document(ensure_ascii=False)),
        ("shopify", "indented", document(indent=2)),
        ("telnyx", "indented, under a key pair", document(indent=4, ensure_ascii=False)),
        ("twitch", "indented with tabs", document(indent="\t")),
        ("github", "signed in the order of the alphabet", both(came(b'{"a":1,"b":2}'), hub(), came(b'{"b":2,"a":1}'))),
        (
            "github",
            "written by PHP, then by another",
            both(came(PHP), hub(), came('{"name":"é","url":"a/b"}'.encode())),
        ),
        ("github", "written by Go, then by another", both(came(GO), hub(), came(b'{"html": "<b>", "n": 1}'))),
        (
            "github",
            "zeros of a price lost",
            both(came(b'{"price":10.00,"n":3}'), hub(), came(b'{"price": 10.0, "n": 3}')),
        ),
        ("github", "1.0 made 1", both(came(b'{"n":1.0,"m":7}'), hub(), came(b'{"n":1,"m":7}'))),
        ("github", "1 made 1.0, and spaces", both(came(b'{"n":1}'), hub(), came(b'{"n": 1.0}'))),
        ("github", "digits kept, spaces not", both(came(b'{"n":1.50,"e":1E5}'), hub(), came(b'{"n": 1.50, "e": 1E5}'))),
        ("github", "an object turned into text", both(came(b"[object Object]"), hub(), came(b'{"a":1}'))),
        ("shopify", "JSON within a string", body(lambda it: json.dumps(it.decode()).encode())),
        ("slack", "a form written anew", body(lambda it: it.replace(b"%2F", b"/").replace(b"+", b"%20"))),
    ),
    *named(
        "body-newline",
        "line ends",
        ("github", "a line end added", body(lambda it: it + b"\n")),
        ("sendgrid", "CR LF lost, under a key pair", body(bytes.rstrip)),
        (
            "github",
            "line ends of Windows",
            both(came(b'{\n"a":1\n}'), hub(), body(lambda it: it.replace(b"\n", b"\r\n"))),
        ),
        ("github", "line ends dropped by curl", both(came(b'{"a":1}'), hub(), came(b'{"a":\r\n1}'))),
    ),
    *named(
        "body-encoding",
        "decode",
        ("telnyx", "a byte order mark", body(lambda it: b"\xef\xbb\xbf" + it)),
        ("stripe", "UTF-8 read as Latin-1", body(lambda it: it.decode("latin-1").encode())),
        ("discord", "UTF-8 read as Windows-1252", body(lambda it: it.decode("cp1252").encode())),
        ("linear", "composed letters decomposed", body(lambda it: it.replace("é".encode(), "e\u0301".encode()))),
        ("shopify", "compressed after it was signed", body(lambda it: gzip.compress(it, mtime=0))),
        (
            "github",
            "decompressed before it came",
            both(put("Content-Encoding", "gzip"), came(gzip.compress(b'{"a":1}', mtime=0)), hub(), came(b'{"a":1}')),
        ),
        ("shopify", "base64, as a gateway hands it over", body(b64encode)),
    ),
    *named(
        "body-encoding",
        "decompression",
        (
            "github",
            "decompressed, and no way back",
            both(put("Content-Encoding", "br"), came(b"\x8b\x03\x80..."), hub(), came(b'{"a":1}')),
        ),
        likely=True,
    ),
    *named("body-empty", "consumed", ("stripe", "an empty body", came(b"")), likely=True),
    *named("body-empty", "consumed", ("github", "an empty object signed", both(came(b"{}"), hub(), came(b'{"a":1}')))),
    *named(
        "truncated",
        "cuts it short",
        (
            "stripe",
            "a body cut, as Content-Length tells",
            both(put("Content-Length", "186"), body(lambda it: it[:100])),
        ),
        ("stripe", "JSON without its end", body(lambda it: it[:100])),
        likely=True,
    ),
    *named(
        "unknown", "Compare the bytes", ("github", "a body too long to look into", came(b"." * 40_000_000)), likely=True
    ),
)
WRITTEN = (
    *named(
        "wrong-prefix",
        "as ",
        ("github", "sha256= left out", header(HUB, lambda it: it[7:])),
        ("github", "sha256: for sha256=", header(HUB, lambda it: it.replace("=", ":"))),
        ("slack", "v1= for v0=", header("X-Slack-Signature", lambda it: it.replace("v0", "v1"))),
        ("stripe", "v1= left out", header(STRIPE, lambda it: it.replace("v1=", ""))),
        ("standard-webhooks", "v1, left out", header("webhook-signature", lambda it: it[3:])),
        outcome="malformed",
    ),
    *named(
        "wrong-prefix",
        "as ",
        ("shopify", "sha256= where none is meant", header(SHOPIFY, lambda it: "sha256=" + it)),
        (
            "telegram",
            "Bearer where none is meant",
            header("X-Telegram-Bot-Api-Secret-Token", lambda it: f"Bearer {it}"),
        ),
    ),
    *named(
        "wrong-prefix",
        "Bearer <",
        ("vonage", "Bearer left out", header("Authorization", lambda it: it[7:])),
        outcome="malformed",
    ),
    *named(
        "wrong-encoding",
        "as ",
        ("github", "base64 for hex", lambda sent: sent.put(HUB, f"sha256={b64encode(mac(sent)).decode()}")),
        ("shopify", "hex for base64", shopify(bytes.hex)),
        ("shopify", "base64 for URLs", shopify(lambda made: urlsafe_b64encode(made).decode())),
        ("shopify", "base64 without padding", header(SHOPIFY, lambda it: it.rstrip("="))),
        ("shopify", "base64 of hex", shopify(lambda made: b64encode(made.hex().encode()).decode())),
        ("shopify", "base64 in small letters", header(SHOPIFY, str.lower)),
        ("shopify", "percent escapes", header(SHOPIFY, lambda it: quote(it, safe=""))),
        ("slack", "hex in capitals", header("X-Slack-Signature", lambda it: "v0=" + it[3:].upper())),
        ("telnyx", "hex for base64, under a key pair", header("telnyx-signature-ed25519", reencoded(bytes.hex))),
        ("sendgrid", "two numbers for DER", header(SENDGRID, side_by_side)),
    ),
    *named(
        "malformed-header",
        "Send it as ",
        ("github", "one digit of the signature changed", header(HUB, lambda it: it[:-1] + "x")),
        (
            "github",
            "the weaker signature is right",
            lambda sent: hub(over=b"?")(sent.put("X-Hub-Signature", f"sha1={mac(sent, by='sha1').hex()}")),
        ),
        ("shopify", "a space where + was", header("X-Shopify-Hmac-Sha256", lambda it: it.replace("+", " "))),
        ("shopify", "a word behind the signature", header(SHOPIFY, lambda it: it + "; charset=utf-8")),
    ),
    *named(
        "wrong-algorithm",
        "Make the sender sign ",
        ("github", "SHA-1 under its own name", lambda sent: sent.put(HUB, f"sha1={mac(sent, by='sha1').hex()}")),
        outcome="malformed",
    ),
    *named(
        "wrong-algorithm",
        "Make the sender sign ",
        ("github", "SHA-1 under another name", hub(by="sha1")),
        ("stripe", "SHA-512", stripe(by="sha512")),
    ),
    *named(
        "wrong-algorithm",
        "HMAC",
        (
            "shopify",
            "a plain hash of secret and body",
            lambda sent: sent.put(
                SHOPIFY, b64encode(hashlib.sha256(sent.secret.encode() + sent.body).digest()).decode()
            ),
        ),
    ),
    *named(
        "wrong-algorithm",
        "Make the sender sign ",
        ("github", "the length of SHA-1, of another secret", hub(by="sha1", key=b"another")),
        likely=True,
    ),
    *named(
        "truncated",
        "cuts it short",
        ("github", "a signature cut", header(HUB, lambda it: it[:40])),
        ("stripe", "a signature cut in a list", header(STRIPE, lambda it: it[:-10])),
    ),
    *named(
        "malformed-header", "", ("github", "quotes around the signature", header(HUB, lambda it: f'sha256="{it[7:]}"'))
    ),
    *named(
        "wrong-algorithm",
        "{timestamp}.{body}",
        ("stripe", "the timestamp forgotten", stripe("")),
        ("stripe", "no separator", stripe("{t}")),
    ),
    *named("wrong-algorithm", "v0:{timestamp}:{body}", ("slack", "the separator of another", slack("{t}."))),
    *named(
        "wrong-algorithm",
        "{id}.{timestamp}.{body}",
        ("standard-webhooks", "the id forgotten", standard("{t}.", key=whsec)),
    ),
    *named("wrong-algorithm", "{url}{body}", ("square", "the URL forgotten", square(lambda _: ""))),
)
CARRIED = (
    *named(
        "missing-header",
        f"as {HUB}",
        ("github", "a name of CGI", rename(HUB, "HTTP_X_HUB_SIGNATURE_256")),
        ("github", "X- dropped", rename(HUB, "Hub-Signature-256")),
        ("github", "a name of one's own", rename(HUB, "X-My-Signature")),
        outcome="missing",
    ),
    *named(
        "missing-header",
        f"as {STRIPE}",
        ("stripe", "underscores", rename(STRIPE, "stripe_signature")),
        ("stripe", "a gateway's name", rename(STRIPE, "X-Original-Stripe-Signature")),
        outcome="missing",
    ),
    *named(
        "missing-header",
        "as X-Slack-Request-Timestamp",
        (
            "slack",
            "the timestamp's header renamed",
            rename("X-Slack-Request-Timestamp", "HTTP_X_SLACK_REQUEST_TIMESTAMP"),
        ),
        outcome="missing",
    ),
    *named(
        "missing-header",
        "as X-Telegram",
        (
            "telegram",
            "a token's header renamed",
            rename("X-Telegram-Bot-Api-Secret-Token", "x_telegram_bot_api_secret_token"),
        ),
        outcome="missing",
    ),
    *named(
        "missing-header",
        f"as {HUB}",
        (
            "github",
            "renamed, and by another secret",
            both(rename(HUB, "HTTP_X_HUB_SIGNATURE_256"), secret(lambda _: "another")),
        ),
        outcome="missing",
        likely=True,
    ),
    *named(
        "missing-header",
        "whcli send",
        ("github", "sent by hand", both(drop(HUB), put("User-Agent", "curl/8.4.0"))),
        outcome="missing",
        likely=True,
    ),
    *named(
        "missing-header", "Check that the sender signs", ("github", "no signature at all", drop(HUB)), outcome="missing"
    ),
    *named(
        "body-empty",
        "consumed",
        ("adyen", "the body consumed, and the signature with it", came(b"")),
        outcome="missing",
        likely=True,
    ),
    *named(
        "malformed-header",
        "once",
        ("github", "a second header before", again(HUB, "sha256=00")),
        ("stripe", "the same header twice", lambda sent: again(STRIPE, sent.header(STRIPE))(sent)),
        ("gitlab", "a token twice", again("X-Gitlab-Token", "other")),
        outcome="malformed",
    ),
    *named(
        "malformed-header",
        "",
        ("stripe", "cut before its signature", header(STRIPE, lambda it: it[:12])),
        outcome="malformed",
    ),
    *named(
        "another-provider",
        "--provider github",
        ("stripe", "signed by GitHub", lambda _: original("github")),
        outcome="missing",
    ),
    *named(
        "another-provider", "--provider moov", ("clickup", "Moov's, under the same header", lambda _: original("moov"))
    ),
    *named(
        "another-provider",
        "--provider svix",
        ("standard-webhooks", "signed by Svix", lambda _: original("svix")),
        outcome="missing",
    ),
)
TIMES = (
    *named(
        "timestamp-unit",
        "unit",
        ("stripe", "milliseconds for seconds", stripe(t="1700000000000")),
        ("hubspot", "seconds for milliseconds", lambda sent: hubspot(sent, t="1693657560")),
        ("slack", "sent in milliseconds, signed in seconds", slack("v0:{t}:", wrote="1531420618000")),
        ("stripe", "RFC 3339 sent, seconds signed", stripe(wrote="2023-11-14T22:13:20Z")),
        outcome="malformed",
    ),
    *named(
        "malformed-header",
        "",
        ("slack", "a fraction of a second", slack("v0:{t}:", t="1531420618.25")),
        outcome="malformed",
    ),
    *named(
        "timestamp-unit",
        "unix seconds",
        (
            "stripe",
            "nanoseconds, by another secret",
            both(stripe(t="1700000000000000000"), secret(lambda _: "another")),
        ),
        outcome="malformed",
    ),
    *named("stale", "--tolerance", ("stripe", "ten minutes old", later(600)), outcome="expired"),
    *named("future", "clock", ("stripe", "ten minutes early", later(-600)), outcome="expired"),
    *named("stale", "--at", ("monday", "a token that ended", later(3600)), outcome="expired"),
)
URLS = (
    *named(
        "url-mismatch",
        "--public-url",
        ("twilio", "http for https", url(lambda it: it.replace("https", "http"))),
        ("monday", "a token for another URL", url(lambda it: it.replace("example.com", "example.org"))),
    ),
    *named(
        "url-mismatch", "the port", ("square", "a port added", url(lambda it: it.replace(".example", ".example:8443")))
    ),
    *named(
        "url-mismatch",
        "the host",
        (
            "twilio",
            "a proxy's host",
            both(
                url(lambda it: it.replace("mycompany.com", "127.0.0.1:8400").replace("https", "http")),
                put("X-Forwarded-Host", "mycompany.com"),
            ),
        ),
        (
            "trello",
            "a host that Forwarded tells",
            both(
                url(lambda it: it.replace("example.com", "app.internal")),
                put("Forwarded", "for=1.2.3.4;host=example.com"),
            ),
        ),
    ),
    *named(
        "url-mismatch",
        "slash",
        ("square", "a slash lost", square(lambda it: it.replace("?", "/?"))),
        ("square", "a slash added", url(lambda it: it.replace("?", "/?"))),
    ),
    *named(
        "url-mismatch",
        "query",
        ("twilio", "the query in another order", url(lambda it: it.replace("foo=1&bar=2", "bar=2&foo=1"))),
        (
            "square",
            "a query in other escapes",
            both(url(lambda it: it + "%20b"), square(str), url(lambda it: it.replace("%20", "+"))),
        ),
        ("square", "a query that was not signed", square(lambda it: it.partition("?")[0])),
    ),
    *named(
        "url-mismatch",
        "the path",
        (
            "hubspot",
            "the path that a gateway rewrote",
            both(url(lambda it: it.replace("webhook_uri", "hook")), put("X-Original-URI", "/webhook_uri")),
        ),
    ),
    *named(
        "url-mismatch",
        "--public-url",
        ("square", "another host, nobody knows which", url(lambda _: "http://127.0.0.1:8400/webhook/square")),
        likely=True,
    ),
)
ROWS: Sequence[Broken] = (*SECRETS, *BODIES, *WRITTEN, *CARRIED, *TIMES, *URLS)
