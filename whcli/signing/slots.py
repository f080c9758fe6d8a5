"""All kinds of slots, and their text form: what templates and whcli.toml name a slot by.

header:X-Signature          the whole value of a header
pair:Stripe-Signature:v1    one key's values in a header like `t=…,v1=…`; `pair:X-Sig:h1:;` for another separator
listed:webhook-signature:v1 one version's values in a header like `v1,… v1a,…`
items:X-Sig                 a header's values between commas; `items:X-Sig:1` from the second on, `…:0:1` the first
json:data.0.id              a value in a JSON body
form:signature              a field of a form
multipart:json              a field of a multipart form
query:data.id               a parameter of the URL
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from whcli.signing.inside import Form, Json, Multipart, Query, is_form, parse_form, parse_json
from whcli.signing.lists import MOST_ITEMS, Items, Listed, Pair
from whcli.signing.slot import AnyHeader, Header, Slot, clean, fill

__all__ = [
    "AnyHeader",
    "Form",
    "Header",
    "Items",
    "Json",
    "Listed",
    "Multipart",
    "Pair",
    "Query",
    "Slot",
    "clean",
    "fill",
    "is_form",
    "parse_form",
    "parse_json",
    "slot",
]


def _pair(header: str, key: str, separator: str = ",") -> Slot:
    return Pair(header, key, separator=separator)


def _items(header: str, start: str = "0", stop: str = "") -> Slot:
    first, last = int(start), int(stop) if stop else MOST_ITEMS
    if not 0 <= first < last <= MOST_ITEMS:
        raise ValueError(start)
    return Items(header, first, last)


KINDS: Mapping[str, Callable[..., Slot]] = {
    "header": Header,
    "pair": _pair,
    "listed": Listed,
    "items": _items,
    "json": Json,
    "form": Form,
    "multipart": Multipart,
    "query": Query,
}


def slot(text: str) -> Slot:
    """The slot of a text form. Raises ValueError, whose sentence can be shown, for what is none."""
    kind, _, rest = text.partition(":")
    make = KINDS.get(kind)
    if make is None or not rest:
        raise ValueError(f"{text!r} is no slot, which is KIND:NAME with one of the kinds {', '.join(KINDS)}")
    pieces = rest.split(":") if kind in ("pair", "listed", "items") else [rest]
    try:
        if not all(pieces):
            raise ValueError(text)  # noqa: TRY301 - as what the kinds raise
        return make(*pieces)
    except (TypeError, ValueError, UnicodeEncodeError):  # TypeError: too few or too many pieces
        raise ValueError(f"{text!r} is no slot of the kind {kind}") from None
