"""How somebody who waits is told how far an import has come."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
Advance = Callable[[int], None]
STEP = 2_000


def counted(items: Iterable[T], advance: Advance) -> Iterator[T]:
    """Yield the items and tell their number from time to time, and at the end."""
    count = 0
    for item in items:
        count += 1
        if count == STEP:
            advance(count)
            count = 0
        yield item
    advance(count)
