"""What OpenSSH says when a tunnel does not open or is gone, as a cause and a remedy."""

from __future__ import annotations

import re
from collections.abc import Sequence

from whcli.errors import TunnelError

_LONG = 200
DEBUG = "debug1: "
"""How the lines begin that are asked for by -v."""

# What ssh or a server of any make says, the first that is found among all lines: cause, remedy.
# `{host}` and `{to}` are the server; `{0}` is what the pattern found.
_WORDS = tuple(
    (re.compile(pattern), cause, remedy)
    for pattern, cause, remedy in (
        (
            r"REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed",
            "{host} has another key than the one that is known",
            "where that is expected: ssh-keygen -R {host}, and try again; else somebody is in between",
        ),
        (
            r"(Bad configuration option: \S+|Bad owner or permissions on \S+|terminating, \d+ bad configuration)",
            "ssh does not take its settings: {0}",
            "mend ~/.ssh/config, or name another file: --tunnel-option config=FILE",
        ),
        (
            r"Permission denied|Too many authentication failures|No more authentication methods",
            "{host} does not let us in",
            "no password is asked for here: ssh-copy-id {to}, and ssh-add for a key with a passphrase",
        ),
        (
            r"remote port forwarding failed for listen port (\d+)",
            "{host} does not give us its port {0}",
            "it is taken, or may not be had (AllowTcpForwarding); another one: --tunnel-option remote=PORT",
        ),
        (
            r"[Rr]emote port forwarding failed|administratively prohibited",
            "{host} does not forward to us",
            "it takes no forwarding (AllowTcpForwarding), or the name is not yours",
        ),
        (r"Could not resolve hostname", "no host is named {host}", "check its spelling, and the network"),
        (
            r"Connection refused",
            "nothing listens for ssh on {host}",
            "is sshd up there, and is that its port? ssh://user@{host}:PORT",
        ),
        (
            r"(?:Connection|Operation) timed out|did not answer",
            "{host} did not answer",
            "check its address and port, the network, and what stands between",
        ),
        (r"Network is unreachable|No route to host", "{host} cannot be reached", "check the network"),
        (
            r"server \S+ not responding",
            "{host} does not answer any more",
            "the network is gone, or the server is",
        ),
        (
            r"closed by|Connection reset|kex_exchange_identification|Broken pipe|closed unexpectedly",
            "{host} closed the connection",
            "the server's own log tells why; ssh -v {to} tells more",
        ),
    )
)  # fmt: skip


def explained(lines: Sequence[str], *, host: str, to: str) -> TunnelError:
    """What the lines of an ssh that has ended, or did not get far, mean for the user."""
    said = [line for line in lines if line.strip() and not line.startswith(DEBUG)]
    text = "\n".join(said)
    for pattern, cause, remedy in _WORDS:
        if found := pattern.search(text):
            parts = {"host": host, "to": to}
            return TunnelError(cause.format(*found.groups(), **parts), hint=remedy.format(*found.groups(), **parts))
    last = said[-1][:_LONG] if said else "it said nothing"
    return TunnelError(f"ssh to {host} ended: {last}", hint=f"ssh -v {to} tells more")
