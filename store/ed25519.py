"""Ed25519 signatures (RFC 8032) by the `cryptography` library, loaded with the first one.

It takes 6 MB of the server's memory, which a shop that reads no signed code does not need.
"""

from functools import cache
from importlib import import_module
from typing import Any


@cache
def _keys() -> Any:
    return import_module("cryptography.hazmat.primitives.asymmetric.ed25519")


@cache
def _invalid() -> type[Exception]:
    invalid: type[Exception] = import_module("cryptography.exceptions").InvalidSignature
    return invalid


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the 64 bytes of the signature of a private key of 32 bytes."""
    signature: bytes = _keys().Ed25519PrivateKey.from_private_bytes(seed).sign(message)
    return signature


def public_key_of(seed: bytes) -> str:
    """Return the public key of a private one, hexadecimal."""
    key = _keys().Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return str(key.public_bytes_raw().hex())


def clean(public_key: str) -> str:
    """Return a public key in lower-case hexadecimal; raise ValueError when it is none."""
    key = _keys().Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    return str(key.public_bytes_raw().hex())


def has_signed(public_key: str, message: bytes, signature: bytes) -> bool:
    """Tell whether the owner of a public key signed the message."""
    key = _keys().Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    try:
        key.verify(signature, message)
    except _invalid():
        return False
    return True
