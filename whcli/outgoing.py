"""A stored request made fit for a target: pure, and changing no byte that may stay."""

from binascii import b2a_base64
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from whcli.errors import UsageError
from whcli.http import OF_ONE_CONNECTION, Request, split_url
from whcli.model import Target

FORMS = "a target is a port (3000), a port and path (3000/hooks), host:port, or a URL (http://127.0.0.1:3000/hooks)"

_PORTS = range(1, 1 << 16)
_LONG = 80  # characters, of what is shown or read as a number
DEFAULT_PORTS = {"http": 80, "https": 443}

_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")

TOKEN = b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""The bytes of a method and of a header's name (RFC 9110, 5.6.2)."""

FIELD = bytes([9, *range(0x20, 0x7F), *range(0x80, 0x100)])
"""The bytes of a header's value: all but controls, with tab (RFC 9110, 5.5)."""


class Origin(NamedTuple):
    """Whom to connect to."""

    scheme: str
    host: str
    """A name or an address, without brackets."""
    port: int
    authority: str
    """Host and port as the URL spells them, for `Host` and for messages; no credentials."""


def parse_target(text: str) -> str:
    """The absolute URL that a user means by a port, `host:port`, port and path, or URL.

    Raises UsageError for anything else; a scheme is never guessed but for http.
    """
    if text.partition("://")[0].isalpha() and "://" in text:
        return _checked(text, shown=text)
    start, rest = split_url("http://" + text)
    start = start.removeprefix("http://")
    if start.removeprefix(":").isdecimal():
        start = "127.0.0.1:" + start.removeprefix(":")
    elif ":" not in start.rpartition("]")[2]:
        raise _nonsense(text, "it names no port")
    return _checked(f"http://{start}{rest}", shown=text)


@lru_cache(64)  # a bulk replay asks for one target ten thousand times
def origin_of(url: str) -> Origin:
    """Scheme, host and port of an absolute URL. Raises UsageError where it has none that can be called."""
    scheme, _, authority = split_url(url)[0].partition("://")
    scheme = scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise _nonsense(url, "only http:// and https:// can be called")
    if "\\" in authority:  # browsers end the host here, others go on
        raise _nonsense(url, "its host is none")
    authority = authority.rpartition("@")[2]
    host, port = _host_and_port(authority, url)
    return Origin(scheme, host, port or DEFAULT_PORTS[scheme], authority)


def redact(url: str) -> str:
    """A URL fit to be shown and stored: without its credentials."""
    start, rest = split_url(url)
    scheme, mark, authority = start.rpartition("://")
    return f"{scheme}{mark}{authority.rpartition('@')[2]}{rest}"


def prepare(request: Request, target: Target, *, preserve_host: bool = False) -> Request:
    """The request as `target` shall get it; the body is left alone.

    Dropped are the headers of the connection it came by (RFC 9110, 7.6.1). Set in place are `Host` (unless
    `preserve_host`), one `Content-Length`, the target's credentials and its own headers. All else stays as
    it came: order, case, number, bytes. Raises UsageError for a target that cannot be called, or whose
    headers cannot be sent.
    """
    origin = origin_of(target.url)
    headers = request.headers.end_to_end()
    if not (preserve_host and headers.first(b"host")):
        headers = headers.put(b"Host", origin.authority.encode("ascii"))
    if request.body or headers.first(b"content-length") is not None or request.method in ("POST", "PUT", "PATCH"):
        headers = headers.put(b"Content-Length", b"%d" % len(request.body))
    if credentials := _credentials(target.url):
        headers = headers.put(b"Authorization", credentials)
    for name, value in target.headers:
        _check_header(name, value)
        headers = headers.put(name, value)
    return request._replace(url=_address(request, target, origin), headers=headers)


def _address(request: Request, target: Target, origin: Origin) -> str:
    """The target's path and query; where it has none, the request's, as they were spelled."""
    asked = split_url(request.url)[1]
    own = split_url(target.url)[1]
    path, mark, query = asked.partition("?")
    own_path, own_mark, own_query = own.partition("?")
    return f"{origin.scheme}://{origin.authority}{own_path or path}{own_mark + own_query or mark + query}"


def _credentials(url: str) -> bytes:
    """`Basic …` for the user and password of a URL (RFC 7617); empty where it has none."""
    userinfo, _, _ = split_url(url)[0].partition("://")[2].rpartition("@")
    if not userinfo:
        return b""
    user, _, password = userinfo.partition(":")
    return b"Basic " + b2a_base64(unquote_to_bytes(user) + b":" + unquote_to_bytes(password), newline=False)


def _check_header(name: bytes, value: bytes) -> None:
    """Raise UsageError unless the user's own header may be sent, and is theirs to set."""
    shown = ascii(name.decode("latin-1"))
    if not name or name.translate(None, TOKEN):
        raise UsageError(f"{shown} cannot be the name of a header", hint="names hold letters, digits and dashes")
    if value.translate(None, FIELD):
        raise UsageError(f"the value of header {shown} holds a control character", hint="write it on one line")
    if name.lower() in OF_ONE_CONNECTION or name.lower() == b"content-length":
        raise UsageError(f"header {shown} is not yours to set", hint="whcli computes it from the body it sends")


def _checked(url: str, *, shown: str) -> str:
    """The URL, its scheme in lower case, if it can be called; UsageError otherwise."""
    if any(not "!" <= char <= "~" for char in url):
        raise _nonsense(shown, "it holds a space, a control or a letter beyond ASCII")
    if "#" in url:
        raise _nonsense(shown, "a fragment (#…) is never sent")
    return origin_of(url).scheme + url[url.index("://") :]


def _host_and_port(authority: str, url: str) -> tuple[str, int | None]:
    """`host:port`, `host`, `[::1]:port` or `[::1]` in its parts."""
    if authority.startswith("["):
        host, closed, port = authority[1:].partition("]")
        if not closed or not _is_ipv6(host) or (port and not port.startswith(":")):
            raise _nonsense(url, "its IPv6 address is none")
        mark, port = port[:1], port[1:]
    else:
        host, mark, port = authority.partition(":")
        if host.isdecimal() or not host or not _NAME.issuperset(host):
            raise _nonsense(url, "its host is none")
    if not mark:
        return host, None
    if not (port.isascii() and port.isdecimal() and int(port[:_LONG]) in _PORTS):
        raise _nonsense(url, "a port is a number from 1 to 65535")
    return host, int(port)


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return "%" not in text


def _nonsense(text: str, reason: str) -> UsageError:
    shown = ascii(text.rpartition("@")[2])  # what stands before an @ may be a password
    return UsageError(f"{shown if len(shown) <= _LONG else shown[:_LONG] + '…'} is no target: {reason}", hint=FORMS)
