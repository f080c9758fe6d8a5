"""TLS handshakes that fail, told: asyncio closes such a connection without a word to anybody."""

from __future__ import annotations

import ssl
from collections.abc import Callable

UNTRUSTED = "the caller does not trust the certificate: have it trust that file, or take a tunnel"
REASONS = {
    "HTTP_REQUEST": "plain HTTP came where HTTPS is spoken: call it by https://",
    "SSLV3_ALERT_BAD_CERTIFICATE": UNTRUSTED,
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": UNTRUSTED,
    "TLSV1_ALERT_UNKNOWN_CA": UNTRUSTED,
}
"""By OpenSSL's name (openssl/sslerr.h)."""


def telling(failed: Callable[[str], None]) -> type[ssl.SSLObject]:
    """What a server's context makes its connections of (`sslobject_class`), so that `failed` hears why one fails."""

    class Told(ssl.SSLObject):
        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                raise
            except ssl.SSLError as error:
                failed(REASONS.get(error.reason or "", f"no TLS connection ({error.reason or 'it broke off'})"))
                raise

    return Told
