"""What a scheme needs beside the secret: settings that the user names, and keys that somebody has to fetch."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from whcli.errors import UsageError
from whcli.http import Request
from whcli.model import Secret, Verdict
from whcli.signing.reading import Refused, one
from whcli.signing.slots import Slot

ANY = "any"
"""The value of a param that sets no bound."""

KeyForm = Literal["certificate", "pem", "jwks", "json"]
"""An X.509 certificate in PEM, a public key in PEM, a JWK Set (RFC 7517, 5), or JSON that holds a PEM."""


class Param(NamedTuple):
    """One setting, given as `--param NAME=VALUE` or among the endpoint's `params` in whcli.toml."""

    name: str
    told: str
    """One sentence: what it is, and where the user finds it."""
    default: str | None = None
    """None where it has to be given."""


class KeySource(NamedTuple):
    """Where the public key of a request lies, on a host that the provider's record allows.

    Whoever fetches it passes the text that came as `Secret(label=url, value=text)`: schemes read every form of it.
    """

    url: str
    """https, of an allowed host."""
    form: KeyForm


class Fetched(NamedTuple):
    """Where a scheme's public key is served: always the same place, or one that the request names."""

    url: str = ""
    """The place; empty where the request names it."""
    named: Slot | None = None
    """Holds the URL in a request."""
    allowed: str = ""
    """The regular expression that the whole of a URL that was named has to match, its https:// and host included."""
    form: KeyForm = "certificate"

    def place(self, request: Request) -> str:
        """The URL. Raises Refused where the request names none, or one that is not allowed."""
        if self.named is None:
            return self.url
        url = one(self.named, request).decode("ascii", "backslashreplace")
        if re.fullmatch(self.allowed, url, re.ASCII) is None:
            reason = f"The key's URL in {self.named.where} is none of the provider's, so it was not looked at."
            raise Refused(
                Verdict("malformed", reason, "malformed-header", "Only the provider's own hosts serve its keys.")
            )
        return url

    def source(self, request: Request) -> KeySource | None:
        """Where to fetch the key; None where the request names no place, or none that is allowed."""
        try:
            return KeySource(self.place(request), self.form)
        except Refused:
            return None


def lacking(params: Sequence[Param], secrets: Sequence[Secret]) -> Verdict | None:
    """The verdict where a param is not known that has to be: whoever gave a secret wants nothing let in unchecked."""
    missing = next((param for param in params if param.default is None), None)
    if missing is None:
        return None
    told = f"Nothing was checked, as {missing.name} is not known: {missing.told}"
    fix = f"Give it with --param {missing.name}=…, or in whcli.toml."
    return Verdict("missing" if secrets else "unchecked", told, fix=fix)


def settings(params: Sequence[Param], given: Mapping[str, str]) -> dict[str, str]:
    """Every param's value, given or by default. Raises UsageError for an unknown name, or one that is missing."""
    names = [param.name for param in params]
    for name in given:
        if name not in names:
            from difflib import get_close_matches

            near = get_close_matches(name, names, n=1)
            known = f"did you mean {near[0]}?" if near else f"it takes {', '.join(names)}" if names else "leave it out"
            raise UsageError(f"the scheme knows no param {name[:100]}", hint=known)
    found = {param.name: param.default for param in params} | dict(given)
    for param in params:
        value = found[param.name]
        if value and not value.isprintable():
            raise UsageError(f"the param {param.name} holds what cannot be printed", hint="type it anew")
        if not value:
            raise UsageError(
                f"the scheme needs {param.name}: {param.told}",
                hint=f"--param {param.name}=…, or {param.name} of the endpoint in whcli.toml",
            )
    return {name: value for name, value in found.items() if value is not None}
