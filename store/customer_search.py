"""Finding a customer who has no card: by name with accents and typing errors, phone or e-mail.

A name is a search, since people mishear names; a phone number or an address must be whole, so that
nobody leafs through the customers of the shop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import customers, words
from store.models import Customer, CustomerToken, Identity
from store.vocabulary import Meant
from store.word_book import NAMES

WAYS = ("name", "phone", "email")
SHORTEST = 2  # letters
MOST_WORDS = 4
# customers that are looked at closely; a name that more people share must be told in full
MOST_CANDIDATES = 2000
EXACT, LONGER, MISSPELT = 3, 2, 1


@dataclass(frozen=True, kw_only=True)
class Match:
    """A customer found; what the screen shows of phone and e-mail is masked there."""

    uid: str
    first_name: str
    last_name: str
    city: str
    phone: str
    tier: str


@dataclass(frozen=True, kw_only=True)
class Matches:
    """The best customers found, and how many there are; at least so many when not `is_all`."""

    found: Sequence[Match] = ()
    total: int = 0
    is_all: bool = True


def search(session: Session, text: str, *, by: str, limit: int = 8) -> Matches:
    """Return the customers that a text means, the surest first; `by` is one of WAYS.

    A name matches by whole words, their beginnings, or with one typing error from four letters
    on, whatever the accents, the case and the order; all the words must match.
    """
    if by in ("phone", "email"):
        return _by_identity(session, by, text, limit=limit)
    typed = [word for word in dict.fromkeys(words.split(text)) if len(word) >= SHORTEST]
    return _by_name(session, typed[:MOST_WORDS], limit=limit) if typed else Matches()


def _by_identity(session: Session, kind: str, text: str, *, limit: int) -> Matches:
    is_mail = kind == "email"
    value = customers.normalise_email(text) if is_mail else customers.normalise_phone(text)
    if not value:
        return Matches()
    holders = select(Identity.customer_id).where(Identity.kind == kind, Identity.value == value)
    query = _columns().where(Customer.id.in_(holders)).order_by(Customer.id).limit(limit)
    rows = session.execute(query).all()
    return Matches(found=[Match(**row._mapping) for row in rows], total=len(rows))


def _by_name(session: Session, typed: Sequence[str], *, limit: int) -> Matches:
    book = NAMES.current(session)
    for forgiving in (False, True):
        meant = [
            NAMES.meant_by(session, book, word, whole=word, forgiving=forgiving) for word in typed
        ]
        if not all(one.all for one in meant):
            continue
        rarest = min(meant, key=book.frequency) if book else meant[0]
        scores, is_all = _scores(session, meant, rarest)
        if scores:
            best = sorted(scores, key=lambda number: (-scores[number], number))[:limit]
            return Matches(found=_read(session, best), total=len(scores), is_all=is_all)
    return Matches()


def _scores(session: Session, meant: Sequence[Meant], rarest: Meant) -> tuple[dict[int, int], bool]:
    """Return how well each customer who has all the words fits, and whether they are all there."""
    near = select(CustomerToken.customer_id).where(CustomerToken.token.in_(rarest.all))
    near = near.distinct().limit(MOST_CANDIDATES)
    query = select(CustomerToken.customer_id, CustomerToken.token)
    query = query.where(CustomerToken.customer_id.in_(near))
    names: dict[int, list[str]] = {}
    for number, token in session.execute(query):
        names.setdefault(number, []).append(token)
    worth = [_worth(one) for one in meant]
    fits = {number: _fit(tokens, worth) for number, tokens in names.items()}
    return {number: fit for number, fit in fits.items() if fit}, len(names) < MOST_CANDIDATES


def _worth(meant: Meant) -> dict[str, int]:
    sure = dict.fromkeys(meant.misspelt, MISSPELT) | dict.fromkeys(meant.longer, LONGER)
    return sure | dict.fromkeys(meant.exact, EXACT)


def _fit(tokens: Sequence[str], worth: Sequence[dict[str, int]]) -> int:
    """Return the sum of the best fit of each word, 0 when one has none."""
    best = [max((known.get(token, 0) for token in tokens), default=0) for known in worth]
    return sum(best) if all(best) else 0


def _read(session: Session, numbers: Sequence[int]) -> list[Match]:
    rows = session.execute(_columns().add_columns(Customer.id).where(Customer.id.in_(numbers)))
    found = {row.id: Match(**{n: v for n, v in row._mapping.items() if n != "id"}) for row in rows}
    return [found[number] for number in numbers if number in found]


def _columns() -> Any:
    return select(
        Customer.uid,
        Customer.first_name,
        Customer.last_name,
        Customer.city,
        Customer.phone,
        Customer.tier,
    )
