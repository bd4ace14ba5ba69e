"""Random secrets and the hashes by which they are kept."""

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """Return the SHA-256 by which a random secret is kept; too fast for passwords and PINs."""
    return hashlib.sha256(secret.encode()).hexdigest()
