"""What the request and the secret show where no correction proves a cause: said to be likely, never claimed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from whcli.http import HELD
from whcli.model import Verdict
from whcli.signing.diagnosis.carried import canonical, header_names
from whcli.signing.diagnosis.case import Case, fix, leaves, signatures
from whcli.signing.diagnosis.url import shown
from whcli.signing.encoding import SPELLINGS, decode
from whcli.signing.mac import MACS
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import parse_json

DIGITS = 13
"""Of a Content-Length that is taken seriously."""
LOCAL = re.compile(
    r"https?://(?:[^/?#]*@)?+(?:localhost|127\.|0\.0\.0\.0|\[::1?\]|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|[\w-]+(?:[:/]|$))"
)
SIZES = {16: "MD5", 20: "SHA-1", 28: "SHA-224", 32: "SHA-256", 48: "SHA-384", 64: "SHA-512"}
"""The hash whose digest has so many bytes."""
BY_HAND = re.compile(
    rb"curl|wget|postman|insomnia|httpie|hoppscotch|bruno|thunder client|python-requests", re.IGNORECASE
)
SHAPES = (
    (r"[sr]k_(?:live|test)_", "an API key of Stripe's"),
    (r"pk_(?:live|test)_", "a publishable key of Stripe's"),
    (r"xox[abeoprs]-", "a token of Slack's API"),
    (r"xapp-", "an app-level token of Slack's"),
    (r"gh[opusr]_|github_pat_", "a token of GitHub's API"),
    (r"glpat-|glptt-", "a token of GitLab's API"),
    (r"SG\.[\w-]{10}", "an API key of SendGrid's"),
    (r"AC[0-9a-f]{32}$", "an account's SID at Twilio, not its Auth Token"),
    (r"SK[0-9a-f]{32}$", "the SID of an API key at Twilio, not the Auth Token"),
    (r"shp(?:at|ca|pa|ua)_", "an access token of Shopify's API"),
    (r"sq0(?:atp|csp|idp)-|EAAAE|EAAAl", "a credential of Square's API"),
    (r"EAA[A-Z]\w{20}", "an access token of Meta's Graph API"),
    (r"lin_(?:api|oauth)_", "an API key of Linear's"),
    (r"ntn_", "a token of Notion's API"),
    (r"pat-(?:na|eu)\d-", "an access token of HubSpot's API"),
    (r"key-[0-9a-f]{32}$", "an API key of Mailgun's, not its signing key"),
    (r"pdl_(?:live|sdbx)_apikey_", "an API key of Paddle's"),
    (r"(?:APP_USR|TEST)-\d", "an access token of Mercado Pago's"),
    (r"A(?:KIA|SIA)[A-Z2-7]{16}", "an access key of AWS"),
    (r"AIza[\w-]{30}|ya29\.", "a key or token of Google's API"),
    (r"figd_", "a token of Figma's API"),
    (r"hf_\w{30}", "a token of Hugging Face's API"),
    (r"re_\w{20}", "an API key of Resend's"),
    (r"sk-(?:ant-|proj-)?[\w-]{20}", "an API key of a language model's"),
    (r"dop_v1_", "a token of DigitalOcean's API"),
    (r"eyJ[\w-]+\.", "a JSON Web Token, which is a signature itself"),
    (r"https?://", "a URL"),
    (r"-----BEGIN [A-Z ]*PUBLIC KEY", "a public key, where a shared secret is meant"),
    (r"-----BEGIN [A-Z ]*PRIVATE KEY", "a private key, where a shared secret is meant"),
    (r"ssh-(?:rsa|ed25519) ", "a key for SSH"),
    (r"(?:env|file|keyring):", "the name of a place where a secret lies, not the secret"),
    (r"\$\{?[A-Z_]+\}?$|<[^>]+>$|\*{4}|[•…]|(?i:your[_ -])", "a placeholder, not the secret itself"),
)
"""How a text begins that is often given in a signing secret's stead, and what it is."""


class Hint(NamedTuple):
    """What is likely."""

    cause: str
    reason: str
    fix: str


def likely(case: Case, verdict: Verdict) -> Verdict:
    """The verdict with what is likely; as it is, but for its fix, where nothing shows."""
    for look in LOOKS.get(verdict.outcome, ()):
        for cause, reason, mend in look(case):
            return verdict._replace(cause=cause, reason=reason, fix=mend or fix(cause, case.scheme))
    if verdict.cause == "wrong-secret":
        return verdict._replace(fix=fix("wrong-secret", case.scheme))
    bare = verdict.outcome in {"mismatch", "malformed", "missing"} and not verdict.fix
    return verdict._replace(fix=fix("unknown", case.scheme)) if bare else verdict


def shape(text: str) -> str | None:
    """What a text is that is no signing secret, going by how it begins; None where nothing is known."""
    return next((words for pattern, words in SHAPES if re.match(pattern, text.strip())), None)


def _shape(case: Case) -> Iterator[Hint]:
    meant = {shape(getattr(leaf, "new", "")) for leaf in leaves(case.scheme)}  # Paystack's begin as Stripe's keys do
    paired = any(leaf.algorithm not in MACS for leaf in signatures(case))
    for secret in case.secrets:
        words = shape(secret.value)
        if words and words not in meant and not (paired and "-----BEGIN" in secret.value):
            reason = f"The signature does not match, and likely {secret.label} is the reason: it looks like {words}."
            fix = "Give the signing secret of the webhook instead; `whcli providers NAME` tells where it is shown."
            yield Hint("wrong-secret", reason, fix)


def _own_pair(case: Case) -> Iterator[Hint]:
    """A private key: the provider shows nobody its own, so the pair is the user's."""
    if any(leaf.algorithm not in MACS for leaf in signatures(case)):
        for secret in case.secrets:
            if "PRIVATE KEY" in secret.value or secret.value.startswith("whsk_"):
                reason = (
                    f"The signature does not match; {secret.label} is a private key, so likely of a pair of your own."
                )
                yield Hint(
                    "wrong-secret", reason, "Give the public key that the provider shows; it keeps the private one."
                )


def _short(case: Case) -> Iterator[Hint]:
    length = case.request.headers.first(b"content-length") or b""
    size = len(case.request.body)
    told = int(length) if length.isdigit() and len(length) <= DIGITS else size
    if 0 < size < told:
        reason = f"The signature does not match, likely as only {size} of the {told} bytes of Content-Length came."
        yield Hint("truncated", reason, "")
    if size == 0:
        reason = "The body is empty, and the signature is not that of an empty body."
        yield Hint("body-empty", reason, "")


def _cut_json(case: Case) -> Iterator[Hint]:
    body, kind = case.request.body, case.request.headers.first(b"content-type") or b""
    if isinstance(body, bytes) and len(body) <= HELD and b"json" in kind.lower() and body.lstrip()[:1] in (b"{", b"["):
        closing = b"}" if body.lstrip()[:1] == b"{" else b"]"
        if parse_json(body) is None and not body.rstrip().endswith(closing):
            reason = (
                "The signature does not match, likely as the body is cut: it begins as JSON and does not end as such."
            )
            yield Hint("truncated", reason, "")


def _packed(case: Case) -> Iterator[Hint]:
    coding = (case.request.headers.first(b"content-encoding") or b"").strip().lower()
    body = case.request.body
    if coding in {b"gzip", b"br", b"zstd", b"deflate"} and isinstance(body, bytes) and parse_json(body) is not None:
        reason = (
            f"The signature does not match, likely as the body was unpacked: Content-Encoding says {coding.decode()}, "
            "but the body is plain."
        )
        yield Hint(
            "body-encoding", reason, "Keep the bytes that came: turn decompression off before the signature is checked."
        )


def _digest(case: Case) -> Iterator[Hint]:
    """A signature whose length is that of another hash than each that is meant."""
    borne = [leaf for leaf in signatures(case) if leaf.algorithm in MACS and leaf.present(case.request)]
    wanted = dict.fromkeys(leaf.algorithm.rpartition("-")[2].upper().replace("SHA", "SHA-") for leaf in borne)
    for leaf in borne:
        for came in _values(case, leaf):
            sizes = (SIZES.get(len(raw)) for encoding in SPELLINGS if (raw := decode(came, encoding)))
            found = list(dict.fromkeys(filter(None, sizes)))  # capitals of hex are base64, too, of another length
            if found and not wanted.keys() & found:
                reason = f"The signature has the length of {found[0]}, so likely it is not of {' or '.join(wanted)}."
                yield Hint("wrong-algorithm", reason, "")


def _values(case: Case, leaf: SignatureScheme) -> Iterator[bytes]:
    prefix = leaf.prefix.encode()
    for line in leaf.signature.lines(case.request)[:1]:
        yield from (value.removeprefix(prefix)[:4096] for value in leaf.signature.split(line)[:1])


def _local(case: Case) -> Iterator[Hint]:
    if case.scheme.signs_url and LOCAL.match(case.request.url):
        reason = (
            "The signature does not match, likely as it is over the public URL, while "
            f"{shown(case.request.url)} is one of this machine or network."
        )
        yield Hint("url-mismatch", reason, "")


def _long(case: Case) -> Iterator[Hint]:
    if len(case.request.body) > HELD:
        reason = "The signature does not match; the body is too long for the cause to be looked for."
        yield Hint("unknown", reason, "")


def _absent(case: Case) -> Iterator[Hint]:
    """No signature: renamed, in a body that is empty, or never made."""
    for leaf in leaves(case.scheme):
        slot = getattr(leaf, "signature", None)
        for name in header_names(slot)[:1]:
            for came, _ in case.request.headers:
                if canonical(came) == canonical(name) and came.lower() != name.lower():
                    shown = came[:100].decode("ascii", "backslashreplace")
                    reason = f"There is no {name.decode()}; likely it is what came as {shown}."
                    yield Hint(
                        "missing-header", reason, f"Pass it on as {name.decode()}; something between has renamed it."
                    )
        if slot is not None and slot.in_body and not len(case.request.body):
            yield Hint("body-empty", f"The signature would be {slot.where}, but the body is empty.", "")
    agent = case.request.headers.first(b"user-agent") or b""
    if found := BY_HAND.search(agent):
        tool = found[0].decode().lower()
        reason = f"There is no signature; likely the request was made by hand, as {tool} signs nothing."
        yield Hint(
            "missing-header", reason, "Sign it: whcli send TARGET --provider NAME --secret env:NAME --data @body.json"
        )


LOOKS: dict[str, tuple[Callable[[Case], Iterator[Hint]], ...]] = {
    "mismatch": (_short, _cut_json, _packed, _shape, _own_pair, _digest, _local, _long),
    "missing": (_absent,),
}
"""Where to look, by outcome; the surest sign first."""
