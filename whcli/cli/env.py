"""The outside world of a command: settings, streams, store and ports, each opened on first use."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whcli import config as settings
from whcli import own
from whcli.cli import screen

if TYPE_CHECKING:
    from whcli.actions import Ports, Sending
    from whcli.model import Secret
    from whcli.store import Store
    from whcli.view.theme import Style


class Env:
    """All that a command has beside its options."""

    def __init__(self, *, db: Path | None, config: Path | None, debug: bool, environment: Mapping[str, str]) -> None:
        self.debug = debug
        self.environment = environment
        self._db = db
        self._config_path = config
        own.use(lambda: self.config.providers)

    @cached_property
    def config(self) -> settings.Config:
        """The settings that hold here."""
        return settings.load(db=self._db, path=self._config_path, folder=Path.cwd(), environment=self.environment)

    @cached_property
    def store(self) -> Store:
        """The database, to read."""
        from whcli.store import Store

        return Store.to_read(self.config.db)

    @cached_property
    def writable_store(self) -> Store:
        """The database, to read and write; made when it is missing."""
        from whcli.store import Store

        return Store.to_write(self.config.db)

    def ports(self, *, allow_remote: bool) -> Ports:
        """What an action may touch."""
        from random import Random

        from whcli.actions import Ports

        return Ports(self.writable_store, lambda: self.sender(allow_remote=allow_remote), now, Random())

    def sender(self, *, allow_remote: bool) -> Sending:
        """A sender of requests."""
        from whcli.net.sender import Sender

        allow_remote = allow_remote or bool(self.config.settings.get("allow_remote"))
        return Sender(allow_remote=allow_remote, database=self.config.db)

    def secrets(self, given: Sequence[str] | None, *, label: str = "--secret") -> tuple[Secret, ...]:
        """Secrets given as options."""
        labels = [label if number == 1 else f"{label} {number}" for number in range(1, len(given or ()) + 1)]
        return tuple(
            settings.secret(each, label=name, environment=self.environment)
            for each, name in zip(given or (), labels, strict=True)
        )

    def targets(self, given: Sequence[str] | None = None) -> list[str]:
        """The targets given, else those of the settings, as URLs."""
        from whcli.outgoing import parse_target

        configured = self.config.settings.get("forward_to", [])
        named: Sequence[str | int] = given or (configured if isinstance(configured, list) else [configured])
        return [parse_target(str(each)) for each in named]

    def close(self) -> None:
        """Give the database back, so that nothing of it stays in its log."""
        for name in ("store", "writable_store"):
            if store := self.__dict__.pop(name, None):
                store.close()

    # What is shown

    @cached_property
    def terminal(self) -> bool:
        """Someone looks at stdout."""
        return screen.watched()

    @cached_property
    def style(self) -> Style:
        """Colour for a terminal that wants it."""
        return screen.style(self.environment)

    @cached_property
    def width(self) -> int | None:
        """Cells of a line on the terminal, None where there is none."""
        return screen.width(self.environment)

    def show(self, lines: Iterable[str], *, flush: bool = False) -> None:
        """Lines on stdout, each as soon as it is there where someone looks or `flush` asks."""
        screen.make_encodable(sys.stdout)
        for line in lines:
            sys.stdout.write(line + "\n")
            if flush or self.terminal:
                sys.stdout.flush()

    def show_json(self, values: Iterable[dict[str, Any]], *, flush: bool = False) -> None:
        """Objects on stdout, one a line."""
        from whcli.formats import plain

        for value in values:
            sys.stdout.write(plain.dumps(value) + "\n")
            if flush:
                sys.stdout.flush()

    def talk(self, *lines: str) -> None:
        """Lines on stderr: what is said about the results, not the results."""
        from whcli.view.text import safe

        screen.make_encodable(sys.stderr)
        sys.stderr.write("".join(f"{safe(line)}\n" for line in lines))
        sys.stderr.flush()


def now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)
