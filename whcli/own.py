"""Where providers of the user's own are found: whoever starts the program says so here, once.

This stands apart from whcli.providers because it weighs nothing: a command that meets no provider loads none.
"""

from collections.abc import Callable, Mapping

TYPE_CHECKING = False  # as typing has it, which takes a while to load
if TYPE_CHECKING:
    from whcli.providers.base import Provider

_source: "Callable[[], Mapping[str, Provider]]" = dict


def use(source: "Callable[[], Mapping[str, Provider]]") -> None:
    """Ask this for them from now on; each time it is asked it gives the same."""
    global _source  # noqa: PLW0603 - one program, one user
    _source = source


def found() -> "Mapping[str, Provider]":
    """The providers by name. Raises what the source raises: UsageError for settings with a mistake."""
    return _source()
