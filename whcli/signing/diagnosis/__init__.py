"""Why a signature does not match: the mistakes that are made, undone one at a time until it does.

One mechanism serves every scheme: ask it again, with another secret, another way of signing, another body, header or
URL. What then matches names the cause; what only looks so is said to be likely, in likely.py. Nothing found here is
ever accepted: the outcome stays what it was. Pure, and bounded: each kind of mistake has a budget of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from whcli.http import Request
from whcli.model import Secret, Verdict
from whcli.signing.credential import CredentialScheme
from whcli.signing.detached import DetachedScheme
from whcli.signing.diagnosis.body import bodies
from whcli.signing.diagnosis.carried import carried
from whcli.signing.diagnosis.case import FIX, LABEL, Case, Repair, Rival, Rivals, fix, leaves, no_rivals
from whcli.signing.diagnosis.likely import likely
from whcli.signing.diagnosis.made import rivals, schemes, templates, times
from whcli.signing.diagnosis.secret import rare_secrets, secrets
from whcli.signing.diagnosis.url import urls
from whcli.signing.diagnosis.written import written
from whcli.signing.scheme import SignatureScheme

if TYPE_CHECKING:
    from whcli.signing import Scheme

__all__ = ["BUDGET", "FIX", "Case", "Repair", "Rival", "explain", "fix", "repairs"]

MIB = 1 << 20
OVERHEAD = 1 << 14
"""What a try costs beside its body, in bytes hashed in the same time; of a key pair it is twenty times as much."""
Find = Callable[[Case], Iterator[Repair]]
BUDGET: dict[Find, int] = {
    carried: 4 * MIB,
    secrets: 8 * MIB,
    schemes: 8 * MIB,
    rare_secrets: 4 * MIB,
    written: 8 * MIB,
    times: 4 * MIB,
    urls: 8 * MIB,
    bodies: 16 * MIB,
    templates: 8 * MIB,
    rivals: 4 * MIB,
}
"""The kinds of mistakes, the cheapest and likeliest first, and how many bytes may be hashed for each."""
LOOKED_FOR: dict[str, tuple[Find, ...]] = {
    "mismatch": (secrets, schemes, rare_secrets, written, urls, bodies, templates, times, rivals),
    "malformed": (carried, written, schemes, times, rivals),
    "missing": (carried, templates, rivals),
}
"""By outcome; nothing is looked for where the signature holds, or nothing was checked."""


def explain(  # noqa: PLR0913 - the arguments of a verification, and its verdict
    scheme: Scheme,
    request: Request,
    verdict: Verdict,
    *,
    secrets: Sequence[Secret],
    now: datetime,
    others: Sequence[Secret] = (),
    rivals: Rivals = no_rivals,
) -> Verdict:
    """The verdict with its cause and fix, if a known mistake explains it; the outcome stays. Never raises.

    `others` are secrets of other endpoints, `rivals` gives other providers.
    """
    case = Case(scheme, request, secrets, others, rivals)
    for repair in repairs(case, verdict):
        altered = repair.case
        found = altered.scheme.verify(altered.request, secrets=altered.secrets, now=now)
        if found.outcome in {"valid", "expired"}:
            return verdict._replace(
                reason=f"{_subject(scheme)} matches {repair.told.replace(LABEL, found.secret_label or '')}.",
                cause=repair.cause,
                fix=repair.fix or fix(repair.cause, scheme),
                signed_at=found.signed_at or verdict.signed_at,
                secret_label=found.secret_label,
            )
    return likely(case, verdict)


def _subject(scheme: Scheme) -> str:
    return "The credential" if all(isinstance(leaf, CredentialScheme) for leaf in leaves(scheme)) else "The signature"


def repairs(case: Case, verdict: Verdict) -> Iterator[Repair]:
    """The mistakes undone, as many of each kind as its budget allows."""
    covering = verdict.secret_label is not None or any(
        isinstance(leaf, COVERING) and leaf.present(case.request) for leaf in leaves(case.scheme)
    )
    for find in LOOKED_FOR.get(verdict.outcome, ()) if case.secrets else ():
        if not covering and find in (urls, bodies):
            continue
        left = BUDGET[find]
        for repair in find(case):
            left -= len(repair.case.request.body) + OVERHEAD
            if left < 0:
                break
            yield repair


COVERING = (SignatureScheme, DetachedScheme)
"""The schemes whose signature is over the request; a token is only bound to it, and so is itself good or bad first."""
