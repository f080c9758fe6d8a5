"""Mollie's webhook subscriptions: the body alone. For a day after a secret was rolled the header is said twice.

The older webhooks of single payments are unsigned forms with an id: their payment has to be asked for.
"""

from __future__ import annotations

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Items, Json


class Repeated(Items):
    """The values of a header that is said once for each secret in use; any of them may match."""

    repeated = True

    def lines(self, request: Request) -> list[bytes]:
        """One line of all values."""
        values = super().lines(request)
        return [self.separator.join(values)] if values else []


PROVIDER = Provider(
    name="mollie",
    title="Mollie",
    docs="https://docs.mollie.com/reference/webhooks-new",
    scheme=SignatureScheme(signature=Repeated("X-Mollie-Signature"), prefix="sha256="),
    event_type=(Json("type"),),
    event_id=(Json("id"),),
    marks=("X-Mollie-Signature",),
    secret_hint="Dashboard, Developers, Webhooks, the subscription's signing secret",
    secret_env="MOLLIE_WEBHOOK_SECRET",
    events=(
        "payment-link.paid",
        "balance-transaction.created",
        "sales-invoice.created",
        "sales-invoice.paid",
        "profile.blocked",
    ),
)
