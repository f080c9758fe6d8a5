"""A stored request with some of it changed, and every other byte as it was."""

from typing import Any, NamedTuple

from whcli import paths
from whcli.errors import UsageError
from whcli.http import Body, Headers, Request
from whcli.signing.slots import is_form


class Edits(NamedTuple):
    """What to change."""

    changes: tuple[tuple[tuple[str | int, ...], Any], ...] = ()
    """(path, value) pairs in the payload."""
    headers: Headers = Headers()
    body: bytes | None = None
    """A whole other body, before the changes are made."""


def edit(request: Request, edits: Edits) -> Request:
    """The request with the edits made. Raises NotFound for a path that is not there, UsageError for no JSON."""
    body = request.body if edits.body is None else edits.body
    for path, value in edits.changes:
        body = _changed(request, body, path, value)
    headers = request.headers
    for name, value in edits.headers:
        headers = headers.put(name, value)
    return request._replace(headers=headers, body=body)


def _changed(request: Request, body: Body, path: tuple[str | int, ...], value: Any) -> bytes:
    if not isinstance(body, bytes):
        raise UsageError("the body is too large to be edited by path", hint="give a whole new one: --body @FILE")
    if is_form(request):
        return paths.splice_form(body, paths.spell(path), value if isinstance(value, str) else str(value))
    return paths.splice(body, path, value)
