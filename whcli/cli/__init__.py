"""The tree of commands, and nothing else: each command is a module beside this one with a function `run`.

A command's module is imported when the command is run, so that a line of help costs no more than this table.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

gc.disable()  # nothing made while a program is loaded is garbage; looking for it takes a tenth of the time

import typer  # noqa: E402
from typer.core import TyperCommand, TyperGroup  # noqa: E402

from whcli import __version__  # noqa: E402
from whcli.cli import boundary  # noqa: E402
from whcli.errors import ExitCode, UsageError  # noqa: E402

COMMANDS = {
    "listen": "Receive webhooks, store each one, show it, pass it on.",
    "list": "List stored deliveries, newest first.",
    "show": "Show one delivery: verdict, headers, body, attempts.",
    "tail": "Show deliveries as they are stored.",
    "replay": "Send stored deliveries again, signed afresh where needed.",
    "forward": "Pass deliveries on to a target as they are stored.",
    "send": "Send a sample event, signed as its provider would.",
    "verify": "Say whether a signature holds, and why not.",
    "providers": "List the providers, or one with its scheme and events.",
    "secret": "Make a secret.",
    "tunnels": "List the kinds of tunnel, and when one was down.",
    "tunnel": "Set up the program that a tunnel needs.",
    "index": "Make text search fast, with an index.",
    "doctor": "Look for what keeps webhooks from arriving.",
}
"""Each command with the first line of its help."""


T = TypeVar("T")


def _worded(step: Callable[[], T], ctx: Any) -> T:
    """Let Typer read words. Raises UsageError for what it finds wrong with them."""
    try:
        return step()
    except Exception as error:
        if not hasattr(error, "format_message"):  # which only Typer's usage errors have
            raise
        from whcli.cli import mistakes

        raise mistakes.explained(error, ctx) from error


class Command(TyperCommand):
    """A command whose help and errors are ours."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words after the command. Raises UsageError."""
        return _worded(partial(super().parse_args, ctx, args), ctx)

    def get_help(self, ctx: Any) -> str:
        """The page of help."""
        from whcli.cli import manual

        return manual.text(self, ctx)


class Unloaded(TyperCommand):
    """A command that is imported when it is run; until then it is its name and one line."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Load the command and parse its words."""
        loaded = load(str(self.name))
        gc.freeze()
        gc.enable()
        return loaded.make_context(info_name, args, parent=parent, **extra)


class Tree(TyperGroup):
    """The commands by name, inside the boundary where errors become messages and exit codes."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the parent's arguments
        """Every command, in the order of a first day with whcli."""
        return list(COMMANDS)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """A command by name; for an unknown one, those that are near."""
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=2)
            hint = f"did you mean {' or '.join(near)}?" if near else "whcli --help lists them"
            raise UsageError(f"there is no command {args[0]!r}", hint=hint)
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the parent's arguments
        """A command by name, not loaded yet."""
        return Unloaded(cmd_name, help=COMMANDS[cmd_name]) if cmd_name in COMMANDS else None

    def get_help(self, ctx: Any) -> str:
        """The page of help, with a line for each command."""
        from whcli.cli import manual

        return manual.text(self, ctx, commands=COMMANDS)

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Parse the words before the command inside the boundary."""
        return boundary.run(None, partial(super().make_context, info_name, args, parent, **extra))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words before the command; none at all ask for help. Raises UsageError."""
        return _worded(partial(super().parse_args, ctx, args or ["--help"]), ctx)

    def invoke(self, ctx: Any) -> Any:
        """Run a command inside the boundary."""
        return boundary.run(ctx, partial(_worded, partial(super().invoke, ctx), ctx))


def load(name: str) -> Any:
    """Import a command and make it Typer's."""
    module = import_module(f"whcli.cli.{name}")
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(name, cls=Command)(module.run)
    return typer.main.get_command(app)


def _version(*, asked: bool) -> None:
    if asked:
        typer.echo(f"whcli {__version__}")
        raise typer.Exit


def root(
    ctx: typer.Context,
    db: Annotated[
        Path | None,
        typer.Option(envvar="WHCLI_DB", metavar="PATH", help="The database; by default in your data folder."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(envvar="WHCLI_CONFIG", metavar="PATH", help="The settings; by default the nearest whcli.toml."),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something goes wrong.")] = False,
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool,
        typer.Option(
            "--version", callback=lambda value: _version(asked=value), is_eager=True, help="Show the version."
        ),
    ] = False,
) -> None:
    """Receive, inspect, verify, replay and send webhooks, byte for byte.

    Start with `whcli listen`; then, from a second terminal, `whcli send --event payment.success`.
    """
    from whcli.cli.env import Env

    ctx.obj = Env(db=db, config=config, debug=debug, environment=os.environ)


app = typer.Typer(cls=Tree, rich_markup_mode=None, pretty_exceptions_enable=False)
app.callback()(root)


def _interrupt(*_: object) -> None:
    """End as Ctrl-C does, so that what is under way is put in order."""
    raise KeyboardInterrupt


def main() -> None:
    """The program."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - lives as long as the process
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app(prog_name="whcli")
    except SystemExit as end:
        _end(int(end.code or 0))


def _end(code: int) -> NoReturn:
    """End at once: all is stored and closed by now, and to take the program apart would cost more than a list."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = code or ExitCode.FAILED
    os._exit(code)
