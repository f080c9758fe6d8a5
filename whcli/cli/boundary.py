"""Where errors become one line, a hint and an exit code; commands catch nothing."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Callable
from typing import Any

import typer

from whcli.errors import ExitCode, WhcliError

OUTPUT = (errno.ENOSPC, errno.EIO, errno.EBADF)
"""What a stream that cannot be written to says; the database's own troubles are StoreErrors by now."""


def run(ctx: Any, invoke: Callable[[Any], Any]) -> Any:
    """Run a command. A user's mistake is told in a line; a bug says that it is one; a traceback only by --debug."""
    try:
        return invoke(ctx)
    except WhcliError as error:
        _tell(ctx, error.message, error.hint)
        raise typer.Exit(error.code) from error
    except KeyboardInterrupt as error:
        raise typer.Exit(ExitCode.INTERRUPTED) from error
    except Exception as error:
        # Typer's own ways to end pass through, and it deals with a closed pipe.
        if isinstance(error, BrokenPipeError) or type(error).__module__.startswith("typer."):
            raise
        if isinstance(error, OSError) and error.errno in OUTPUT:
            _tell(ctx, f"the output cannot be written: {error.strerror}", None)
            raise typer.Exit(ExitCode.FAILED) from error
        bug = f"a bug in whcli: {type(error).__name__}: {error}"
        _tell(ctx, bug, "run it again with --debug, and report what it shows")
        raise typer.Exit(ExitCode.FAILED) from error
    finally:
        if ctx.obj is not None:
            ctx.obj.close()


def _tell(ctx: Any, message: str, hint: str | None) -> None:
    from whcli.view.text import safe  # only where there is an error to tell

    if getattr(ctx.obj, "debug", False):
        traceback.print_exc()
    for line in (f"whcli: {message}", hint and f"  {hint}"):
        if line:
            print(safe(line), file=sys.stderr)  # noqa: T201 - the one place that talks of errors
