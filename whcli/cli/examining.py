"""What `doctor` looks at: each check gathers facts of this machine and has them judged."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from shlex import quote
from shutil import disk_usage, which

import whcli
from whcli import findings
from whcli.cli import running
from whcli.cli.env import Env, now
from whcli.cli.programs import programs
from whcli.errors import UsageError, WhcliError
from whcli.findings import Finding
from whcli.net import reach
from whcli.outgoing import origin_of
from whcli.store import condition
from whcli.store.migrations import VERSION

READ_SECONDS = 10.0
"""For reading the whole database."""
PATIENCE = 2.0
"""Seconds for a target to take a connection."""
ELSEWHERE = ("env:", "file:", "keyring:")
"""How the label of a secret begins that is not written in the settings."""

Check = Callable[[Env], Iterable[Finding]]


def examine(env: Env) -> Iterator[Finding]:
    """Every finding, as it is made; without settings that can be read, only of what does not need them."""
    found = list(_attempted("settings", _settings, env))
    yield from found
    wanted = MACHINE if any(each.state == "bad" for each in found) else {**MACHINE, **CONFIGURED}
    yield from chain.from_iterable(_attempted(name, check, env) for name, check in wanted.items())


def _attempted(name: str, check: Check, env: Env) -> Iterator[Finding]:
    """What a check finds; that it could not be made is a finding, too."""
    try:
        yield from check(env)
    except WhcliError as error:
        yield Finding(name, "bad", error.message, error.hint)
    except OSError as error:
        said = f"it cannot be looked at: {error.strerror}{f', {error.filename}' if error.filename else ''}"
        yield Finding(name, "bad", said, "see who may read it; another user than the one who made it?")


# The machine


def _versions(_: Env) -> Iterable[Finding]:
    yield Finding("whcli", "ok", f"{whcli.__version__}, Python {platform.python_version()}, {platform.platform()}")
    yield findings.sqlite(condition.SQLITE)


def _commands(env: Env) -> Iterable[Finding]:
    called = Path(sys.argv[0])
    own = called if called.stem == "whcli" else Path(sys.executable).with_name("whcli")
    folders = env.environment.get("PATH", os.defpath).split(os.pathsep)
    found = (which("whcli", path=folder) for folder in dict.fromkeys(folders) if folder)
    real = own.resolve()
    yield findings.commands(own, [own if Path(each).resolve() == real else Path(each) for each in found if each])


def _loopback(_: Env) -> Iterable[Finding]:
    missing = {name: why for name, host in reach.LOOPBACK.items() if (why := reach.hindrance(host, 0))}
    if "IPv4" in missing:
        fix = "bring the loopback interface up: ip link set lo up"
        yield Finding("loopback", "bad", f"127.0.0.1 cannot be listened on: {missing['IPv4']}", fix)
    elif missing:
        yield Finding("loopback", "note", "IPv4 alone: ::1 cannot be listened on here")
    else:
        yield Finding("loopback", "ok", "IPv4 and IPv6")
    named = reach.addresses_of("localhost")
    if not named or set(named) - set(reach.LOOPBACK.values()):
        said = f"it is {', '.join(named)}" if named else "nobody knows it"
        fix = "put it in the hosts file: 127.0.0.1 localhost"
        yield Finding("localhost", "bad", f"{said}, where it should be 127.0.0.1", fix)


def _proxies(env: Env) -> Iterable[Finding]:
    yield findings.proxies(env.environment)


# What the settings name


def _settings(env: Env) -> Iterable[Finding]:
    source = env.config.source
    if source is None:
        yield Finding("settings", "ok", "there is no file of them: the defaults hold")
    elif os.name == "posix" and source.stat().st_mode & findings.OTHERS and any(_written(env)):
        yield Finding(
            "settings", "warn", f"{source} holds a secret, and others can read it", f"chmod go= {quote(str(source))}"
        )
    else:
        yield Finding("settings", "ok", str(source))


def _written(env: Env) -> Iterator[bool]:
    """For each secret of an endpoint, whether it stands in the settings themselves."""
    for path in env.config.endpoints:
        try:
            yield from (not each.label.startswith(ELSEWHERE) for each in env.config.endpoints[path].secrets)
        except UsageError:
            continue  # told below


def _secrets(env: Env) -> Iterable[Finding]:
    for path in env.config.endpoints:
        try:
            labels = [each.label for each in env.config.endpoints[path].secrets]
        except UsageError as error:
            yield Finding("secret", "bad", f"{path}: {error.message}", error.hint)
            continue
        if labels:
            yield Finding("secret", "ok", f"{path}: {', '.join(labels)}")
        else:
            yield Finding("secret", "note", f"{path} has none: signatures are not checked there")


def _database(env: Env) -> Iterable[Finding]:
    path = env.config.db
    there = next(each for each in (path, *path.absolute().parents) if each.exists())
    yield findings.disk(disk_usage(there).free, folder=str(there if there.is_dir() else there.parent))
    yield findings.file_system(condition.file_system(path))
    if not path.exists():
        if not (there.is_dir() and os.access(there, os.W_OK)):
            fix = f"name another file with --db PATH, or let yourself write to {there}"
            yield Finding("database", "bad", f"{path} cannot be made: {there} is no folder that may be written", fix)
        else:
            yield Finding("database", "note", f"{path} is not there yet; whcli listen makes it")
        return
    if not os.access(path, os.W_OK):
        yield Finding("database", "bad", f"{path} may not be written", f"chmod u+w {quote(str(path))}")
    yield _sound(path)
    if os.name == "posix":
        yield findings.permissions(condition.modes(path))


def _sound(path: Path) -> Finding:
    """What there is to say of a database's content. Raises StoreError."""
    found = condition.examine(path, seconds=READ_SECONDS)
    if found.damage:
        fix = f"keep a copy, then rescue it: sqlite3 {quote(str(path))} .recover | sqlite3 NEW"
        return Finding("database", "bad", f"{path} is damaged: {found.damage}", fix)
    if not found.whole:
        said = f"{path} is too large to be read in {READ_SECONDS:.0f} s; what was read is sound"
        return Finding("database", "note", said, f"sqlite3 {quote(str(path))} 'PRAGMA quick_check'")
    older = "" if found.version == VERSION else f", version {found.version}, which the next command brings to {VERSION}"
    return Finding("database", "ok", f"{path} is sound{older}; the last delivery is #{found.last}")


def _listeners(env: Env) -> Iterable[Finding]:
    settings = env.config.settings
    host, port = settings.get("host", "127.0.0.1"), settings.get("port", running.DEFAULT_PORT)
    announced = running.announced(env) if condition.usable(env.config.db) else ()
    running_now = [each for each, hindrance in announced if hindrance is None]
    for each in running_now:
        yield Finding("listener", "ok", f"one runs at {each.url}, as process {each.pid}")
    why = reach.hindrance(host, port)
    if why is None:
        yield Finding("port", "ok", f"{port} on {host} is free")
    elif any(each.url.endswith(f":{port}") for each in running_now):
        yield Finding("port", "ok", f"{port} is the listener's")
    elif "port" in settings:
        fix = f"see who has it: lsof -nP -iTCP:{port} -sTCP:LISTEN, or name another in the settings"
        yield Finding("port", "bad", f"{port} on {host} cannot be had: {why}", fix)
    else:
        yield Finding("port", "note", f"{port} on {host} cannot be had ({why}); listen takes the next that is free")


def _targets(env: Env) -> Iterable[Finding]:
    for url in env.targets():
        origin = origin_of(url)
        if why := reach.silence(origin.host, origin.port, seconds=PATIENCE):
            yield Finding("target", "warn", f"{origin.authority} does not answer: {why}", "start your app")
        else:
            yield Finding("target", "ok", f"{origin.authority} takes connections")


def _clock(env: Env) -> Iterable[Finding]:
    records = env.store.records(limit=1) if condition.usable(env.config.db) else ()
    newest = next((each.delivery.received_at for each in records), None)
    installed = datetime.fromtimestamp(Path(whcli.__file__).stat().st_mtime, UTC)
    yield findings.clock(now(), installed=installed, newest=newest, kept=_kept_in_step())


def _kept_in_step() -> bool:
    """Whether the system knows its clock to be in step with a time server (ntp_adjtime(3): 5 says that it is not)."""
    import ctypes

    try:
        said: int = ctypes.CDLL(None).ntp_adjtime(ctypes.create_string_buffer(UNCHANGED))
    except (OSError, AttributeError, TypeError):  # this system has no such thing
        return False
    return 0 <= said < UNKNOWN_TIME


UNCHANGED = 512
"""Bytes, all zero: more than a `struct timex` has, and a request to change nothing of the clock."""
UNKNOWN_TIME = 5

MACHINE: Mapping[str, Check] = {
    "whcli": _versions,
    "command": _commands,
    "loopback": _loopback,
    "proxy": _proxies,
    "tunnels": programs,
}
CONFIGURED: Mapping[str, Check] = {
    "secret": _secrets,
    "database": _database,
    "listener": _listeners,
    "target": _targets,
    "clock": _clock,
}
"""In the order in which they are shown; the names are those of a check that fails as a whole."""
