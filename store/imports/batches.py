"""Records into the database by batches, each a transaction of its own."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session

from store.errors import ComptoirError

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of a batch; a refusal is (place in the batch, why)."""

    changed: int
    refused: tuple[tuple[int, ComptoirError], ...] = ()


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in lists of `size`, the last one shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def write_each(
    session: Session, records: Sequence[T], write: Callable[[Session, T], object]
) -> Written:
    """Write records one by one; one that its rule refuses leaves no trace, the others stay.

    `changed` counts the records that were new or said something new.
    """
    refused, changed = [], 0
    with _watched(session) as writes:
        for place, record in enumerate(records):
            before = len(writes)
            try:
                with session.begin_nested():
                    write(session, record)
            except ComptoirError as error:
                refused.append((place, error))
            else:
                changed += len(writes) > before
    return Written(changed=changed, refused=tuple(refused))


@contextmanager
def _watched(session: Session) -> Iterator[list[object]]:
    """Collect a mark at each flush of the session that writes rows."""
    writes: list[object] = []

    def note(flushed: Session, *_: Any) -> None:
        touched = [*flushed.new, *flushed.deleted]
        if touched or any(flushed.is_modified(row) for row in flushed.dirty):
            writes.append(None)

    event.listen(session, "before_flush", note)
    try:
        yield writes
    finally:
        event.remove(session, "before_flush", note)
