"""TLS for the sender, in a module of its own: `ssl` is dear to import, and few targets need it."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from pathlib import Path

from whcli.errors import SendError

WANT_READ, WANT_WRITE = ssl.SSLWantReadError, ssl.SSLWantWriteError

# X509_V_ERR_…, openssl/x509_vfy.h
CERTIFICATE = {
    9: "is not valid yet: check this machine's clock",
    10: "has expired: renew it",
    18: "is self-signed and not trusted: name its file in SSL_CERT_FILE, or call the app by http://",
    19: "comes from an authority that is not trusted here: name its file in SSL_CERT_FILE",
    20: "comes from an authority that is not trusted here: name its file in SSL_CERT_FILE",
    62: "is for another name: call the target by the name in its certificate",
    64: "is for another address: call the target by the name in its certificate",
}


def context(*, trusted: Path | None = None) -> ssl.SSLContext:
    """What Python trusts by default, and the certificate in a file of ours, for HTTP/1.1."""
    made = ssl.create_default_context()
    if trusted is not None:
        with suppress(OSError):  # one that is damaged vouches for nobody
            made.load_verify_locations(trusted)
    made.set_alpn_protocols(["http/1.1"])
    return made


def wrap(context: ssl.SSLContext, sock: socket.socket, *, host: str) -> ssl.SSLSocket:
    """The connected socket with TLS above it, its handshake still to be done."""
    return context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)


def explained(error: OSError, name: str) -> SendError | None:
    """What a TLS error means for the user; None for an error of another kind."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return SendError("tls", f"the certificate of {name} {CERTIFICATE.get(error.verify_code, 'does not hold')}")
    if isinstance(error, ssl.SSLError):
        if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
            return SendError("tls", f"{name} does not speak TLS: call it by http://")
        return SendError("tls", f"no TLS connection with {name} ({error.reason or 'it was closed'})")
    return None
