"""What can go wrong in a way that the user can mend.

WhcliError                1  anything below
├── UsageError            2  the words of the command, a setting, a secret that cannot be one
├── NotFound              3  no such delivery, event, endpoint, provider
├── NotDelivered          5  a target that was not reached or did not answer 2xx
├── TunnelError           1  a tunnel that does not open, or is gone
└── StoreError            1  the database: locked, full, read-only, of another version
    └── NotOurs           2  a file that is no database of ours
SendError is no such thing but the outcome of an attempt, and is stored with it.
Any other exception is a bug of ours and says so.

A message and its hint are phrases, without a capital or a full stop: `whcli: there is no delivery 7`. What is said
on stderr where nothing went wrong, and the reason of a verdict, are sentences.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes that scripts rely on."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    NOT_VERIFIED = 4
    NOT_DELIVERED = 5
    INTERRUPTED = 130


class WhcliError(Exception):
    """One line for the user, and a hint that names what mends it."""

    code = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(WhcliError):
    """A word of the command, a setting or a secret is not what it should be."""

    code = ExitCode.USAGE


class NotFound(WhcliError):
    """What was named does not exist."""

    code = ExitCode.NOT_FOUND


class NotDelivered(WhcliError):
    """A request did not reach its target, or the target did not take it."""

    code = ExitCode.NOT_DELIVERED


class StoreError(WhcliError):
    """The database cannot be used as asked."""


class NotOurs(StoreError):
    """A file that was named as the database is something else."""

    code = ExitCode.USAGE


class TunnelError(WhcliError):
    """A tunnel does not open, or is gone: the cause is the message, the remedy the hint."""

    def __init__(self, message: str, *, hint: str | None = None, slug: str | None = None) -> None:
        super().__init__(f"{message} ({slug})" if slug else message, hint=hint)
        self.slug = slug
        """The maker's own code, which can be looked up: `ERR_NGROK_108`."""


class SendError(Exception):
    """A request that got no answer. `str()` is what an Attempt stores: `slug: sentence`."""

    def __init__(self, slug: str, message: str) -> None:
        super().__init__(slug, message)
        self.slug = slug
        """One word that scripts can match."""
        self.message = message
        """What happened and what mends it; nothing from the network is quoted in it."""

    def __str__(self) -> str:
        return f"{self.slug}: {self.message}"
