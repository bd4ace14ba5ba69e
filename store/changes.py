"""The change log: what screens re-read and what pulling stores learn, in commit order."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, event, func, insert, select
from sqlalchemy.orm import Session

from store.database import take_turn
from store.models import Change

# The one turn of all writers: two that took two turns could wait for one another.
TURN = "change"
KINDS = ("stock", "orders", "customers", "products", "visits", "sync", "staff", "devices", "lists")
Listener = Callable[[str, str], None]

_listeners: list[Listener] = []
# numbers that this process has told its listeners, so that `list_foreign` can leave them out
_told: deque[int] = deque(maxlen=10_000)


def record(session: Session, kind: str, key: str, *, now: datetime) -> None:
    """Note that the thing of this kind and key has changed; told to listeners after the commit."""
    record_all(session, kind, [key], now=now)


def record_all(session: Session, kind: str, keys: Iterable[str], *, now: datetime) -> None:
    """Note several changes of one kind at once.

    Only the writer that holds the turn may number changes: PostgreSQL gives numbers in another
    order than it commits, and a cursor over them would miss rows.
    """
    rows = [{"kind": kind, "key": key, "at": now} for key in keys]
    if not rows:
        return
    take_turn(session, TURN)
    numbers = session.scalars(insert(Change).returning(Change.id), rows).all()
    signals = session.info.setdefault("signals", [])
    signals.extend((n, kind, row["key"]) for n, row in zip(numbers, rows, strict=True))


def listen(listener: Listener) -> None:
    """Call `listener(kind, key)` after each commit of this process that recorded changes."""
    _listeners.append(listener)


def ignore(listener: Listener) -> None:
    """Stop calling the listener."""
    _listeners.remove(listener)


def list_after(
    session: Session, after: int, *, kinds: Sequence[str] = KINDS, limit: int = 200
) -> Sequence[Change]:
    """Return changes with a number above `after`, oldest first, at most `limit`."""
    query = select(Change).where(Change.id > after, Change.kind.in_(kinds))
    return session.scalars(query.order_by(Change.id).limit(limit)).all()


def list_foreign(session: Session, after: int, *, limit: int) -> Sequence[Change]:
    """Return the changes above `after` that another process made, oldest first."""
    query = select(Change).where(Change.id > after, Change.id.not_in(list(_told)[-500:]))
    return session.scalars(query.order_by(Change.id).limit(limit)).all()


def last_number(session: Session, *, kind: str = "") -> int:
    """Return the number of the newest change, of one kind when one is given; 0 for none."""
    query = select(Change.id).order_by(Change.id.desc()).limit(1)
    return session.scalar(query.where(Change.kind == kind) if kind else query) or 0


def find_newest(session: Session) -> Change | None:
    """Return the newest change."""
    return session.scalar(select(Change).order_by(Change.id.desc()).limit(1))


def list_passed(session: Session, *, before: datetime) -> Sequence[int]:
    """Return the numbers of changes older than `before` that no follower needs, ascending.

    Of each thing its first and its last change stay. A store that begins at 0 learns everything
    from them, and one that stopped in between still meets the last: the feed tells things as they
    are now. The first keeps the order in which a new store must learn them, an article before its
    stock.
    """
    ends = select(func.min(Change.id).label("first"), func.max(Change.id).label("last"))
    of_each = ends.group_by(Change.kind, Change.key).cte("ends")
    query = select(Change.id).where(
        Change.at < before,
        Change.id.not_in(select(of_each.c.first)),
        Change.id.not_in(select(of_each.c.last)),
    )
    return session.scalars(query.order_by(Change.id)).all()


def forget(session: Session, numbers: Sequence[int]) -> None:
    """Drop the changes with these numbers."""
    session.execute(delete(Change).where(Change.id.in_(numbers)))


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for number, kind, key in session.info.pop("signals", ()):
        _told.append(number)
        for listener in _listeners:
            listener(kind, key)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():  # after a savepoint the rest may still be committed
        session.info.pop("signals", None)
