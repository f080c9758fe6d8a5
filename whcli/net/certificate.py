"""TLS for the listener: a certificate from the user's files, or one made here that names this machine alone."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from whcli.digest import sha256
from whcli.errors import UsageError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

HERE = ("localhost", "127.0.0.1", "::1")
LIFETIME = timedelta(days=397)
"""Of a certificate made here. Longer ones are refused by Apple's systems (support.apple.com/102028)."""
RENEWED_BEFORE = timedelta(days=30)
SKEW = timedelta(days=1)
"""How far behind the clock of another machine may be."""


class Identity(NamedTuple):
    """A certificate and its key, as files, and what tells it from others."""

    certificate: Path
    key: Path
    fingerprint: str
    """SHA-256 of the certificate, in hex with colons, as `openssl x509 -fingerprint -sha256` shows it."""


def given(certificate: Path, key: Path | None = None) -> Identity:
    """The identity in PEM files, which may be one file. Raises UsageError where they are none or do not fit."""
    identity = Identity(certificate, key or certificate, _fingerprint(_read(certificate), certificate))
    _read(identity.key)
    context(identity)
    return identity


def beside(database: Path) -> Path:
    """Where the certificate of listeners on a database is kept: beside it, as public as it is; its key is not."""
    return database.with_name(f"{database.name}-cert.pem")


def made(database: Path, names: Iterable[str], *, now: datetime) -> Identity:
    """The certificate kept beside a database; made on first use, and made anew when it ends soon or lacks a name.

    It is self-signed, and for this machine's own names and `names`. Raises UsageError where it cannot be kept.
    """
    path, key_path = beside(database), database.with_name(f"{database.name}-key.pem")
    wanted = dict.fromkeys((*HERE, *names))
    try:
        key = _key(key_path)
        if not _serves(path, key, wanted, now):
            _replace(path, _signed(key, wanted, now))
    except OSError as error:
        raise UsageError(
            f"{error.filename or path} cannot be kept: {error.strerror}", hint="name your own: --tls-cert FILE"
        ) from error
    return Identity(path, key_path, _fingerprint(path.read_bytes(), path))


def context(identity: Identity) -> ssl.SSLContext:
    """What serves HTTP/1.1 over TLS 1.2 and later. Raises UsageError for a key that does not fit."""
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.set_alpn_protocols(["http/1.1"])

    def locked() -> str:  # OpenSSL would ask on the terminal
        raise UsageError(
            f"the key {identity.key} is locked by a passphrase", hint=f"openssl pkey -in {identity.key} -out OPEN.pem"
        )

    try:
        made.load_cert_chain(identity.certificate, identity.key, password=locked)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            sentence = f"the key {identity.key} is not that of the certificate {identity.certificate}"
        else:
            sentence = f"{identity.certificate} and {identity.key} hold no certificate with its key, in PEM"
        raise UsageError(sentence, hint="name both: --tls-cert FILE --tls-key FILE") from error
    return made


def trusted(database: Path) -> Path | None:
    """The certificate of listeners on a database, where this user, and nobody else, can have put it there."""
    path = beside(database)
    with suppress(OSError):
        found = path.stat(follow_symlinks=False)
        if os.name != "posix" or (found.st_uid == os.geteuid() and not found.st_mode & 0o022):
            return path
    return None


def _key(path: Path) -> EllipticCurvePrivateKey:
    """The key at a path, that only the user may read; made when it is missing."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        with suppress(ValueError, TypeError, UnsupportedAlgorithm):
            found = serialization.load_pem_private_key(path.read_bytes(), password=None)
            if isinstance(found, ec.EllipticCurvePrivateKey):
                return found
        raise UsageError(f"{path} is no key of whcli", hint="delete it, and another is made") from None
    key = ec.generate_private_key(ec.SECP256R1())
    with os.fdopen(descriptor, "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    return key


def _serves(path: Path, key: EllipticCurvePrivateKey, wanted: Iterable[str], now: datetime) -> bool:
    """Whether the certificate at a path is the key's, lasts, and has all the names that one can have."""
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    lasts = found.not_valid_before_utc <= now <= found.not_valid_after_utc - RENEWED_BEFORE
    return lasts and found.public_key() == key.public_key() and set(_alternatives(wanted)) <= set(names)


def _signed(key: EllipticCurvePrivateKey, names: Iterable[str], now: datetime) -> bytes:
    """A certificate in PEM that can vouch for no other (RFC 5280, 4.2)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "whcli listener")])
    public = key.public_key()
    usage = dict.fromkeys(
        (
            "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
            "crl_sign", "encipher_only", "decipher_only",
        ),
        False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now - SKEW + LIFETIME)
        .add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _alternatives(names: Iterable[str]) -> list[x509.GeneralName]:
    """Names and addresses as a certificate holds them; one that it cannot hold is left out."""
    from cryptography import x509

    found: list[x509.GeneralName] = []
    for name in names:
        try:
            found.append(x509.IPAddress(ip_address(name)))
        except ValueError:
            with suppress(ValueError):
                found.append(x509.DNSName(name))
    return found


def _replace(path: Path, content: bytes) -> None:
    """Put a file in its place whole, whoever reads it meanwhile."""
    half = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        half.unlink()
    with os.fdopen(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644), "wb") as file:
        file.write(content)
    half.replace(path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", hint="check its path and permissions") from error


def _fingerprint(pem: bytes, path: Path) -> str:
    """Of the first certificate in a file, which is the listener's own."""
    begin, end = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
    start, stop = pem.find(begin), pem.find(end)
    try:
        der = ssl.PEM_cert_to_DER_cert(pem[start : stop + len(end)].decode("ascii") if start >= 0 else "")
    except ValueError as error:
        raise UsageError(f"{path} holds no certificate in PEM", hint="--tls-cert names a file that does") from error
    return sha256(der).hex(":").upper()
