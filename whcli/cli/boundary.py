"""Where errors become one line, a hint and an exit code; commands catch nothing."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

import typer

from whcli.errors import ExitCode, WhcliError

OUTPUT = (errno.ENOSPC, errno.EIO, errno.EBADF)
"""What a stream that cannot be written to says; the database's own troubles are StoreErrors by now."""


def run(ctx: Any, step: Callable[[], Any]) -> Any:
    """Do a step of the program. A user's mistake is told in a line; a bug says that it is one.

    `ctx` is Typer's, None while there is none; a traceback is shown only by its --debug.
    """
    try:
        return step()
    except WhcliError as error:
        raise _told(ctx, error) from error
    except KeyboardInterrupt as error:
        raise typer.Exit(ExitCode.INTERRUPTED) from error
    except Exception as error:
        raise _classified(ctx, error) from error
    finally:
        if ctx is not None and ctx.obj is not None:
            ctx.obj.close()


def _classified(ctx: Any, error: Exception) -> Exception:
    """What becomes of an error that is none of ours: Typer's ways to end pass, and it deals with a closed pipe."""
    if isinstance(error, BrokenPipeError | typer.Exit | typer.Abort):
        return error
    if isinstance(error, OSError) and error.errno in OUTPUT:
        return _told(ctx, WhcliError(f"the output cannot be written: {error.strerror}"))
    bug = f"a bug in whcli: {type(error).__name__}: {error}"
    return _told(ctx, WhcliError(bug, hint="run it again with --debug, and report what it shows"))


def _told(ctx: Any, error: WhcliError) -> typer.Exit:
    """Tell of an error; the way to end with its code."""
    from whcli.cli import screen  # only where there is an error to tell
    from whcli.view.text import safe

    if ctx is not None and getattr(ctx.obj, "debug", False):
        traceback.print_exc()
    screen.make_encodable(sys.stderr)
    style = screen.style(os.environ, sys.stderr)
    lines = (f"{style('bad', 'whcli:')} {safe(error.message)}", error.hint and f"  {safe(error.hint)}")
    print(*filter(None, lines), sep="\n", file=sys.stderr)  # noqa: T201 - the one place that talks of errors
    return typer.Exit(error.code)
