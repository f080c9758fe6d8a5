"""Receive, inspect, verify, replay and send webhooks, byte for byte.

As a library: `from whcli import verify, sign`; see whcli/library.py. Nothing is loaded before it is asked for.
"""

TYPE_CHECKING = False  # as typing has it, which takes a while to load
if TYPE_CHECKING:
    from whcli.errors import NotFound, UsageError, WhcliError
    from whcli.http import Headers, Request
    from whcli.library import Verdict, sign, text_headers, verify
    from whcli.model import Secret
    from whcli.providers import Provider

__version__ = "0.1.0"
__all__ = [
    "Headers",
    "NotFound",
    "Provider",
    "Request",
    "Secret",
    "UsageError",
    "Verdict",
    "WhcliError",
    "sign",
    "text_headers",
    "verify",
]

_HOMES = {
    "whcli.errors": ("NotFound", "UsageError", "WhcliError"),
    "whcli.http": ("Headers", "Request"),
    "whcli.library": ("Verdict", "sign", "text_headers", "verify"),
    "whcli.model": ("Secret",),
    "whcli.providers": ("Provider",),
}


def __getattr__(name: str) -> object:
    """One of the names above, loaded when it is first asked for (PEP 562)."""
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            value = globals()[name] = getattr(import_module(home), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """What there is to ask for."""
    return sorted({*globals(), *__all__})
