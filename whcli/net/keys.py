"""Public keys that schemes name: fetched once, kept for a day, in memory and in a folder of the user's own.

What a delivery says can make us call no host but those that the provider's record allows, and those only so:
https at its usual port, a public address, no redirect, no credentials, 64 KiB, five seconds, ten times a minute.
A key from a file needs none of this: it is given as a secret, `--secret file:key.pem`.
"""

from __future__ import annotations

import json
import os
import stat
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from whcli.errors import SendError
from whcli.http import Headers, Request, Response
from whcli.model import Target
from whcli.outgoing import prepare
from whcli.signing.hosts import host_of
from whcli.signing.params import KeySource

LARGEST = 1 << 16
"""Bytes of an answer; a set of keys has some 4,000."""
PATIENCE = timedelta(seconds=5)
"""For a whole exchange, the lookup of the name included."""
KEPT = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MOST_FETCHES = 10
"""In a minute, so that deliveries that name ever new keys cannot keep us calling."""
MOST_KEPT = 64
"""Keys in memory."""
BEGINNINGS = {"certificate": "-----BEGIN CERTIFICATE-----", "pem": "-----BEGIN ", "jwks": "{", "json": "{"}
"""What an answer of each form begins with; so a page that says that something went wrong is no key."""

Fetch = Callable[[Request], Response]
"""Sends a request; raises SendError."""


class Kept(NamedTuple):
    """The text of a key, and when it was fetched."""

    at: datetime
    text: str


def fetch(request: Request) -> Response:
    """Over the network, on a connection of its own, from a public address only. Raises SendError."""
    from whcli.net.sender import Sender

    with Sender(allow_remote=True, public_only=True) as sender:
        return sender.send(request, timeout=PATIENCE)


def call(url: str, fetch: Fetch = fetch) -> Response:
    """What a URL of a provider's own hosts answers to a GET that says nothing more. Raises SendError."""
    request = Request("GET", url, Headers([(b"Accept", b"*/*"), (b"Connection", b"close")]))
    return fetch(prepare(request, Target(url)))


class Keys:
    """The keys fetched so far, and those to come. Safe to share between threads, which wait for one another."""

    def __init__(
        self,
        folder: Path | None,
        *,
        clock: Callable[[], datetime],
        fetch: Fetch = fetch,
        offline: bool = False,
        age: timedelta = KEPT,
    ) -> None:
        self._folder = folder
        """Where keys outlive the process; None for nowhere."""
        self._clock = clock
        self._fetch = fetch
        self._offline = offline
        """Only what is kept is given, nothing is called."""
        self._age = age
        self._kept: dict[str, Kept] = {}
        self._failed: dict[str, datetime] = {}
        self._fetches: deque[datetime] = deque(maxlen=MOST_FETCHES)
        self._lock = Lock()

    def get(self, source: KeySource) -> str | None:
        """The text of a key, at most a day old; None where it cannot be had now. Never raises.

        May take five seconds, and as much again for each thread that asks at the same time for another key.
        """
        if host_of(source.url) is None:
            return None
        if (text := self.held(source)) is not None:
            return text
        with self._lock:
            now = self._clock()
            kept = self._fresh(self._kept.get(source.url), now) or self._fresh(self._from_disk(source.url), now)
            if kept is None and not self._offline:
                kept = self._fetched(source, now)
            if kept is not None:
                self._remember(source.url, kept)
            return kept.text if kept is not None else None

    def held(self, source: KeySource) -> str | None:
        """The text of a key that is in memory; for those who cannot wait."""
        kept = self._fresh(self._kept.get(source.url), self._clock())
        return kept.text if kept is not None else None

    def _fresh(self, kept: Kept | None, now: datetime) -> Kept | None:
        return kept if kept is not None and timedelta(0) <= now - kept.at <= self._age else None

    def _remember(self, url: str, kept: Kept) -> None:
        self._kept.pop(url, None)  # so that it is the youngest
        self._kept[url] = kept
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]

    def _fetched(self, source: KeySource, now: datetime) -> Kept | None:
        """A key called for, unless that failed within the last minute or too many were."""
        busy = len(self._fetches) == MOST_FETCHES and now - self._fetches[0] < MINUTE
        if busy or now - self._failed.get(source.url, now - MINUTE) < MINUTE:
            return None
        self._fetches.append(now)
        try:
            text = _text(call(source.url, self._fetch), source)
        except SendError:
            text = None
        if text is None:
            self._failed = {url: at for url, at in self._failed.items() if now - at < MINUTE} | {source.url: now}
            return None
        kept = Kept(now, text)
        self._to_disk(source.url, kept)
        return kept

    def _path(self, url: str) -> Path | None:
        """The file of a URL, if the folder is the user's own, and nobody else writes there."""
        if self._folder is None or not _private(self._folder):
            return None
        return self._folder / f"{sha256(url.encode()).hexdigest()}.json"

    def _from_disk(self, url: str) -> Kept | None:
        path = self._path(url)
        if path is None:
            return None
        try:
            with open(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
                if not _own(os.fstat(file.fileno()), stat.S_ISREG):
                    return None
                found = json.loads(file.read(LARGEST * 4))
            kept = Kept(datetime.fromisoformat(found["fetched_at"]), found["text"])
            return kept if found["url"] == url and kept.at.tzinfo and isinstance(kept.text, str) else None
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def _to_disk(self, url: str, kept: Kept) -> None:
        """Written beside and moved into its place, so that a reader sees all of it or nothing."""
        if self._folder is None:
            return
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if (path := self._path(url)) is None:
                return
            beside = path.with_suffix(f".{os.getpid()}")
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump({"url": url, "fetched_at": kept.at.isoformat(), "text": kept.text}, file)
            beside.replace(path)
        except OSError:
            return


def _text(response: Response, source: KeySource) -> str | None:
    """The answer as a key of the form that is wanted, or None. A redirect is no key, wherever it leads."""
    if response.status != 200 or not len(response.body) == response.body_size <= LARGEST:  # noqa: PLR2004 - RFC 9110
        return None
    try:
        text = response.body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.lstrip().startswith(BEGINNINGS[source.form]) else None


def _private(folder: Path) -> bool:
    try:
        return _own(folder.lstat(), stat.S_ISDIR)
    except OSError:
        return False


def _own(found: os.stat_result, kind: Callable[[int], bool]) -> bool:
    """Whether a file or folder is ours and nobody else may write it; Windows knows neither."""
    return kind(found.st_mode) and (os.name != "posix" or (found.st_uid == os.getuid() and not found.st_mode & 0o022))
