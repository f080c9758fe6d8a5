"""The help of a command, read from the parameters that Typer made of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from whcli.cli import screen
from whcli.view import manual as view
from whcli.view.manual import Entry, Page, Section

EXAMPLE = "Example: "
"""How a paragraph of a docstring begins that is a command to copy."""

PIPE = 80
"""Cells of a line where there is no terminal."""


def text(command: Any, ctx: Any, *, commands: Mapping[str, str] | None = None) -> str:
    """The page of a command, fit for stdout. `commands` are those below it, with a line for each."""
    screen.make_encodable(sys.stdout)
    width, style = screen.width(os.environ) or PIPE, screen.style(os.environ)
    return "\n".join(view.page(page(command, ctx, commands or {}), width=width, style=style))


def page(command: Any, ctx: Any, commands: Mapping[str, str]) -> Page:
    """What is to be told of a command."""
    params = [param for param in command.get_params(ctx) if not param.hidden]
    arguments = [entry(each) for each in params if each.param_type_name == "argument"]
    panels: dict[str, list[Entry]] = {"Options": []}
    for each in params:
        if each.param_type_name == "option":
            panels.setdefault(each.rich_help_panel or "Options", []).append(entry(each))
    below = [Entry((name,), about) for name, about in commands.items()]
    titled = {"Commands": below, "Arguments": arguments, **panels}
    paragraphs, examples = told(command.help or "")
    sections = [Section(title, entries) for title, entries in titled.items() if entries]
    return Page(" ".join(_usage(ctx.command_path, params, commands)), paragraphs, examples, sections)


def told(words: str) -> tuple[list[str], list[str]]:
    """The paragraphs of a docstring, and apart from them the commands that it gives as examples."""
    paragraphs = [" ".join(each.split()) for each in words.split("\n\n")]
    examples = [each.removeprefix(EXAMPLE) for each in paragraphs if each.startswith(EXAMPLE)]
    return [each for each in paragraphs if each and not each.startswith(EXAMPLE)], examples


def entry(param: Any) -> Entry:
    """An option or an argument as it is shown in help and in README."""
    default = param.default
    known = isinstance(default, int | str) and not isinstance(default, bool)
    is_argument = param.param_type_name == "argument"
    return Entry(
        names=(param.metavar,) if is_argument else (*sorted(param.opts, key=len), *param.secondary_opts),
        about=param.help or "",
        takes="" if is_argument or param.is_flag else param.metavar or "",
        default=str(default) if known else "",
        required=param.required,
        variable=param.envvar or "",
    )


def _usage(path: str, params: list[Any], commands: Mapping[str, str]) -> Iterator[str]:
    """How a command is called: what it must have is named, what it may have is in brackets."""
    yield path
    if commands:
        yield from ("[OPTIONS]", "COMMAND", "…")
        return
    for param in params:
        what = entry(param)
        if param.param_type_name == "argument":
            yield what.names[0] if param.required or what.names[0].startswith("[") else f"[{what.names[0]}]"
        elif param.required:
            yield f"{what.names[0]} {what.takes}"
    yield "[OPTIONS]"
