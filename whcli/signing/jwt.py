"""JSON Web Tokens (RFC 7519): a signed token in a header, whose claims bind it to this body, URL and hour."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from whcli import digest
from whcli.http import Request
from whcli.model import Secret, Verdict
from whcli.signing import claim
from whcli.signing.age import LAST_SECOND, span, too_far
from whcli.signing.credential import absent
from whcli.signing.params import KeySource, Param, lacking, settings
from whcli.signing.slots import Slot, fill

if TYPE_CHECKING:
    from whcli.signing.jws import Token


class Bound(NamedTuple):
    """A claim that binds the token to the request."""

    name: str
    make: Callable[[Request], str | None]
    """What it says of a request; None where it is to be absent."""
    told: str = "body"
    """What it covers: `body`, `URL`, or `path` with its query, whatever the host."""


def body_hex(request: Request) -> str:
    """The body's SHA-256 in hex."""
    return digest.sha256(request.body).hex()


def body_hex_if_any(request: Request) -> str | None:
    """The same, but nothing of an empty body."""
    return body_hex(request) if len(request.body) else None


def body_base64(request: Request) -> str:
    """The body's SHA-256 in base64."""
    return b64encode(digest.sha256(request.body)).decode()


def body_base64url(request: Request) -> str:
    """The body's SHA-256 in base64url, with its padding."""
    return body_base64(request).translate(str.maketrans("+/", "-_"))


def url(request: Request) -> str:
    """The URL that was called."""
    return request.url


def url_hex(request: Request) -> str:
    """The URL's SHA-256 in hex."""
    return digest.sha256(request.url.encode("utf-8", "backslashreplace")).hex()


class JwtScheme(NamedTuple):
    """A token in a slot of the request. A secret is a shared one, or a key in any form that jwk.py reads."""

    signature: Slot
    algorithms: tuple[str, ...] = ("HS256",)
    """Those taken, of jws.ALGORITHMS; which of them a token may have follows from the secret. The first signs."""
    prefix: str = ""
    """Stands before the token: `Bearer `."""
    bound: tuple[Bound, ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()
    """Claims of one value each; `{param:NAME}` stands for a setting."""
    times: tuple[str, ...] = ()
    """Those of `iat`, `nbf` and `exp` that each token has. One that is there counts, asked for or not."""
    life: timedelta = timedelta(minutes=5)
    """From `iat` and `nbf` to `exp`, of tokens that are made here."""
    leeway: timedelta = timedelta(0)
    """How far now may be past `exp` or before `nbf`; from `iat`, on either side, where a token has no `exp`."""
    id_claim: str = ""
    """The claim that holds the event's id: `jti`; empty for none."""
    adds: tuple[tuple[str, str], ...] = ()
    """Claims that tokens made here have too, and that none is asked for."""
    note: str = ""
    params: tuple[Param, ...] = ()
    needs_secret: bool = True

    @property
    def timed(self) -> bool:
        """Whether each token says when it was made or ends."""
        return bool(self.times)

    @property
    def signs_url(self) -> bool:
        """Whether a claim is about the URL, so that the public one has to be known."""
        return any(each.told == "URL" for each in self.bound)

    def bind(self, params: Mapping[str, str]) -> "JwtScheme":
        """The scheme with its fixed claims known. Raises UsageError for a param unknown or missing."""
        known = settings(self.params, params)
        return self._replace(fixed=tuple((name, fill(value, known)) for name, value in self.fixed), params=())

    def key_source(self, request: Request) -> KeySource | None:  # noqa: ARG002 - as all schemes
        """None: the secret is given, a JWK Set of several keys included."""
        return None

    def present(self, request: Request) -> bool:
        """Whether the request bears a token here."""
        prefix = self.prefix.encode()
        return any(line.startswith(prefix) and line.count(b".") > 1 for line in self.signature.lines(request))

    def verify(
        self, request: Request, *, secrets: Sequence[Secret], now: datetime, tolerance: timedelta | None = None
    ) -> Verdict:
        """What to think of the token: its signature, then what it is bound to, then its age; never raises."""
        from whcli.signing import jws

        found = lacking(self.params, secrets) or self._read(request)
        if isinstance(found, Verdict):
            return found
        token, claims = found
        secret = jws.maker(token, secrets)
        if secret is None:
            return claim.mismatch(secrets, None)._replace(reason=_unmade(secrets))
        wrong = self._unbound(request, claims) or self._untimely(request, claims, now, tolerance)
        signed_at = _moment(claims) if self.timed else None
        if wrong is not None:
            return wrong._replace(signed_at=signed_at, secret_label=secret.label)
        return Verdict("valid", _signed(secret, self.note), signed_at=signed_at, secret_label=secret.label)

    def _read(self, request: Request) -> "tuple[Token, Mapping[str, Any]] | Verdict":
        """The token and its claims, or why there are none to check."""
        from whcli.signing import jws

        lines = self.signature.lines(request)
        if len(lines) != 1:
            return absent(self.signature, len(lines))
        if not lines[0].startswith(self.prefix.encode()):
            fix = f"Send it as {self.signature.name}: {self.prefix}<token>"
            return Verdict("malformed", f"{self.prefix}is missing before the token.", "wrong-prefix", fix)
        try:
            token = jws.read(lines[0][len(self.prefix) :], algorithms=self.algorithms)
            return token, token.claims()
        except jws.BadToken as bad:
            return _malformed(f"What {self.signature.where} holds {bad}.")

    def _unbound(self, request: Request, claims: Mapping[str, Any]) -> Verdict | None:
        """A verdict on a good token that is for another request."""
        for name, value in self.fixed:
            if claims.get(name) != value:
                return _elsewhere(f"its {name} is not {value}", "Compare the secret and params with this endpoint's.")
        for each in self.bound:
            wanted, said = each.make(request), claims.get(each.name)
            if said != wanted and not (isinstance(said, str) and wanted and said == wanted.rstrip("=")):
                if each.told != "body":
                    fix = "Give the URL that the provider calls: --public-url to listen, --url to verify."
                    return _elsewhere(f"its {each.name} is that of another {each.told}", fix)._replace(
                        cause="url-mismatch"
                    )
                fix = "Compare the bytes received with those sent; nothing between may rewrite the body."
                return _elsewhere(f"its {each.name} is that of another body", fix)
        return None

    def _untimely(
        self, request: Request, claims: Mapping[str, Any], now: datetime, tolerance: timedelta | None
    ) -> Verdict | None:
        """A verdict on a good token that is too old or too new (RFC 7519, 4.1.4 to 4.1.6)."""
        allowed = tolerance if tolerance is not None else self.leeway
        for name in ("iat", "nbf", "exp"):
            if not _is_time(claims.get(name)) and (name in claims or name in self.times):
                return _malformed(f"The token's {name} is not a number of seconds.")
        seconds, leeway = now.timestamp(), allowed.total_seconds()
        if "exp" in claims and claims["exp"] < seconds - leeway:
            return _expired(seconds - claims["exp"], "ended", leeway)
        if "nbf" in claims and claims["nbf"] > seconds + leeway:
            return _expired(seconds - claims["nbf"], "begins", leeway)
        if "exp" not in claims and "iat" in self.times:
            return too_far(request, int(claims["iat"]), now, allowed)
        return None

    def sign(self, request: Request, *, secret: Secret, now: datetime, id: str | None = None) -> Request:
        """The request with a token made now, in the place of an older one. Raises UsageError."""
        from whcli.signing import jws

        if self.params:
            return self.bind({}).sign(request, secret=secret, now=now, id=id)
        key = jws.signing_key(secret, self.algorithms)
        algorithm = next(each for each in self.algorithms if jws.ALGORITHMS[each][0] == key.kind)
        made: dict[str, object] = dict(self.adds + self.fixed)
        seconds = int(now.timestamp())
        made |= {name: seconds + int(self.life.total_seconds() if name == "exp" else 0) for name in self.times}
        made |= {each.name: said for each in self.bound if (said := each.make(request)) is not None}
        if self.id_claim:
            made[self.id_claim] = id or f"msg_{digest.sha256(request.body).hex()[:24]}{seconds}"
        header = {"alg": algorithm, "typ": "JWT"} | ({"kid": key.id} if key.id else {})
        token = jws.write(header, json.dumps(made, separators=(",", ":")).encode(), key)
        return self.signature.put(request, self.prefix.encode() + token.encode())

    def check(self, secret: Secret) -> None:
        """Raises UsageError for what is no key of these algorithms; never shows it."""
        from whcli.signing import jws

        jws.check(secret, self.algorithms)

    def make_secret(self, entropy: bytes) -> str:
        """A new secret, or a private key as a JWK, out of at least 32 random bytes."""
        from whcli.signing import jws

        return jws.make_secret(entropy, self.algorithms)

    def public_key(self, secret: Secret) -> str | None:
        """The public half, for the receiver; None for a shared secret."""
        from whcli.signing import jws

        return jws.public_key(secret)

    def describe(self) -> dict[str, str]:
        """The scheme in words, for a listing."""
        covered = [f"{each.name}: {each.told}" for each in self.bound]
        words = {
            "signature": self.signature.name,
            "value": self.signature.shape(f"{self.prefix}<JWT>"),
            "algorithm": " or ".join(self.algorithms),
            "signed": f"claims{' (' + ', '.join(covered) + ')' if covered else ''}",
            "encoding": "base64url",
        }
        if self.timed:
            words["timestamp"] = f"claims {', '.join(self.times)}"
            words["tolerance"] = span(self.leeway.total_seconds())
        return words | ({"id": f"claim {self.id_claim}"} if self.id_claim else {})

    def alternatives(self) -> "Iterator[tuple[str, str, JwtScheme]]":
        """The token with, or without, what stands before it; and by an algorithm that is not taken."""
        for prefix in {"", "Bearer "} - {self.prefix}:
            yield "wrong-prefix", f"written after {prefix or 'nothing'}", self._replace(prefix=prefix)


def _is_time(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= LAST_SECOND


def _moment(claims: Mapping[str, Any]) -> datetime | None:
    said = next((claims[name] for name in ("iat", "nbf") if _is_time(claims.get(name))), None)
    return datetime.fromtimestamp(said, UTC) if said is not None else None


def _signed(secret: Secret, note: str) -> str:
    return f"Signed with {secret.label}. {note}".rstrip()


def _unmade(secrets: Sequence[Secret]) -> str:
    return f"The token is not one that {', '.join(secret.label for secret in secrets)} made."


def _malformed(reason: str) -> Verdict:
    return Verdict("malformed", reason, "malformed-header", "Compare the token with what the provider documents.")


def _elsewhere(what: str, fix: str) -> Verdict:
    return Verdict("mismatch", f"The token is genuine, but for another request: {what}.", "unknown", fix)


def _expired(age: float, verb: str, leeway: float) -> Verdict:
    if age > 0:
        fix = "Replay it with --resign, judge it as of another time with --at, or allow more with --tolerance."
        reason = f"The token is genuine, but it {verb} {span(age)} ago; the tolerance is {span(leeway)}."
        return Verdict("expired", reason, "stale", fix)
    fix = "Compare this machine's clock with the sender's; one of them is wrong."
    reason = f"The token is genuine, but it {verb} in {span(age)}; the tolerance is {span(leeway)}."
    return Verdict("expired", reason, "future", fix)
