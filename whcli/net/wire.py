"""HTTP/1.1 on the wire, without I/O: a request to bytes, bytes to a response (RFC 9112).

Reading is strict: what two readers could take for two things is refused, with a slug that says which.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import lru_cache

from whcli.errors import SendError
from whcli.http import HELD, Headers, Request, Response, split_url
from whcli.outgoing import FIELD, TOKEN

MAX_HEAD = 1 << 16
"""Bytes of status line and headers, interim answers included; of a chunk's line or the trailers likewise."""
MAX_FIELDS = 500
"""Headers of one answer."""
MAX_BODY = 10 << 20
"""Bytes of an answer's body after which no more is read. `HELD` of them are kept."""

_VISIBLE = bytes(range(0x21, 0x7F))
_HEX = b"0123456789abcdefABCDEF"
_VERSION = b"HTTP/1."
_INTERIM = range(100, 200)  # skipped (RFC 9110, 15.2), but 101: we never ask for an upgrade
_UPGRADED = 101
_FINAL = range(200, 1000)
_BODYLESS = (204, 304)
_DIGITS = 15  # of a length, decimal or not: more than any body has

Steps = Generator[None, None, None]


def head(request: Request) -> bytes:
    """Request line and headers as they go on the wire, in origin form, every byte as given.

    Raises SendError `unsendable` where a byte could be taken for the end of its field, or the framing does
    not fit the body: nothing can be smuggled past this function.
    """
    method, url, headers, body = request
    rest = split_url(url)[1]
    if not rest and method == "OPTIONS":
        rest = "*"  # RFC 9112, 3.2.4
    elif not rest.startswith("/"):
        rest = "/" + rest
    verb, path = method.encode("utf-8", "surrogatepass"), rest.encode("utf-8", "surrogatepass")
    if not verb or verb.translate(None, TOKEN) or path.translate(None, _VISIBLE) or verb == b"CONNECT":
        raise _unsendable("its method or path")
    names = [name.lower() for name, _ in headers]
    if b"" in names or b"".join(names).translate(None, TOKEN):
        raise _unsendable("the name of a header")
    if b"".join([value for _, value in headers]).translate(None, FIELD):
        raise _unsendable("the value of a header")
    lengths = [value for name, (_, value) in zip(names, headers, strict=True) if name == b"content-length"]
    if b"transfer-encoding" in names or (lengths != [b"%d" % len(body)] and (lengths or len(body))):
        raise _unsendable("the stated length of its body")
    lines = [b"%b %b HTTP/1.1" % (verb, path), *[b"%b: %b" % pair for pair in headers], b"", b""]
    return b"\r\n".join(lines)


class ResponseReader:
    """Reads one answer from bytes as they come: feed them until a Response comes out, then no more."""

    def __init__(self, method: str) -> None:
        self.begun = False
        """Whether any byte has come."""
        self.reusable = False
        """Whether the connection may carry another exchange; known when the response is."""
        self._buffer = bytearray()
        self._ended = False
        self._heads = 0
        self._body = bytearray()
        self._size = 0
        self._reading = self._response(method)
        next(self._reading)

    def feed(self, data: bytes) -> Response | None:
        """Take the next bytes, or `b""` for a closed connection. Raises SendError for what is no answer."""
        if data:
            self.begun = True
            self._buffer += data
        else:
            self._ended = True
        try:
            next(self._reading)
        except StopIteration as done:
            response: Response = done.value
            return response
        return None

    def _response(self, method: str) -> Generator[None, None, Response]:
        yield
        status = 100
        while status in _INTERIM:
            status, minor, headers = yield from self._head()
        said: dict[bytes, list[bytes]] = {b"connection": [], b"content-length": [], b"transfer-encoding": []}
        for name, value in headers:
            if (key := name.lower()) in said:
                said[key].append(value)
        connection, lengths, codings = said.values()
        persistent = minor > 0 and b"close" not in b",".join(connection).lower()
        try:
            if method != "HEAD" and status not in _BODYLESS:
                persistent &= yield from self._content(minor, lengths, codings)
        except _Enough:
            persistent = False
        self.reusable = persistent and not self._buffer
        return Response(status, headers, bytes(self._body), self._size)

    def _head(self) -> Generator[None, None, tuple[int, int, Headers]]:
        while self._buffer != _VERSION and _VERSION.startswith(self._buffer):
            yield from self._more()
        if not self._buffer.startswith(_VERSION):
            raise _malformed("it does not begin like HTTP/1.1; is this the port of another service?")
        block = yield from self._until(b"\r\n\r\n", MAX_HEAD - self._heads)
        self._heads += len(block)
        first, _, rest = block.partition(b"\r\n")
        minor, gap, code, end = first[7:8], first[8:9], first[9:12], first[12:13]
        if not (minor.isdigit() and gap == b" " and code.isdigit() and end in (b"", b" ")) or first.translate(
            None, FIELD
        ):
            raise _malformed("its status line is none")
        status = int(code)
        if status == _UPGRADED or (status not in _INTERIM and status not in _FINAL):
            raise _malformed("its status does not answer this request")
        return status, int(minor), _fields(rest)

    def _content(self, minor: int, lengths: list[bytes], codings: list[bytes]) -> Generator[None, None, bool]:
        """Read the body as RFC 9112, 6.3 frames it; true where its end is told by more than the closing."""
        if codings:
            if lengths:
                raise SendError("conflicting_length", "the answer has both Content-Length and Transfer-Encoding")
            if minor == 0 or len(codings) > 1 or codings[0].lower() != b"chunked":
                raise SendError("unknown_coding", "the answer has a Transfer-Encoding that is not just chunked")
            yield from self._chunks()
        elif lengths:
            if len(lengths) > 1:
                raise SendError("conflicting_length", "the answer has more than one Content-Length")
            if not lengths[0].isdigit() or len(lengths[0]) > _DIGITS:
                raise SendError("invalid_length", "the answer's Content-Length is not a number of bytes")
            yield from self._take(int(lengths[0]))
        else:
            while not self._ended:
                self._keep(len(self._buffer))
                yield
            return False
        return True

    def _chunks(self) -> Steps:
        """A chunked body, with extensions and trailers read and let go (RFC 9112, 7.1)."""
        size = 1
        while size:
            line = yield from self._until(b"\r\n", MAX_HEAD)
            digits = line.partition(b";")[0].rstrip(b" \t")
            if not 0 < len(digits) <= _DIGITS or digits.translate(None, _HEX) or line.translate(None, FIELD):
                raise SendError("bad_chunk", "the answer has a chunk whose size is no number")
            size = int(digits, 16)
            yield from self._take(size)
            if size and not (yield from self._line_end()):
                raise SendError("bad_chunk", "the answer has a chunk that does not end where it says")
        if not (yield from self._line_end()):
            _fields((yield from self._until(b"\r\n\r\n", MAX_HEAD)))

    def _line_end(self) -> Generator[None, None, bool]:
        """Take the end of a line, if it comes next."""
        while not self._buffer or self._buffer == b"\r":
            yield from self._more()
        found = self._buffer.startswith(b"\r\n")
        if found:
            del self._buffer[:2]
        return found

    def _take(self, size: int) -> Steps:
        """So many bytes of the body."""
        while size:
            if not self._buffer:
                yield from self._more()
            size -= self._keep(min(size, len(self._buffer)))

    def _keep(self, size: int) -> int:
        """Move bytes from the buffer to the body, or let them go; raise _Enough when too many have come."""
        self._size += size
        if (room := HELD - len(self._body)) > 0:
            self._body += self._buffer[: min(size, room)]
        del self._buffer[:size]
        if self._size > MAX_BODY:
            raise _Enough
        return size

    def _until(self, mark: bytes, limit: int) -> Generator[None, None, bytes]:
        """The bytes before `mark`, which must come within `limit`; both leave the buffer."""
        start = 0
        while (end := self._buffer.find(mark, start)) < 0 and len(self._buffer) < limit + len(mark):
            if self._buffer.find(b"\n\n", start) >= 0:
                raise _malformed("its lines end in LF, not in CR LF")
            start = max(0, len(self._buffer) - len(mark) + 1)
            yield from self._more()
        if not 0 <= end <= limit:
            raise SendError("head_too_large", f"the answer's headers are longer than {MAX_HEAD >> 10} KiB")
        found = bytes(self._buffer[:end])
        del self._buffer[: end + len(mark)]
        return found

    def _more(self) -> Steps:
        """Wait for more bytes, which must come."""
        if not self._ended:
            yield
        if self._ended:
            if not self.begun:
                raise SendError("no_answer", "the connection was closed without an answer; see the target's own log")
            raise SendError("truncated_response", "the connection was closed before the answer was whole")


class _Enough(Exception):
    """More of a body has come than is read."""


@lru_cache(maxsize=16)  # a target says the same for a second, to the letter
def _fields(block: bytes) -> Headers:
    """Header lines as pairs (RFC 9112, 5), with obsolete folding undone as 5.2 has it."""
    if not block:
        return Headers()
    if b"\r\n " in block or b"\r\n\t" in block:
        import re

        block = re.sub(rb"\r\n[ \t]+", b" ", block)
    lines = block.split(b"\r\n")
    if len(block.translate(None, b"\r\n\0")) != len(block) - 2 * (len(lines) - 1):
        raise _malformed("a line of its head holds a bare CR, LF or NUL")
    if len(lines) > MAX_FIELDS:
        raise SendError("too_many_headers", f"the answer has more than {MAX_FIELDS} headers")
    pairs = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not name or name.translate(None, TOKEN):
            raise _malformed("it has a header without a proper name")
        pairs.append((name, value.strip(b" \t")))
    return Headers(pairs)


def _malformed(reason: str) -> SendError:
    return SendError("malformed_response", f"the answer is not HTTP/1.1: {reason}")


def _unsendable(what: str) -> SendError:
    return SendError("unsendable", f"the request cannot be sent as HTTP/1.1: {what} would break it; edit or skip it")
