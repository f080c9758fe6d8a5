"""What ngrok's log tells of a tunnel: a line of it, as pyngrok has read it, to an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whcli.tunnels import TunnelEvent
from whcli.tunnels import ngrok_errors as errors

if TYPE_CHECKING:
    from pyngrok.log import NgrokLog

LOST = ("reconnect session", "terminating with error", "command failed", "heartbeat timeout")
"""What is said of a session that broke off; other errors are of single requests."""
MADE = ("client session established", "tunnel session started", "started tunnel", "started endpoint")


def complaint(log: NgrokLog) -> str:
    """What a line says went wrong; empty for most."""
    lost = any(words in (log.msg or "") for words in LOST)
    if not lost and log.lvl not in ("ERROR", "CRITICAL"):
        return ""
    return log.err if log.err and log.err != "nil" else log.msg or ""


def event(log: NgrokLog, secrets: tuple[str, ...]) -> TunnelEvent | None:
    """What a line tells of the tunnel; None for most."""
    message = log.msg or ""
    if any(words in message for words in LOST):
        error = errors.explained(complaint(log), secrets)
        return TunnelEvent("down", error.message, error.hint, slug=error.slug)
    if message in MADE:
        url = getattr(log, "url", None)  # which is the line's own, and may be anything
        return TunnelEvent("up", public_url=str(url).rstrip("/") if str(url).startswith("http") else None)
    return None
