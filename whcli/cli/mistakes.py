"""What Typer finds wrong with a command line, said as everything else is: one line, and a hint that mends it."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from whcli.cli import manual
from whcli.errors import UsageError


def explained(error: Any, ctx: Any) -> UsageError:
    """One of Typer's errors, found while it read the words of `ctx`, as one of ours.

    Those that are not among KINDS keep their own words, less the full stop.
    """
    explain = KINDS.get(type(error).__name__)
    return explain(error, ctx) if explain else UsageError(_sentence(error.format_message()), hint=_see(ctx))


def _unknown(error: Any, ctx: Any) -> UsageError:
    """An option that there is not, or that belongs before the command."""
    name, root = error.option_name, ctx.find_root()
    if name in _options(root):
        hint = f"it stands before the command: {root.info_name} {name} … {ctx.info_name}"
    else:
        near = get_close_matches(name, _options(ctx), n=2, cutoff=0.7)
        hint = f"did you mean {' or '.join(near)}?" if near else _see(ctx)
    return UsageError(f"there is no option {name}", hint=hint)


def _missing(error: Any, ctx: Any) -> UsageError:
    """An argument or option that the command cannot do without."""
    _, examples = manual.told(ctx.command.help or "")
    hint = f"for example {examples[0]}" if examples else _see(ctx)
    return UsageError(f"{_named(error.param)} is missing", hint=hint)


def _bad(error: Any, ctx: Any) -> UsageError:
    """A value that is not of its kind; of the kinds that can fail, we have numbers."""
    message = error.message.replace(f"valid {error.param.type.name}", "number")
    return UsageError(f"{_named(error.param)}: {_sentence(message)}", hint=_see(ctx))


KINDS: dict[str, Callable[[Any, Any], UsageError]] = {
    "NoSuchOption": _unknown,
    "MissingParameter": _missing,
    "BadParameter": _bad,
}
"""By the name of the error's class: not all of them are among Typer's public names."""


def _options(ctx: Any) -> list[str]:
    """Every spelling of every option."""
    params = ctx.command.get_params(ctx)
    return [name for param in params if param.param_type_name == "option" for name in manual.entry(param).names]


def _named(param: Any) -> str:
    """An option by its long name, an argument by what stands for it."""
    return str(max(param.opts, key=len) if param.param_type_name == "option" else param.metavar)


def _see(ctx: Any) -> str:
    return f"{ctx.command_path} --help tells what it takes"


def _sentence(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}".removesuffix(".")
