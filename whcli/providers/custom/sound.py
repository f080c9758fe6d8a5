"""What the keys of a record must mean together: a scheme that looks right and proves nothing is a mistake, too."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from whcli.providers.custom.mistake import Mistake
from whcli.providers.custom.values import KEY_PAIRS
from whcli.signing import content
from whcli.signing.credential import CredentialScheme
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slot import PARAM
from whcli.signing.slots import Header, Query, Slot

WHOLE = frozenset({"body", "params"})
"""Fields that hold a body, or a form, whole."""
PARTLY = "The body is not covered as a whole."

Said = tuple[str, str, str]
"""A key, what is wrong with it, and what mends that."""


def checked(scheme: SignatureScheme) -> SignatureScheme:
    """The scheme with a note where the body is not covered. Raises Mistake."""
    if scheme.parts:  # of a built-in record, which says itself what its fields cover
        return scheme
    fields = content.fields(scheme.signed)
    for key, wrong, hint in (*_timing(scheme, fields), *_keying(scheme, fields), *_circling(scheme, fields)):
        raise Mistake((key,), wrong, hint=hint)
    check_params(scheme)
    return scheme if scheme.note or WHOLE & set(fields) else scheme._replace(note=PARTLY)


def _timing(scheme: SignatureScheme, fields: tuple[str, ...]) -> Iterator[Said]:
    """Whoever can write the time or the id anew without breaking the signature can send the request again."""
    for key, slot in (("timestamp", scheme.timestamp), ("id", scheme.id)):
        if slot is None and key in fields:
            yield "signed", f"signed names {{{key}}}, and nothing says where it is", f'{key} = "header:X-Acme-{key}"'
        if slot is not None and key not in fields and not (slot.in_body and "body" in fields):
            yield key, f"the {key} is not part of what is signed", f'signed = "{{{key}}}.{scheme.signed}"'


def _keying(scheme: SignatureScheme, fields: tuple[str, ...]) -> Iterator[Said]:
    keyed = scheme.algorithm.startswith("hmac-")
    if not keyed and scheme.key != "text":
        yield "key", f"key is for hmac-…; {scheme.algorithm} takes the secret as it is", "leave key out"
    if keyed or scheme.algorithm in KEY_PAIRS:
        if "secret" in fields:
            yield "signed", f"signed holds the secret, which {scheme.algorithm} has as its key", "leave {secret} out"
    elif "secret" not in fields:
        hint = f'algorithm = "hmac-{scheme.algorithm}", or signed = "{{secret}}{scheme.signed}"'
        yield "signed", f"anyone can make a {scheme.algorithm} of that: it holds no {{secret}}", hint


def _circling(scheme: SignatureScheme, fields: tuple[str, ...]) -> Iterator[Said]:
    """A signature cannot be part of what it signs, nor lie where something else does."""
    if any(_meet(scheme.signature, slot) for slot in content.slots(scheme.signed)):
        yield "signed", f"signed names the place of the signature, {scheme.signature.where}", 'signed = "{body}"'
    places = {"signature": scheme.signature, "timestamp": scheme.timestamp, "id": scheme.id}
    for (_, first), (key, second) in combinations(places.items(), 2):
        if first is not None and second is not None and _meet(first, second):
            yield key, f"{second.where} is the place of something else, too", f'{key} = "header:X-Acme-{key}"'
    if scheme.signature.in_body and (WHOLE | {"crc32"}) & set(fields):
        yield "signature", "the signature is in the body, and the body is signed", 'signed = "{timestamp}{json:id}"'
    if isinstance(scheme.signature, Query) and content.signs_url(scheme.signed):
        yield "signature", "the signature is in the URL, and the URL is signed", 'signed = "{body}"'


def _meet(one: Slot, other: Slot) -> bool:
    """Whether to write one slot is to write over the other."""
    carriers = [getattr(slot, "carrier", slot).where.lower() for slot in (one, other)]
    if carriers[0] != carriers[1]:
        return False
    kinds = [(type(slot), getattr(slot, "separator", b"")) for slot in (one, other)]
    return one.where == other.where or kinds[0] != kinds[1] or isinstance(one, Header)


def check_params(scheme: SignatureScheme | CredentialScheme) -> None:
    """Raises Mistake for a param that is named and not told of, or told of and nowhere named."""
    places = [scheme.signature.name]
    if isinstance(scheme, SignatureScheme):
        slots = (scheme.timestamp, scheme.id)
        places += [scheme.signed, scheme.prefix, *(slot.name for slot in slots if slot is not None)]
    named = {name for place in places for name in PARAM.findall(place)}
    told = {param.name for param in scheme.params}
    for name in sorted(named - told):
        raise Mistake((), f"{{param:{name}}} is nowhere told of", hint=f'params = {{ {name} = "Where it is found" }}')
    for name in sorted(told - named):
        raise Mistake(
            ("params", name), f"the param {name} is not used", hint=f"write {{param:{name}}} where it belongs"
        )
