"""Random secrets and the hashes by which they are kept."""

import hashlib
import secrets

# No letter that moves between keyboard layouts or is mistaken for a digit
SPOKEN_ALPHABET = "BCDFGHJKLNPRSTVX23456789"


def new_token() -> str:
    """Return 256 random bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def new_spoken_code(length: int = 8) -> str:
    """Return a code that somebody reads aloud or types from a screen, about 4.6 bits a letter."""
    return "".join(secrets.choice(SPOKEN_ALPHABET) for _ in range(length))


def hashed(secret: str) -> str:
    """Return the SHA-256 by which a random secret is kept; too fast for passwords and PINs."""
    return hashlib.sha256(secret.encode()).hexdigest()
