"""Which URLs that a request names may be called: few, and by a grammar rather than by a parser.

What two parsers may read in two ways is not in the grammar, so nothing hides from the check in what is called: no
user, port, fragment, backslash, space, escape in the host or path, upper case in the host, nor any other scheme.
"""

from __future__ import annotations

import re

URL = re.compile(
    r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(/|(?:/\.?[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+)(\?[A-Za-z0-9._~=&:%+-]+)?"
)
LONGEST = 1024


def host_of(url: str) -> str | None:
    """The host of a URL that is within the grammar, else None. One that is all digits is an address, so none."""
    found = URL.fullmatch(url) if len(url) <= LONGEST else None
    if found is None or found[1].rpartition(".")[2].isdigit():
        return None
    return found[1]


def trusted(url: str, hosts: str) -> bool:
    """Whether a URL is https, at the usual port, of a host that fits the expression `hosts` as a whole."""
    host = host_of(url)
    return host is not None and re.fullmatch(hosts, host) is not None
