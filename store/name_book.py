"""The words of customers' names in memory, kept up with what changes."""

from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, func, select
from sqlalchemy.orm import Session

from store import changes
from store.models import Change, Customer, CustomerToken
from store.vocabulary import Vocabulary

# more changed customers than this, and the whole book is read again
MOST_CHANGED = 500


@dataclass(frozen=True, kw_only=True)
class _Known:
    book: Vocabulary
    seen: int  # number of the newest change that the book knows


# by connection pool: the engine that reads and the one that writes share it
_known: WeakKeyDictionary[Pool, _Known] = WeakKeyDictionary()
_lock = Lock()


def current(session: Session) -> Vocabulary:
    """Return the words of all names, with how many customers have each.

    Costs one look at the change log: only the names of customers that changed since are read. A
    word that nobody has any more may stay; it then finds nobody.
    """
    if session.info.get("signals"):
        return _read(session)
    pool = session.get_bind().engine.pool
    known = _refreshed(session, _known.get(pool))
    with _lock:
        _known[pool] = known
    return known.book


def _refreshed(session: Session, known: _Known | None) -> _Known:
    newest = changes.last_number(session)
    if known is None:
        return _Known(book=_read(session), seen=newest)
    if newest == known.seen:
        return known
    changed = _changed_since(session, known.seen)
    if len(changed) > MOST_CHANGED:
        return _Known(book=_read(session), seen=newest)
    return _Known(book=_with_names_of(session, known.book, changed), seen=newest)


def _changed_since(session: Session, seen: int) -> list[str]:
    query = select(Change.key).where(Change.id > seen, Change.kind == "customers").distinct()
    return list(session.scalars(query.limit(MOST_CHANGED + 1)))


def _with_names_of(session: Session, book: Vocabulary, uids: list[str]) -> Vocabulary:
    query = select(CustomerToken.token).join(Customer, Customer.id == CustomerToken.customer_id)
    found = set(session.scalars(query.where(Customer.uid.in_(uids)))) if uids else set()
    new = found - book.counts.keys()
    return Vocabulary([*book.counts.items(), *((token, 1) for token in new)]) if new else book


def _read(session: Session) -> Vocabulary:
    query = select(CustomerToken.token, func.count()).group_by(CustomerToken.token)
    return Vocabulary((token, count) for token, count in session.execute(query))
