"""Signatures of webhooks, both ways: the slots that a scheme reads to verify are those it writes to sign.

Pure: the time, ids and secrets are arguments. A bad signature is data, never an exception.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, Self

from whcli.errors import UsageError
from whcli.http import Request
from whcli.model import Secret, Verdict
from whcli.signing.params import KeySource, Param, settings

__all__ = ["AnyOf", "FirstOf", "KeySource", "Param", "Scheme", "unchecked", "verify"]


class Scheme(Protocol):
    """A way of signing requests."""

    @property
    def timed(self) -> bool:
        """Whether a timestamp is part of what is signed, so that a signature grows old."""
        ...

    @property
    def signs_url(self) -> bool:
        """Whether the URL is part of what is signed, so that the public one has to be known."""
        ...

    @property
    def note(self) -> str:
        """What the signature does not cover, in a sentence; empty where it covers the body. Ends a valid verdict."""
        ...

    @property
    def needs_secret(self) -> bool:
        """Whether nothing can be said without a secret; not so where a key is fetched, or nothing is signed."""
        ...

    @property
    def params(self) -> tuple[Param, ...]:
        """What has to be known beside the secret; none once it is bound."""
        ...

    def bind(self, params: Mapping[str, str]) -> "Scheme":
        """The scheme with its params known. Raises UsageError for a name unknown or missing."""
        ...

    def key_source(self, request: Request) -> KeySource | None:
        """Where the key of the request is to be fetched; None for a scheme, or a request, that names none."""
        ...

    def present(self, request: Request) -> bool:
        """Whether the request bears a signature of this scheme."""
        ...

    def verify(
        self, request: Request, *, secrets: Sequence[Secret], now: datetime, tolerance: timedelta | None = None
    ) -> Verdict:
        """What to think of the request's signature, at the cost of one check; never raises.

        `secrets` are one or more that `check` let pass; `tolerance` None is the scheme's own.
        """
        ...

    def sign(self, request: Request, *, secret: Secret, now: datetime, id: str | None = None) -> Request:
        """The request signed as of now, in the place of an older signature. Raises UsageError."""
        ...

    def check(self, secret: Secret) -> None:
        """Raises UsageError for what cannot be a secret of this scheme; never shows its value."""
        ...

    def make_secret(self, entropy: bytes) -> str:
        """A new secret of the provider's own form, out of at least 32 random bytes."""
        ...

    def public_key(self, secret: Secret) -> str | None:
        """The public half of a key pair as the provider shows it; None for a shared secret. Raises UsageError."""
        ...

    def describe(self) -> dict[str, str]:
        """Signature header, value, algorithm, what is signed, encoding, tolerance, in words."""
        ...

    def alternatives(self) -> "Iterator[tuple[str, str, Scheme]]":
        """What a signer may have done instead: cause, words for a sentence, and the scheme it then used."""
        ...


def _takes(scheme: Scheme, secret: Secret) -> bool:
    try:
        scheme.check(secret)
    except UsageError:
        return False
    return True


class _Several(NamedTuple):
    schemes: tuple[Scheme, ...]
    usual: int = 0
    """Which of them signs a request that bears no signature yet."""

    @property
    def timed(self) -> bool:
        """Whether a timestamp is part of what is signed."""
        return any(scheme.timed for scheme in self.schemes)

    @property
    def signs_url(self) -> bool:
        """Whether the URL is part of what is signed."""
        return any(scheme.signs_url for scheme in self.schemes)

    @property
    def note(self) -> str:
        """What the usual signature does not cover."""
        return self.schemes[self.usual].note

    @property
    def needs_secret(self) -> bool:
        """Whether nothing can be said without a secret."""
        return all(scheme.needs_secret for scheme in self.schemes)

    @property
    def params(self) -> tuple[Param, ...]:
        """What has to be known beside the secret, each once."""
        return tuple(dict.fromkeys(param for scheme in self.schemes for param in scheme.params))

    def bind(self, params: Mapping[str, str]) -> Self:
        """Each of the schemes bound to what it knows. Raises UsageError for a name unknown or missing."""
        known = settings(self.params, params)
        return self._replace(
            schemes=tuple(
                scheme.bind({param.name: known[param.name] for param in scheme.params if param.name in known})
                for scheme in self.schemes
            )
        )

    def key_source(self, request: Request) -> KeySource | None:
        """Where the key of the first scheme that the request bears is to be fetched."""
        borne = (scheme for scheme in self.schemes if scheme.present(request))
        return next((source for scheme in borne if (source := scheme.key_source(request))), None)

    def present(self, request: Request) -> bool:
        """Whether the request bears a signature of one of the schemes."""
        return any(scheme.present(request) for scheme in self.schemes)

    def check(self, secret: Secret) -> None:
        """Raises UsageError for what cannot be a secret of any of the schemes."""
        if not any(_takes(scheme, secret) for scheme in self.schemes):
            self.schemes[self.usual].check(secret)

    def _signer(self, secret: Secret) -> Scheme:
        """The usual scheme, or the first that takes the secret where the usual one does not."""
        usual = self.schemes[self.usual]
        return next((scheme for scheme in (usual, *self.schemes) if _takes(scheme, secret)), usual)

    def make_secret(self, entropy: bytes) -> str:
        """A new secret, out of at least 32 random bytes."""
        return self.schemes[self.usual].make_secret(entropy)

    def public_key(self, secret: Secret) -> str | None:
        """The public half of a key of the scheme that takes it."""
        return self._signer(secret).public_key(secret)

    def describe(self) -> dict[str, str]:
        """The usual scheme in words, and the signature headers of the others."""
        words = self.schemes[self.usual].describe()
        others = dict.fromkeys(scheme.describe()["signature"] for scheme in self.schemes)
        also = [name for name in others if name != words["signature"]]
        return words | ({"also": ", ".join(also)} if also else {})

    def alternatives(self) -> "Iterator[tuple[str, str, Scheme]]":
        """What a signer by any of the schemes may have done instead."""
        for scheme in self.schemes:
            yield from scheme.alternatives()


class AnyOf(_Several):
    """Spellings of one signature: valid if one is, else what tells most."""

    __slots__ = ()

    def verify(
        self, request: Request, *, secrets: Sequence[Secret], now: datetime, tolerance: timedelta | None = None
    ) -> Verdict:
        """The best of the schemes' verdicts."""
        best: Verdict | None = None
        for scheme in self.schemes:
            verdict = scheme.verify(request, secrets=secrets, now=now, tolerance=tolerance)
            if verdict.outcome == "valid":
                return verdict
            if best is None or TELLING.index(verdict.outcome) < TELLING.index(best.outcome):
                best = verdict
        assert best is not None, "at least one scheme"
        return best

    def sign(self, request: Request, *, secret: Secret, now: datetime, id: str | None = None) -> Request:
        """Signed in the usual spelling."""
        return self._signer(secret).sign(request, secret=secret, now=now, id=id)


class FirstOf(_Several):
    """Schemes from strong to weak: the first that a request bears decides, so that nothing can be stripped to.

    A good weak signature beside a bad strong one is refused.
    """

    __slots__ = ()

    def verify(
        self, request: Request, *, secrets: Sequence[Secret], now: datetime, tolerance: timedelta | None = None
    ) -> Verdict:
        """The verdict of the first scheme that the request bears; what is valid is borne."""
        for scheme in self.schemes:
            verdict = scheme.verify(request, secrets=secrets, now=now, tolerance=tolerance)
            if verdict.outcome == "valid" or scheme.present(request):
                return verdict
        return self.schemes[self.usual].verify(request, secrets=secrets, now=now, tolerance=tolerance)

    def sign(self, request: Request, *, secret: Secret, now: datetime, id: str | None = None) -> Request:
        """Signed by each scheme that the request bears, else by the usual one; the strongest writes last."""
        borne = [scheme for scheme in self.schemes if scheme.present(request) and _takes(scheme, secret)]
        for scheme in reversed(borne or [self._signer(secret)]):
            request = scheme.sign(request, secret=secret, now=now, id=id)
        return request


TELLING = ("valid", "expired", "mismatch", "malformed", "missing", "unchecked")
"""Outcomes from the one that tells most."""


def verify(  # noqa: PLR0913 - the arguments of Scheme.verify, and where else to look
    scheme: Scheme,
    request: Request,
    *,
    secrets: Sequence[Secret],
    now: datetime,
    tolerance: timedelta | None = None,
    others: Sequence[Secret] = (),
) -> Verdict:
    """The scheme's verdict; a mismatch is looked into, and its cause named where one is found.

    Looking costs some hundred checks of the body, and only for a mismatch: a listener under attack may prefer
    `scheme.verify`. `others` are secrets of other endpoints, tried to tell a mix-up. Never raises.
    """
    verdict = scheme.verify(request, secrets=secrets, now=now, tolerance=tolerance)
    if verdict.outcome != "mismatch":
        return verdict
    from whcli.signing.diagnosis import explain

    return explain(scheme, request, verdict, secrets=secrets, now=now, others=others)


UNSIGNED = Verdict(
    "missing",
    "No header tells whose signature this is.",
    cause="missing-header",
    fix='Name the sender with --provider, or with provider = "NAME" at the endpoint in whcli.toml.',
)
"""The verdict where a secret is known, but not by whose scheme to use it: what bears no signature is not let in."""


def unchecked(provider: str | None) -> Verdict:
    """The verdict where nobody knows who sent it, or nobody has the named provider's secret."""
    if provider is None:
        fix = "Name the sender with --provider, or have it call /webhook/NAME; `whcli providers` lists the names."
        return Verdict("unchecked", "The sender is not known from the headers, so nothing was checked.", fix=fix)
    fix = f"Give it with --provider {provider} --secret env:NAME, or for the endpoint in whcli.toml."
    return Verdict("unchecked", f"No secret is known for {provider}, so nothing was checked.", fix=fix)
