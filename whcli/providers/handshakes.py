"""Handshakes: what a provider asks of an endpoint before, or while, it sends there, and what it wants to hear.

One value serves both directions: the listener answers by it, `send --handshake` asks by it. They are made of few
parts: what tells the request (method, and slots that hold something), the challenge in it, and what is given back
(text, JSON or a header with the challenge, or with a MAC of it). Nothing here opens a socket.

Text that is given back is somebody else's: it is short, printable, and never taken for a page by a browser. A MAC
is given of what looks like a token and of nothing else: the same secret signs bodies, and none of them may be had
signed by asking.
"""

import hmac
import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from whcli.http import Headers, Request, Response
from whcli.model import Secret
from whcli.reply import refusal
from whcli.signing.hosts import trusted
from whcli.signing.params import ANY, Param, settings
from whcli.signing.slots import Form, Header, Query, Slot, parse_json

PRINTABLE = r"[ -~]{1,1024}"
TOKENLIKE = r"[A-Za-z0-9_.~+/=:-]{1,256}"
"""What a MAC is given of: no brace, quote or space, so never a JSON body, and no `&`, so hardly a form."""

NO_CONTENT = 204
LONGEST = 1024
"""Bytes of one value that is read."""
NOSNIFF = (b"X-Content-Type-Options", b"nosniff")
TEXT = Headers([(b"Content-Type", b"text/plain; charset=utf-8"), NOSNIFF])
JSON = Headers([(b"Content-Type", b"application/json"), NOSNIFF])

Proof = Callable[[str, str], str]
"""Of a secret and a challenge."""


def mac(algorithm: str = "sha256", *, encoding: str = "hex", prefix: str = "") -> Proof:
    """The HMAC of the challenge, keyed with the secret's text."""

    def proof(secret: str, challenge: str) -> str:
        digest = hmac.digest(secret.encode(), challenge.encode(), algorithm)
        return prefix + (digest.hex() if encoding == "hex" else b64encode(digest).decode())

    return proof


class Handshake(NamedTuple):
    """One question of a provider, and the answer."""

    name: str
    """As in `send --handshake --event NAME`."""
    method: str = "POST"
    when: tuple[tuple[Slot, str | None], ...] = ()
    """What tells the question: each slot holds the text, or anything."""
    challenge: Slot | None = None
    """Holds what is given back; its presence belongs to what tells the question."""
    form: str = ""
    """A challenge is of this form as a whole, or the request is no handshake. Empty: TOKENLIKE for a proof, else
    PRINTABLE."""
    proof: Proof | None = None
    reply: str | Mapping[str, Any] | None = None
    """Text, or a JSON object. `{challenge}`, `{proof}` and the names of params stand for their values."""
    status: int = 200
    back: Header | None = None
    """A header in which the challenge is given back."""
    needs: tuple[Param, ...] = ()
    """What the reply is made of, beside the challenge and the secret."""
    token: tuple[Slot, Param] | None = None
    """Where the question proves who asks, by a text that the user chose."""
    signed: bool = False
    """Whether the question is signed as any delivery: it is answered only where the verdict lets it in."""
    ordinary: bool = False
    """Whether it is a delivery as any other, which only wants an answer of its own."""
    refused: Response | None = None
    """What the provider wants to hear where the signature is wrong; None for the listener's own refusal."""
    visit: tuple[Slot, str] | None = None
    """Holds a URL to be called for the subscription to begin, and an expression of the hosts that it may have."""
    visit_for: Param | None = None
    """What has to be set for that: a question signed by the provider may still be about somebody else's account."""
    sample: Mapping[str, Any] | None = None
    """The JSON body of the question; `{challenge}` stands for it."""
    also: Mapping[str, str] | None = None
    """Another answer that the provider takes: a JSON object."""
    hint: str = ""
    """What is left for the user to do, in a sentence."""

    @property
    def params(self) -> tuple[Param, ...]:
        """What has to be known to answer, beside the secret."""
        return (*self.needs, self.token[1]) if self.token else self.needs

    def asked(self, request: Request) -> bool:
        """Whether the request is this question."""
        if request.method != self.method or not all(_holds(request, slot, text) for slot, text in self.when):
            return False
        return self.challenge is None or self._challenge(request) is not None

    def answer(
        self, request: Request, *, secrets: Sequence[Secret] = (), params: Mapping[str, str] = {}
    ) -> Response | None:
        """The answer, or None for a request that is not this question.

        Whoever calls has judged the signature of a question that is `signed`, and puts the secret that fitted
        first. 403 for a question that cannot be answered: without a secret, or with another token than ours.
        """
        if not self.asked(request):
            return None
        if self.token is not None and (refused := _wrong_token(*self.token, request, params)):
            return refused
        if unknown := [param.name for param in self.needs if not params.get(param.name)]:
            return refusal(403, f"No {unknown[0]} is set here.")
        if self.proof is not None and not secrets:
            return refusal(403, "No secret is known here to answer with.")
        challenge = self._challenge(request) or ""
        said = {**params, "challenge": challenge, "proof": ""}
        if self.proof is not None:
            said["proof"] = self.proof(secrets[0].value, challenge)
        answer = self._reply(said)
        return (
            answer._replace(headers=self.back.put(_bearing(answer), challenge.encode()).headers)
            if self.back
            else answer
        )

    def _challenge(self, request: Request) -> str | None:
        held = _held(self.challenge, request) if self.challenge is not None else None
        form = self.form or (TOKENLIKE if self.proof else PRINTABLE)
        return held if held is not None and re.fullmatch(form, held) else None

    def _reply(self, said: Mapping[str, str]) -> Response:
        if self.reply is None:  # of an answer without a body Discord wants to know the kind all the same
            return Response(self.status, JSON if self.status == NO_CONTENT else Headers())
        text = isinstance(self.reply, str)
        body = _filled(self.reply, said) if isinstance(self.reply, str) else _json(_filled(self.reply, said))
        return Response(self.status, TEXT if text else JSON, body.encode(), len(body.encode()))

    def visited(self, request: Request, params: Mapping[str, str] = {}) -> str | None:
        """The URL to call for the subscription to begin, of the provider's own hosts; None where there is none.

        None, too, where the param is not set that tells whose subscription it is. Never called unless the user asks
        for it.
        """
        if self.visit is None or not self.asked(request):
            return None
        if self.visit_for is not None and params.get(self.visit_for.name, ANY) == ANY:
            return None
        url = _held(self.visit[0], request)
        return url if url is not None and trusted(url, self.visit[1]) else None

    def request(self, url: str, *, challenge: str, params: Mapping[str, str] = {}) -> Request:
        """The question as the provider asks it; one that is `signed` is signed by whoever sends it.

        20 to 32 hex digits are a challenge for every provider. Raises UsageError for a param that is missing.
        """
        body, headers = b"", Headers()
        if self.sample is not None:
            body = _json(_filled(self.sample, {"challenge": challenge})).encode()
            headers = Headers([(b"Content-Type", b"application/json")])
        elif any(isinstance(slot, Form) for slot, _ in self.when):
            headers = Headers([(b"Content-Type", b"application/x-www-form-urlencoded")])
        asked = Request(self.method, url, headers, body)
        if self.token is not None:
            slot, param = self.token
            asked = slot.put(asked, settings([param], params)[param.name].encode())
        for slot, text in self.when:
            asked = asked if _holds(asked, slot, text) else slot.put(asked, (text or challenge).encode())
        if self.challenge is not None and self._challenge(asked) != challenge:
            asked = self.challenge.put(asked, challenge.encode())
        return asked

    def unmet(
        self, request: Request, response: Response, *, secrets: Sequence[Secret] = (), params: Mapping[str, str] = {}
    ) -> str | None:
        """What is wrong with a receiver's answer to a question, in a sentence; None where the provider is content."""
        wanted = self.answer(request, secrets=secrets, params=params)
        if wanted is None or not _ok(wanted.status):
            return "The question cannot be judged without the secret and the params that answer it."
        if not _ok(response.status):
            return f"It answered {response.status}; {wanted.status} is wanted."
        if self.back is not None and self.back.lines(_bearing(response)) != self.back.lines(_bearing(wanted)):
            return f"It did not give back {self.back.name}."
        if isinstance(self.reply, str):
            said = parse_json(response.body)
            other = self.also and said == _filled(self.also, {"challenge": self._challenge(request) or ""})
            return None if response.body == wanted.body or other else "Its body is not the text that is wanted."
        if self.reply is not None:
            said, right = parse_json(response.body), parse_json(wanted.body)
            if not isinstance(said, dict) or not said.items() >= right.items():
                return f"Its body is not a JSON object with the right {' and '.join(right)}."
        return None


def _ok(status: int) -> bool:
    return 200 <= status < 300  # noqa: PLR2004 - RFC 9110, 15.3


def _bearing(response: Response) -> Request:
    """A response's headers where slots read them."""
    return Request("", "", response.headers)


def _held(slot: Slot, request: Request) -> str | None:
    """What a slot holds, said once, as printable text; else None."""
    lines = slot.lines(request)
    text = lines[0].decode("utf-8", "replace") if len(lines) == 1 and len(lines[0]) <= LONGEST else ""
    return text if text.isprintable() and text else None


def _holds(request: Request, slot: Slot, text: str | None) -> bool:
    held = _held(slot, request)
    return held is not None and text in (None, held)


def _wrong_token(slot: Slot, param: Param, request: Request, params: Mapping[str, str]) -> Response | None:
    """A refusal of a question whose token is not the one that the user chose, or where none was chosen."""
    if not params.get(param.name):
        return refusal(403, f"No {param.name} is set here.")
    held = _held(slot, request) or ""
    if hmac.compare_digest(held.encode(), params[param.name].encode()):
        return None
    return refusal(403, f"The {slot.name} is not the one set here.")


def _filled(value: Any, said: Mapping[str, str]) -> Any:
    """A template with its names replaced; what they stand for is not looked into again."""
    if isinstance(value, str):
        return value.format_map(said)
    if isinstance(value, Mapping):
        return {key: _filled(each, said) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_filled(each, said) for each in value]
    return value


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def echo(slot: Slot, *, name: str = "challenge", method: str = "GET", signed: bool = False, **more: Any) -> Handshake:
    """A handshake that wants the challenge of a slot back as plain text."""
    return Handshake(name, method, challenge=slot, reply="{challenge}", signed=signed, **more)


def quiet(name: str, method: str = "POST", *when: tuple[Slot, str | None], signed: bool = False) -> Handshake:
    """A handshake that wants an empty 200."""
    return Handshake(name, method, when, signed=signed)


VERIFY_TOKEN = Param("verify_token", "the text that you chose as Verify Token in the app's Webhooks settings")

META = Handshake(
    "subscribe",
    "GET",
    ((Query("hub.mode"), "subscribe"),),
    challenge=Query("hub.challenge"),
    reply="{challenge}",
    token=(Query("hub.verify_token"), VERIFY_TOKEN),
)
"""Of WhatsApp, Facebook, Messenger and Instagram (developers.facebook.com, graph-api/webhooks/getting-started)."""


def recognized(handshakes: Sequence[Handshake], request: Request) -> Handshake | None:
    """The first of the handshakes that a request is."""
    return next((handshake for handshake in handshakes if handshake.asked(request)), None)


def answered(
    handshakes: Sequence[Handshake],
    request: Request,
    *,
    accepted: bool,
    secrets: Sequence[Secret] = (),
    params: Mapping[str, str] = {},
) -> Response | None:
    """What to answer a request that is one of the handshakes, else None.

    One that is `signed` is answered only where the verdict let it in; where it did not, there may be a refusal that
    the provider wants to hear. The secret that fitted comes first.
    """
    handshake = recognized(handshakes, request)
    if handshake is None:
        return None
    if handshake.signed and not accepted:
        return handshake.refused
    return handshake.answer(request, secrets=secrets, params=params)
