"""What a diagnosis is made of: the case, and the case with one mistake undone."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from whcli.errors import WhcliError
from whcli.http import Request
from whcli.model import Secret
from whcli.signing import AnyOf, FirstOf, Scheme
from whcli.signing.scheme import SignatureScheme


class Rival(NamedTuple):
    """Another provider that the request may be of."""

    name: str
    title: str
    scheme: Scheme


Rivals = Callable[[], Iterator[Rival]]
"""The other providers, the likeliest first; called only where it comes to them, as to load them takes a while."""


def no_rivals() -> Iterator[Rival]:
    """None, where nobody knows of others."""
    yield from ()


class Case(NamedTuple):
    """What came, and what it was checked with."""

    scheme: Scheme
    request: Request
    secrets: Sequence[Secret]
    others: Sequence[Secret] = ()
    """Secrets of other endpoints."""
    rivals: Rivals = no_rivals


class Repair(NamedTuple):
    """One mistake undone."""

    cause: str
    told: str
    """The end of the sentence "The signature matches …"; LABEL stands for the secret's."""
    case: Case
    fix: str = ""
    """What to do; empty for what FIX says of the cause."""


LABEL = "{label}"

FIX = {
    "wrong-secret": "Most likely the secret is a wrong one: compare it with what the provider shows.",
    "secret-of-another-endpoint": "Give this endpoint its own secret; each has one of its own.",
    "secret-whitespace": "Remove the space or line end around the secret where it is set.",
    "secret-decoding": "Give the secret exactly as the provider shows it, with its prefix.",
    "body-reserialized": "Pass on the raw body; something between has parsed it and written it anew.",
    "body-newline": "Sign and send the same bytes; an editor, echo or a proxy changed the line ends.",
    "body-encoding": "Sign and send the same bytes; nothing between may decode or encode the body.",
    "body-empty": "Find what consumed the body before it was sent or signed.",
    "stale": "Replay it with --resign, judge it as of another time with --at, or allow more with --tolerance.",
    "future": "Compare this machine's clock with the sender's; one of them is wrong.",
    "missing-header": "Pass each header on under its own name; a gateway or framework between has renamed it.",
    "malformed-header": "Send it as {signature}: {value}; something between has changed it.",
    "wrong-prefix": "Make the sender write it as {signature}: {value}",
    "wrong-encoding": "Make the sender write it as {signature}: {value}",
    "wrong-algorithm": "Make the sender sign {signed} with {algorithm}.",
    "url-mismatch": "Give the URL that the provider calls: --public-url to listen, --url to verify.",
    "timestamp-unit": "Make the sender write, and sign, the time in the unit that `whcli providers NAME` shows.",
    "another-provider": "Name the provider that sent it with --provider, or for the endpoint in whcli.toml.",
    "truncated": "Find what cuts it short: a column, a log, a limit of a proxy.",
    "unknown": "Compare the bytes received with those sent, and the secret with the one that the provider shows.",
}
"""What to do about each cause that `verify` names; in braces, what Scheme.describe says."""


def fix(cause: str, scheme: Scheme) -> str:
    """What to do about a cause, where nothing better is known."""
    return FIX[cause].format_map(scheme.describe())


def leaves(scheme: Scheme) -> Iterator[Scheme]:
    """The schemes that a scheme consists of."""
    if isinstance(scheme, (AnyOf, FirstOf)):
        for each in scheme.schemes:
            yield from leaves(each)
    else:
        yield scheme


def signatures(case: Case) -> Iterator[SignatureScheme]:
    """Those of the schemes that sign content, bound to their defaults; the ones that the request bears first."""
    found = [leaf.bind({}) for leaf in leaves(case.scheme) if isinstance(leaf, SignatureScheme) and _bindable(leaf)]
    yield from sorted(found, key=lambda leaf: not leaf.present(case.request))


def _bindable(leaf: SignatureScheme) -> bool:
    return all(param.default is not None for param in leaf.params)


def usable(scheme: Scheme, secrets: Sequence[Secret]) -> list[Secret]:
    """Those of the secrets that a scheme takes."""
    return [secret for secret in secrets if _takes(scheme, secret)]


def _takes(scheme: Scheme, secret: Secret) -> bool:
    try:
        scheme.check(secret)
    except WhcliError:
        return False
    return True
