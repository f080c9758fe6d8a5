"""RSA keys out of given randomness: cryptography makes them from the system's alone, and a pure layer has none.

The candidates are the output of SHA-256 over the seed and a counter; each is tried as FIPS 186-5, A.1.3 has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from math import gcd, prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

BITS = 2048
EXPONENT = 65537
ROUNDS = 8
"""Of Miller and Rabin: for random numbers of 1024 bits the error is far below 2**-100 (FIPS 186-5, table B.1)."""


def rsa_key(seed: bytes) -> RSAPrivateKey:
    """A key of 2048 bits, the same for the same seed; some 200 ms of work."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    found = _primes(seed)
    p, q = next(found), next(found)
    d = pow(EXPONENT, -1, (p - 1) * (q - 1) // gcd(p - 1, q - 1))
    return rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=d % (p - 1),
        dmq1=d % (q - 1),
        iqmp=pow(q, -1, p),
        public_numbers=rsa.RSAPublicNumbers(EXPONENT, p * q),
    ).private_key()


def _primes(seed: bytes) -> Iterator[int]:
    counter = 0
    while True:
        candidate = _number(seed, counter)
        counter += 1
        if gcd(candidate, _small()) == 1 and gcd(candidate - 1, EXPONENT) == 1 and _passes(candidate, seed):
            yield candidate


def _number(seed: bytes, counter: int) -> int:
    """An odd number of 1024 bits whose two highest are set, so that the product has 2048."""
    size = BITS // 2
    blocks = (sha256(b"%b:%d:%d" % (seed, counter, block)).digest() for block in range(size // 256))
    return int.from_bytes(b"".join(blocks), "big") | 3 << (size - 2) | 1


@cache
def _small() -> int:
    """The product of the primes below 2000: most candidates share one of them."""
    return prod(number for number in range(3, 2000, 2) if all(number % by for by in range(3, int(number**0.5) + 1, 2)))


def _passes(candidate: int, seed: bytes) -> bool:
    odd, twos = candidate - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_witnessed(candidate, odd, twos, base) for base in _bases(candidate, seed))


def _bases(candidate: int, seed: bytes) -> Iterator[int]:
    yield 2  # rejects nearly all that are not prime
    for round_ in range(ROUNDS):
        yield _number(seed, -1 - round_) % (candidate - 3) + 2


def _witnessed(candidate: int, odd: int, twos: int, base: int) -> bool:
    value = pow(base, odd, candidate)
    if value in (1, candidate - 1):
        return True
    for _ in range(twos - 1):
        value = value * value % candidate
        if value == candidate - 1:
            return True
    return False
