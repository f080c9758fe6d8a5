r"""Each value as JSON: one form for scripts, for the web and for files.

Bodies are base64 beside their text. Header names and values are ISO-8859-1, one character for each byte, always:
it is what RFC 9110 (5.5) names as history's charset, and the one rule by which a script gets every byte back
(`name.encode("latin-1")`) without asking which rule was used. The lines themselves are ASCII: a control, a bidi
mark or half a surrogate pair leaves as `\u202e`, and cannot end a line or turn one around.
"""

from __future__ import annotations

import binascii
import codecs
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from whcli.http import Body, Headers, Request, Response
from whcli.model import Attempt, Gap, Record, TunnelState, Verdict

Json = dict[str, Any]

_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False, check_circular=False).encode


def dumps(value: Json) -> str:
    """A value as one line of ASCII, without a newline at its end."""
    return _encode(value)


def time(when: datetime) -> str:
    """RFC 3339 in UTC with microseconds: `2026-11-23T14:02:11.123456Z`."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def delivery(record: Record) -> Json:
    """A delivery with what is known of it now."""
    what = record.delivery
    return {
        "id": what.id,
        "received_at": time(what.received_at),
        "endpoint": what.endpoint,
        "provider": what.provider,
        "event_type": what.event_type,
        "event_id": what.event_id,
        "handshake": what.handshake,
        "method": what.request.method,
        "url": what.request.url,
        "remote": what.remote,
        "body_size": len(what.request.body),
        "body_sha256": what.body_sha256.hex(),
        "verdict": verdict(record.verdict) if record.verdict else None,
        "duplicate_of": record.duplicate_of,
        "origin": what.origin,
        "status": record.status,
    }


def tunnel(state: TunnelState) -> Json:
    """What became of a tunnel; `down_since` is where the gap began that goes on, or that an `up` ended."""
    return {
        "state": state.state,
        "at": time(state.at),
        "tunnel": state.tunnel,
        "public_url": state.public_url,
        "checked": state.checked,
        "reason": state.reason,
        "hint": state.hint,
        "code": state.slug,
        "pid": state.pid,
        "down_since": time(state.down_since) if state.down_since else None,
    }


def gap(gap: Gap) -> Json:
    """A time in which nothing could come through a tunnel."""
    return {
        "tunnel": gap.tunnel,
        "began_at": time(gap.began_at),
        "ended_at": time(gap.ended_at) if gap.ended_at else None,
        "public_url": gap.public_url,
        "reason": gap.reason,
    }


def verdict(judged: Verdict) -> Json:
    """What we think of a signature."""
    return {
        "outcome": judged.outcome,
        "reason": judged.reason,
        "cause": judged.cause,
        "fix": judged.fix,
        "signed_at": time(judged.signed_at) if judged.signed_at else None,
        "secret_label": judged.secret_label,
    }


def attempt(sent: Attempt) -> Json:
    """A request that was sent, with its outcome; `duration_ms` to the microsecond."""
    return {
        "id": sent.id,
        "delivery_id": sent.delivery_id,
        "cause": sent.cause,
        "number": sent.number,
        "target": sent.target,
        "started_at": time(sent.started_at),
        "duration_ms": sent.duration / timedelta(milliseconds=1),
        "status": sent.response.status if sent.response else None,
        "error": sent.error,
        "resigned": sent.resigned,
    }


def shown(record: Record, verdicts: Sequence[Verdict], attempts: Sequence[Attempt]) -> Json:
    """All that is known of a delivery: `delivery` with its headers, its body, its attempts and its verdicts."""
    request = record.delivery.request
    return {
        **delivery(record),
        "headers": headers(request.headers),
        "body": text(whole(request.body)),
        "body_base64": base64(request.body),
        "attempts": [shown_attempt(sent) for sent in attempts],
        "verdicts": [verdict(judged) for judged in verdicts],
    }


def shown_attempt(sent: Attempt) -> Json:
    """An attempt with what was sent and what came back; of a long answer the beginning, and its size."""
    return {
        **attempt(sent),
        "request_headers": headers(sent.request.headers),
        "request_body_sha256": sent.request_sha256.hex() or None,
        **answer(sent.response),
    }


def answer(response: Response | None) -> Json:
    """What came back; of a long body the beginning, and the size of all of it."""
    given = response or Response(0)
    fields = {
        "response_headers": headers(given.headers),
        "response_body": text(given.body, is_cut=given.body_size > len(given.body)),
        "response_body_base64": base64(given.body),
        "response_body_size": max(given.body_size, len(given.body)),
    }
    return fields if response else dict.fromkeys(fields)


def request(what: Request) -> Json:
    """A request as it would be sent."""
    return {
        "method": what.method,
        "url": what.url,
        "headers": headers(what.headers),
        "body_base64": base64(what.body),
    }


def headers(fields: Headers) -> list[list[str]]:
    """Names and values in the order, case and number they came, a character for each byte."""
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in fields]


def whole(body: Body) -> bytes:
    """A body in one piece."""
    return body if isinstance(body, bytes) else b"".join(body.pieces())


def text(body: bytes, *, is_cut: bool = False) -> str | None:
    """A body as text, None if it is not UTF-8; of one that is cut, without the character it is cut in."""
    try:
        return codecs.utf_8_decode(body, "strict", not is_cut)[0]
    except UnicodeDecodeError:
        return None


def base64(body: Body) -> str:
    """A body in base64 (RFC 4648, 4)."""
    return binascii.b2a_base64(whole(body), newline=False).decode()
