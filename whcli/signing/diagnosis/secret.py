"""Mistakes with the secret: another endpoint's, or not quite the text that the provider shows."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote, unquote

from whcli.model import Secret
from whcli.signing.diagnosis.case import LABEL, Case, Repair, usable

BLANK = r"[\s\ufeff\u200b]"
"""White space, and what looks like nothing at all: a byte order mark, a space of no width."""
AROUND = re.compile(rf"^{BLANK}+|{BLANK}+$")
QUOTED = re.compile(r"""^(["'`])(.*)\1[,;]?$""", re.DOTALL)
NAMED = re.compile(r"^(?:export\s+)?[A-Za-z_][A-Za-z0-9_]{2,60}=(?=.)")
PREFIXES = ("whsec_", "v1,whsec_", "Bearer ", "sha256=", "v1,")

QUOTES = "Remove the quotes around the secret where it is set: Docker's env files and YAML may keep them."
NAME = "Give only what stands behind the = of the line."
ENDING = (
    "The secret that the provider holds ends in a space or line end: set it anew there, without (printf, not echo)."
)
CASE = "Copy the secret anew: its letters were changed between small and capital ones."
ESCAPED = "Give the secret itself, not its form for a URL: %2B stands for +, %2F for /, %3D for =."


def _unquoted(value: str) -> str:
    found = QUOTED.match(value.strip())
    return found[2] if found else value


def _unnamed(value: str) -> str:
    return _unquoted(NAMED.sub("", value.strip()))


def _without(prefix: str) -> Callable[[str], str]:
    return lambda text: text.removeprefix(prefix)


def _ending(end: str) -> Callable[[str], str]:
    return lambda text: text + end


Change = tuple[str, str, Callable[[str], str], str]
CHANGES: tuple[Change, ...] = (
    ("secret-whitespace", f"{LABEL} without the whitespace around it", lambda text: AROUND.sub("", text), ""),
    ("secret-whitespace", f"{LABEL} without the whitespace in it", lambda text: re.sub(BLANK, "", text), ""),
    ("secret-decoding", f"{LABEL} without the quotes around it", _unquoted, QUOTES),
    ("secret-decoding", f"{LABEL} without the NAME= before it", _unnamed, NAME),
    ("secret-decoding", f"{LABEL} once its percent escapes are decoded", unquote, ESCAPED),
    ("secret-decoding", f"{LABEL} with percent escapes", lambda text: quote(text, safe=""), ESCAPED),
    *(("secret-decoding", f"{LABEL} without its {prefix.strip()}", _without(prefix), "") for prefix in PREFIXES),
    ("secret-decoding", f"{LABEL} with whsec_ before it", lambda text: f"whsec_{text}", ""),
)
"""Cause, the end of a sentence, what the secret becomes, and the fix."""
RARE: tuple[Change, ...] = (
    ("secret-decoding", f"the base64 of {LABEL}", lambda text: b64encode(text.encode()).decode(), ""),
    ("secret-decoding", f"the hex of {LABEL}", lambda text: text.encode().hex(), ""),
    ("secret-decoding", f"{LABEL} in plain base64", lambda text: text.replace("-", "+").replace("_", "/"), ""),
    ("secret-decoding", rf"{LABEL} once each \n is a line end", lambda text: text.replace("\\n", "\n"), ""),
    ("secret-decoding", f"{LABEL} in small letters", str.lower, CASE),
    ("secret-decoding", f"{LABEL} in capital letters", str.upper, CASE),
    *(
        ("secret-whitespace", f"{LABEL} with {told} behind it", _ending(end), ENDING)
        for end, told in (("\n", "a line end"), (" ", "a space"), ("\r\n", "CR LF"))
    ),
)
"""What is tried after other forms of a key."""


def secrets(case: Case) -> Iterator[Repair]:
    """The secrets of other endpoints, then the own ones with one mistake undone."""
    trimmed = [_changed(secret, CHANGES[0][2]) for secret in case.others]
    yield from _changes(case, CHANGES[:1])
    yield from _with(
        case, "secret-of-another-endpoint", f"{LABEL}, the secret of another endpoint", [*case.others, *trimmed], ""
    )
    yield from _changes(case, CHANGES[1:])


def rare_secrets(case: Case) -> Iterator[Repair]:
    """The own secrets with one of the rarer mistakes undone."""
    yield from _changes(case, RARE)


def _changes(case: Case, changes: Sequence[Change]) -> Iterator[Repair]:
    for cause, told, change, fix in changes:
        yield from _with(case, cause, told, [_changed(secret, change) for secret in case.secrets], fix)


def _changed(secret: Secret, change: Callable[[str], str]) -> Secret:
    try:
        return secret._replace(value=change(secret.value))
    except UnicodeError:  # a lone surrogate
        return secret


def _with(case: Case, cause: str, told: str, changed: list[Secret], fix: str) -> Iterator[Repair]:
    """A repair by those of the secrets that are new, and that the scheme takes at all."""
    new = [secret for secret in dict.fromkeys(changed) if secret not in case.secrets]
    if taken := usable(case.scheme, new):
        yield Repair(cause, told, case._replace(secrets=taken), fix)
