"""Signatures made without a line of whcli's: the expressions in tests/vectors are evaluated in terms of these.

A vector that nobody published says under `made` how its signature comes about, as a Python expression over the
request: `b64(hmac('sha256', secret, header('X-Time') + b'.' + body))`. Where a signature belongs, the file may say
`SIGNATURE` until it is filled in by:

    python tests/providers/making.py tests/vectors/acme.json
"""

from __future__ import annotations

import hashlib
import hmac as stdlib_hmac
import json as stdlib_json
import sys
import zlib
from base64 import b64decode, b64encode, urlsafe_b64encode
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa


def hmac(algorithm: str, key: bytes, message: bytes) -> bytes:
    return stdlib_hmac.new(key, message, algorithm).digest()


def digest(algorithm: str, message: bytes) -> bytes:
    return hashlib.new(algorithm, message).digest()


def private(key: bytes) -> Any:
    if b"BEGIN" in key:
        return serialization.load_pem_private_key(key, None)
    return serialization.load_der_private_key(b64decode(key), None)


def sign_rsa(algorithm: str, key: bytes, message: bytes) -> bytes:
    loaded = private(key)
    assert isinstance(loaded, rsa.RSAPrivateKey)
    return loaded.sign(message, padding.PKCS1v15(), hashes.SHA1() if algorithm == "sha1" else hashes.SHA256())


def sign_ed25519(key: bytes, message: bytes) -> bytes:
    loaded = private(key)
    assert isinstance(loaded, ed25519.Ed25519PrivateKey)
    return loaded.sign(message)


def sign_ecdsa(key: bytes, message: bytes) -> bytes:
    loaded = private(key)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    return loaded.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def made(vector: dict[str, Any]) -> str:
    """The signature that a vector's expression makes."""
    body = vector["body"].encode()
    query = dict(parse_qsl(urlsplit(vector["url"]).query, keep_blank_values=True))
    form = dict(parse_qsl(vector["body"], keep_blank_values=True))
    headers = {name.lower(): value.encode() for name, value in vector["headers"]}

    def json(path: str, document: str = vector["body"]) -> bytes:
        value = stdlib_json.loads(document)
        for step in path.split("."):
            value = value[int(step)] if isinstance(value, list) else value[step]
        return str(value).encode()

    names = {
        "hmac": hmac,
        "digest": digest,
        "sign_rsa": sign_rsa,
        "sign_ed25519": sign_ed25519,
        "sign_ecdsa": sign_ecdsa,
        "hex": bytes.hex,
        "HEX": lambda raw: raw.hex().upper(),
        "b64": lambda raw: b64encode(raw).decode(),
        "b64url": lambda raw: urlsafe_b64encode(raw).rstrip(b"=").decode(),
        "unhex": lambda text: bytes.fromhex(text.decode()),
        "unb64": lambda text: b64decode(text + b"=" * (-len(text) % 4)),
        "crc32": lambda raw: str(zlib.crc32(raw)).encode(),
        "header": lambda name: headers[name.lower()],
        "item": lambda name, key: next(
            part.strip()[len(key) + 1 :].encode()
            for part in headers[name.lower()].decode().replace(";", ",").replace(" ", ",").split(",")
            if part.strip().startswith(key + "=")
        ),
        "json": json,
        "form": lambda name: form[name].encode(),
        "query": lambda name: query[name].encode(),
        "params": b"".join(key.encode() + value.encode() for key, value in sorted(form.items())),
        "secret": vector["secret"].encode(),
        "param": lambda name: vector["params"][name].encode(),
        "method": vector.get("method", "POST").encode(),
        "url": vector["url"].encode(),
        "body": body,
    }
    return str(eval(vector["made"], {"__builtins__": {}}, names))


def fill(path: Path) -> None:
    """Put the signature in the place of each SIGNATURE of a file."""
    vectors = stdlib_json.loads(path.read_text("utf-8"))
    for vector in vectors:
        if "made" in vector:
            signature = made(vector)
            vector["headers"] = [[name, value.replace("SIGNATURE", signature)] for name, value in vector["headers"]]
            form = "x-www-form-urlencoded" in dict(vector["headers"]).get("Content-Type", "")
            vector["body"] = vector["body"].replace("SIGNATURE", quote(signature, safe="") if form else signature)
            vector["url"] = vector["url"].replace("SIGNATURE", quote(signature, safe=""))
    path.write_text(stdlib_json.dumps(vectors, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        fill(Path(name))
