"""What a scheme needs beside the secret: settings that the user names, and keys that somebody has to fetch."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from whcli.errors import UsageError


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
    form: Literal["certificate", "pem", "jwks", "json"]
    """An X.509 certificate in PEM, a public key in PEM, a JWK Set (RFC 7517, 5), or JSON that holds a PEM."""


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
        if not found[param.name]:
            raise UsageError(f"the scheme needs {param.name}: {param.told}", hint=f"--param {param.name}=…")
    return {name: value for name, value in found.items() if value is not None}
