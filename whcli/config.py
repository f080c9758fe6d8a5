"""Settings from files and environment, read once into one frozen Config; and secrets from where they are kept."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from whcli.errors import UsageError
from whcli.filters import parse_span
from whcli.model import Endpoint, Secret

if TYPE_CHECKING:
    from whcli.ranges import Network

FILE = "whcli.toml"
KEYS: Mapping[str, tuple[type, ...]] = {
    "db": (str,),
    "port": (int,),
    "host": (str,),
    "forward_to": (str, int, list),
    "public_url": (str,),
    "max_body": (str, int),
    "allow_remote": (bool,),
    "endpoints": (dict,),
}
ENDPOINT_KEYS: Mapping[str, tuple[type, ...]] = {
    "provider": (str,),
    "secret": (str, list),
    "tolerance": (str,),
    "params": (dict,),
}
WORDS = {str: "a text", int: "a number", list: "a list", dict: "a table", bool: "true or false"}


class Config(NamedTuple):
    """What is set, by whichever means; options of a command come on top."""

    db: Path
    source: Path | None = None
    """The file that was read."""
    endpoints: Mapping[str, Endpoint] = {}
    """By path."""
    settings: Mapping[str, Any] = {}
    """Defaults for options, by their name."""


def load(*, db: Path | None, path: Path | None, folder: Path, environment: Mapping[str, str]) -> Config:
    """Read the settings that hold in `folder`: the nearest whcli.toml at or above it, else the user's own.

    `db` and `path` are the options of that name. Raises UsageError for a file that cannot be read or understood.
    """
    source = path or _find(folder, environment)
    table = _read(source) if source else {}
    _check_keys(table, KEYS, where=str(source))
    if db is None:
        named = table.get("db")
        db = (
            source.parent / Path(named).expanduser()
            if source and isinstance(named, str)
            else own_folder("data", environment) / "whcli.db"
        )
    tables = table.get("endpoints", {})
    endpoints = Endpoints({_path(name): (name, entry) for name, entry in tables.items()}, source, environment)
    settings = {key: table[key] for key in table if key not in ("db", "endpoints")}
    return Config(db, source, endpoints, settings)


class Endpoints(Mapping[str, Endpoint]):
    """The endpoints by path.

    A secret is fetched when its endpoint is asked for: one that cannot be had is in the way of nothing else.
    """

    def __init__(
        self, tables: Mapping[str, tuple[str, Any]], source: Path | None, environment: Mapping[str, str]
    ) -> None:
        self._tables = tables
        self._source = source
        self._environment = environment
        for name, entry in tables.values():
            _check_endpoint(name, entry, source)

    def __getitem__(self, path: str) -> Endpoint:
        return _endpoint(*self._tables[path], self._source, self._environment)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


def secret(text: str, *, label: str, environment: Mapping[str, str], folder: Path | None = None) -> Secret:
    """A secret given as its text, `env:NAME`, `file:PATH` or `keyring:NAME`; its label never holds its value.

    Raises UsageError, which names the place but not the value.
    """
    kind, _, name = text.partition(":")
    if kind == "env":
        if name not in environment:
            raise UsageError(f"the environment has no {name}", hint=f"export {name}=… before you start whcli")
        return Secret(text, environment[name])
    if kind == "file":
        file = (folder or Path()) / Path(name).expanduser()
        try:
            return Secret(text, file.read_text("utf-8").rstrip("\r\n"))
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"the secret's file {name} cannot be read", hint="check its path and permissions"
            ) from error
    if kind == "keyring":
        return Secret(text, _from_keyring(name))
    return Secret(label, text)


def _from_keyring(name: str) -> str:
    try:
        import keyring
    except ImportError as error:
        raise UsageError("keyring is not installed", hint="pip install 'whcli[keyring]'") from error
    value = keyring.get_password("whcli", name)
    if value is None:
        raise UsageError(f"the keyring has no {name} for whcli", hint=f"keyring set whcli {name}")
    return str(value)


def ranges_of(texts: Iterable[str], environment: Mapping[str, str]) -> "tuple[Network, ...]":
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


def _find(folder: Path, environment: Mapping[str, str]) -> Path | None:
    for place in (folder, *folder.parents):
        if (place / FILE).is_file():
            return place / FILE
    own = own_folder("config", environment) / "config.toml"
    return own if own.is_file() else None


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


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", hint="check --config PATH") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path} is not TOML: {error}", hint="mend that line, or name another file with --config"
        ) from error


def _check_keys(table: Mapping[str, Any], known: Mapping[str, tuple[type, ...]], *, where: str) -> None:
    for key, value in table.items():
        if key not in known:
            from difflib import get_close_matches

            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join(known)}"
            raise UsageError(f"{where} sets {key!r}, which whcli does not know", hint=hint)
        if type(value) not in known[key]:
            wanted = " or ".join(WORDS[kind] for kind in known[key])
            raise UsageError(f"{where} sets {key} to something else: it takes {wanted}", hint="mend that line")


def _path(name: str) -> str:
    return name if name.startswith("/") else f"/webhook/{name}"


def _check_endpoint(name: str, entry: Any, source: Path | None) -> None:
    where = f"{source} [endpoints.{name}]"
    if not isinstance(entry, dict):
        raise UsageError(f"{where} is not a table", hint='for example: [endpoints.stripe] secret = "env:STRIPE_SECRET"')
    _check_keys(entry, ENDPOINT_KEYS, where=where)
    for key, value in entry.get("params", {}).items():
        if type(value) not in (str, int):
            hint = 'for example: params = { webhook_id = "1JE4291016473214C" }'
            raise UsageError(f"{where} sets params.{key} to something else: it takes a text", hint=hint)


def _endpoint(name: str, entry: Any, source: Path | None, environment: Mapping[str, str]) -> Endpoint:
    given = entry.get("secret", [])
    texts = given if isinstance(given, list) else [given]
    folder = source.parent if source else None
    label = f"endpoints.{name}"
    return Endpoint(
        path=_path(name),
        provider=entry.get("provider"),
        secrets=tuple(secret(str(text), label=label, environment=environment, folder=folder) for text in texts),
        tolerance=parse_span(entry["tolerance"]) if "tolerance" in entry else None,
        params=tuple((key, str(value)) for key, value in entry.get("params", {}).items()),
    )


def environment() -> Mapping[str, str]:
    """The environment of this process."""
    return os.environ
