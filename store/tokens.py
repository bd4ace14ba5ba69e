"""Bearer tokens of the machine API: shown once, kept as a hash, each with its scopes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.errors import Invalid, NotFound
from store.models import ApiToken
from store.secrets import hashed, new_token

SCOPES = (
    "customers:read",
    "customers:write",
    "catalogue:read",
    "catalogue:write",
    "stock:read",
    "stock:write",
    "orders:read",
    "orders:write",
    "messages:write",
    "visits:read",
    "visits:write",
    "sync",
    "metrics",
)


def create(
    session: Session, *, name: str, scopes: Sequence[str], now: datetime
) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which is shown this once.

    Raises Invalid on a scope that does not exist.
    """
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Invalid(field="scope", problem="unknown")
    secret = new_token()
    token = ApiToken(
        name=name, token_hash=hashed(secret), scopes=sorted(set(scopes)), created_at=now
    )
    session.add(token)
    session.flush()
    return token, secret


def find(session: Session, secret: str) -> ApiToken | None:
    """Return the live token that has this secret."""
    query = select(ApiToken).where(
        ApiToken.token_hash == hashed(secret), ApiToken.revoked_at.is_(None)
    )
    return session.scalar(query)


def list_all(session: Session) -> Sequence[ApiToken]:
    """Return every token, revoked ones included, oldest first."""
    return session.scalars(select(ApiToken).order_by(ApiToken.id)).all()


def revoke(session: Session, name: str, *, now: datetime) -> int:
    """End every live token of this name and return their number; raises NotFound."""
    query = select(ApiToken).where(ApiToken.name == name, ApiToken.revoked_at.is_(None))
    found = session.scalars(query).all()
    if not found:
        raise NotFound(kind="token", key=name)
    for token in found:
        token.revoked_at = now
    return len(found)
