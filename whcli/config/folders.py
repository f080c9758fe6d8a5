"""The user's own folders, and the lists of addresses that are kept there."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from whcli.errors import UsageError

if TYPE_CHECKING:
    from whcli.ranges import Network


def own_folder(kind: str, environment: Mapping[str, str]) -> Path:
    """The user's folder for whcli's `config`, `data` or `state`, where the system keeps such things.

    Three rules of our own: the library for it would be a tenth of the start-up of every command.
    """
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "whcli")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "whcli"
    variable, usual = {
        "config": ("XDG_CONFIG_HOME", ".config"),
        "data": ("XDG_DATA_HOME", ".local/share"),
        "state": ("XDG_STATE_HOME", ".local/state"),
    }[kind]
    return Path(environment.get(variable) or Path.home() / usual, "whcli")


def ranges_of(texts: Iterable[str], environment: Mapping[str, str]) -> tuple[Network, ...]:
    """The addresses that are meant by `192.0.2.0/24`, or by the name of a list that the user keeps.

    It is NAME.json, as it is published, or NAME.txt, one range a line, in the folder `ranges` beside the user's own
    settings. Raises UsageError.
    """
    from whcli import ranges

    found: list[Network] = []
    for text in texts:
        if text.replace("-", "").isalpha():
            path = _list_of(text, environment)
            try:
                found += ranges.read(path.read_text("utf-8"), source=str(path))
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(f"{path} cannot be read", hint="check its permissions, and that it is text") from error
        else:
            found.append(ranges.parse(text))
    return tuple(found)


def _list_of(name: str, environment: Mapping[str, str]) -> Path:
    from whcli.ranges import PUBLISHED

    folder = own_folder("config", environment) / "ranges"
    places = [folder / f"{name}.json", folder / f"{name}.txt"]
    for path in places:
        if path.is_file():
            return path
    url = PUBLISHED.get(name)
    hint = f"curl --create-dirs -o {places[0]} {url}" if url else f"write one range a line to {places[1]}"
    raise UsageError(f"there is no list of addresses named {name!r}", hint=hint)
