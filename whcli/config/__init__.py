"""Settings from files and environment, read once into one frozen Config; and secrets from where they are kept."""

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from whcli.config.folders import own_folder, ranges_of
from whcli.config.lines import File
from whcli.config.secrets import secret
from whcli.errors import UsageError, WhcliError
from whcli.filters import parse_span
from whcli.model import Endpoint

if TYPE_CHECKING:
    from whcli.providers import Provider

__all__ = ["Config", "Endpoints", "Records", "environment", "load", "own_folder", "ranges_of", "secret"]

FILE = "whcli.toml"
KEYS: Mapping[str, tuple[type, ...]] = {
    "db": (str,),
    "port": (int,),
    "host": (str,),
    "forward_to": (str, int, list),
    "public_url": (str,),
    "tunnel": (str,),
    "tunnels": (dict,),
    "tls": (bool,),
    "tls_cert": (str,),
    "tls_key": (str,),
    "allow_ip": (str, list),
    "max_body": (str, int),
    "allow_remote": (bool,),
    "endpoints": (dict,),
    "providers": (dict,),
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
    source: Path | None
    """The file that was read."""
    endpoints: "Endpoints"
    """By path."""
    settings: Mapping[str, Any]
    """Defaults for options, by their name."""
    providers: "Mapping[str, Provider]"
    """The user's own, by name."""


def load(*, db: Path | None, path: Path | None, folder: Path, environment: Mapping[str, str]) -> Config:
    """Read the settings that hold in `folder`: the nearest whcli.toml at or above it, else the user's own.

    `db` and `path` are the options of that name. Raises UsageError for a file that cannot be read or understood.
    """
    source = path or _find(folder, environment)
    file, table = _read(source) if source else (File(Path(), ""), {})
    _check_keys(table, KEYS, file)
    if db is None:
        named = table.get("db")
        db = (
            source.parent / Path(named).expanduser()
            if source and isinstance(named, str)
            else own_folder("data", environment) / "whcli.db"
        )
    tables = table.get("endpoints", {})
    records = Records(table.get("providers", {}), file)
    for name, entry in tables.items():
        _check_endpoint(name, entry, file, records)
    endpoints = Endpoints({_path(name): (name, entry) for name, entry in tables.items()}, file, environment)
    settings = {key: table[key] for key in table if key not in ("db", "endpoints", "providers")}
    return Config(db, source, endpoints, settings, records)


class Endpoints(Mapping[str, Endpoint]):
    """The endpoints by path.

    A secret is fetched when its endpoint is asked for: one that cannot be had is in the way of nothing else.
    """

    def __init__(self, tables: Mapping[str, tuple[str, Any]], file: File, environment: Mapping[str, str]) -> None:
        self._tables = tables
        self._file = file
        self._environment = environment

    def __getitem__(self, path: str) -> Endpoint:
        return _endpoint(*self._tables[path], self._file.path.parent, self._environment)

    def mistake(self, path: str, key: str, error: WhcliError) -> UsageError:
        """The error of an endpoint that was found where it is used, told with its line."""
        name, _ = self._tables[path]
        return self._file.mistake(("endpoints", name, key), f"[endpoints.{name}] {error.message}", hint=error.hint)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


class Records(Mapping[str, "Provider"]):
    """The user's own providers by name. Their records are made when the first is asked for, all of them.

    Raises UsageError then, with the line of the mistake. A command that meets no provider is not held up by one.
    """

    def __init__(self, tables: Mapping[str, Any], file: File) -> None:
        self._tables = tables
        self._file = file

    @cached_property
    def _made(self) -> "Mapping[str, Provider]":
        if not self._tables:
            return {}
        from whcli.providers import built_in, custom

        made = {}
        for name, table in self._tables.items():
            try:
                made[name] = custom.provider(name, table, known=built_in)
            except custom.Mistake as mistake:
                keys = ("providers", name, *mistake.keys)
                told = f"[providers.{name}] {mistake.message}"
                raise self._file.mistake(keys, told, hint=mistake.hint) from mistake
        return made

    def __getitem__(self, name: str) -> "Provider":
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def _find(folder: Path, environment: Mapping[str, str]) -> Path | None:
    for place in (folder, *folder.parents):
        if (place / FILE).is_file():
            return place / FILE
    own = own_folder("config", environment) / "config.toml"
    return own if own.is_file() else None


def _read(path: Path) -> tuple[File, dict[str, Any]]:
    import tomllib

    try:
        text = path.read_text("utf-8")
        return File(path, text), tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", hint="check --config PATH") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(
            f"{path} is not TOML: {error}", hint="mend that line, or name another file with --config"
        ) from error


def _check_keys(table: Mapping[str, Any], known: Mapping[str, tuple[type, ...]], file: File, *at: str) -> None:
    """Raises UsageError for a key of the table at `at` that is not known, or that holds what it may not."""
    where = f"[{'.'.join(at)}] " if at else ""
    for key, value in table.items():
        if key not in known:
            from difflib import get_close_matches

            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join(known)}"
            raise file.mistake((*at, key), f"{where}{key} is no setting of whcli's", hint=hint)
        if type(value) not in known[key]:
            wanted = " or ".join(WORDS[kind] for kind in known[key])
            raise file.mistake((*at, key), f"{where}{key} is something else: it takes {wanted}", hint="mend that line")


def _path(name: str) -> str:
    return name if name.startswith("/") else f"/webhook/{name}"


def _check_endpoint(name: str, entry: Any, file: File, records: Records) -> None:
    at = ("endpoints", name)
    where = f"[endpoints.{name}] "
    if not isinstance(entry, dict):
        hint = 'for example: [endpoints.stripe] secret = "env:STRIPE_SECRET"'
        raise file.mistake(at, f"{where}is not a table", hint=hint)
    known = dict(ENDPOINT_KEYS)
    if not entry.keys() <= ENDPOINT_KEYS.keys():
        known |= dict.fromkeys(_params(entry.get("provider") or name, records), (str, int))
    _check_keys(entry, known, file, *at)
    given = entry.get("secret", "-")
    if not given or not all(isinstance(each, str) and each.strip() for each in _listed(given)):
        hint = 'secret = "env:NAME", or several: secret = ["env:NEW", "env:OLD"]'
        raise file.mistake((*at, "secret"), f"{where}secret is empty, or no text", hint=hint)
    for key, value in entry.get("params", {}).items():
        if type(value) not in (str, int):
            hint = 'for example: params = { webhook_id = "1JE4291016473214C" }'
            told = f"{where}params.{key} is something else: it takes a text"
            raise file.mistake((*at, "params", key), told, hint=hint)
    try:
        parse_span(entry.get("tolerance", "1s"))
    except UsageError as error:
        raise file.mistake((*at, "tolerance"), f"{where}tolerance: {error.message}", hint=error.hint) from error


def _params(provider: Any, records: Records) -> list[str]:
    """The names of a provider's params, which are keys of its endpoint, too."""
    from whcli.providers import built_in

    name = str(provider).removeprefix("/webhook/")
    record = built_in(name) or records.get(name)
    return [param.name for param in record.params] if record else []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _endpoint(name: str, entry: Any, folder: Path, environment: Mapping[str, str]) -> Endpoint:
    label = f"endpoints.{name}"
    params = {key: entry[key] for key in entry if key not in ENDPOINT_KEYS} | entry.get("params", {})
    return Endpoint(
        path=_path(name),
        provider=entry.get("provider"),
        secrets=tuple(
            secret(text, label=label, environment=environment, folder=folder)
            for text in _listed(entry.get("secret", []))
        ),
        tolerance=parse_span(entry["tolerance"]) if "tolerance" in entry else None,
        params=tuple((key, str(value)) for key, value in params.items()),
    )


def environment() -> Mapping[str, str]:
    """The environment of this process."""
    return os.environ
