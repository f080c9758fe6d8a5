"""Secrets, fetched from where they are kept: the environment, a file, the keyring."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from whcli.errors import UsageError
from whcli.model import Secret


def secret(text: str, *, label: str, environment: Mapping[str, str], folder: Path | None = None) -> Secret:
    """A secret given as its text, `env:NAME`, `file:PATH` or `keyring:NAME`; its label never holds its value.

    Raises UsageError, which names the place but not the value; for an empty one, too.
    """
    kind, _, name = text.partition(":")
    if kind == "env":
        if name not in environment:
            raise UsageError(f"the environment has no {name}", hint=f"export {name}=… before you start whcli")
        found = Secret(text, environment[name])
    elif kind == "file":
        file = (folder or Path()) / Path(name).expanduser()
        try:
            found = Secret(text, file.read_text("utf-8").rstrip("\r\n"))
        except (OSError, UnicodeDecodeError) as error:
            hint = "check its path and permissions, and that it is text"
            raise UsageError(f"the secret's file {name} cannot be read", hint=hint) from error
    elif kind == "keyring":
        found = Secret(text, _from_keyring(name))
    else:
        found = Secret(label, text)
    if not found.value.strip():
        raise UsageError(
            f"the secret {found.label} is empty", hint="give its text, env:NAME, file:PATH or keyring:NAME"
        )
    return found


def _from_keyring(name: str) -> str:
    try:
        import keyring
    except ImportError as error:
        raise UsageError("keyring is not installed", hint="pip install 'whcli[keyring]'") from error
    try:
        value = keyring.get_password("whcli", name)
    except Exception as error:  # locked, or none on this machine: each of its backends has errors of its own
        told = f"the keyring does not answer: {type(error).__name__}"
        raise UsageError(told, hint="unlock it, or give the secret as env:NAME or file:PATH") from error
    if value is None:
        raise UsageError(f"the keyring has no {name} for whcli", hint=f"keyring set whcli {name}")
    return str(value)
