"""Services that give a name of theirs to who logs in by ssh and forwards a port: free, and nothing to install.

They print the URL in the session; one of another domain than theirs is not believed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from whcli.tunnels import Kind, Option, Place
from whcli.tunnels.ssh import Route, Server, Ssh


class Service(NamedTuple):
    """A service that leads a name of its own to who logs in."""

    name: str
    title: str
    docs: str
    server: Server
    listen: str
    said: str
    """What stands before the URL, a pattern."""
    domains: tuple[str, ...]
    caller: bytes | None = None
    """Only what the service documents to set itself."""
    note: str | None = None


SERVICES = (
    Service(
        name="localhost.run",
        title="localhost.run, free and without an account",
        docs="https://localhost.run/docs/",
        server=Server("localhost.run", "nokey"),
        listen="80",
        said=r"tunneled with tls termination, ",
        domains=("lhr.life", "lhr.rocks"),
        note="the name changes now and then",
    ),
    Service(
        name="pinggy",
        title="Pinggy, free for an hour at a time",
        docs="https://pinggy.io/docs/",
        server=Server("a.pinggy.io", port=443),
        listen="0",
        said="",
        domains=("pinggy.link", "pinggy.net", "pinggy-free.link"),
        caller=b"x-forwarded-for",  # pinggy.io/docs/advanced/advanced_options
        note="without an account it ends after an hour, and another one has another name",
    ),
    Service(
        name="serveo",
        title="Serveo, free and without an account",
        docs="https://serveo.net/",
        server=Server("serveo.net"),
        listen="80",
        said=r"Forwarding HTTP traffic from ",
        domains=("serveo.net", "serveousercontent.com"),
        note="browsers see a page of warning first; programs do not",
    ),
)


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", text):
        raise ValueError("not a name")
    return text


def kind(service: Service) -> Kind:
    """A service as a kind of tunnel."""

    def make(options: Mapping[str, Any], place: Place) -> Ssh:
        name = options["name"]
        own = [re.escape(name)] if name and "." in name else []
        domains = "|".join([*(rf"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.{re.escape(each)}" for each in service.domains), *own])
        done = re.compile(rf"{service.said}(?P<url>https://(?:{domains}))(?![\w.:@-])", re.IGNORECASE)
        words = ("-F", str(place.folder / options["config"])) if options["config"] else ()
        server = service.server._replace(user=None) if name else service.server  # whose key it is, the user's ssh knows
        listen = f"{name}:{service.listen}" if name else service.listen
        route = Route(server, listen, done, words, caller=service.caller, note=service.note)
        return Ssh(service.name, route, place)

    return Kind(
        name=service.name,
        title=service.title,
        docs=service.docs,
        needs="ssh",
        make=make,
        options=(
            Option("name", "A subdomain or domain that is yours there, by your key.", "NAME", _name),
            Option("config", "Another ssh_config in the place of your own.", "FILE"),
        ),
    )


LOCALHOST_RUN, PINGGY, SERVEO = map(kind, SERVICES)
