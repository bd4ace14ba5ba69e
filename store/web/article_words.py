"""What tells an article from another of the same name, in the language of the screen."""

from typing import Protocol

from store.web.catalogue import goods
from store.web.typography import BETWEEN


class OfKind(Protocol):
    """A variant, or a row that has its size and colour, each empty where it has none."""

    @property
    def size(self) -> str: ...

    @property
    def colour(self) -> str: ...


def choice(variant: OfKind | None, *, between: str = BETWEEN) -> str:
    """Return size and colour of a variant, empty where it has neither or is not known."""
    parts = (variant.size, variant.colour) if variant else ()
    return between.join(goods(part) for part in parts if part)


def with_choice(name: str, choice_of_it: str) -> str:
    """Return a name and, after a comma, the size and colour."""
    return ", ".join(part for part in (name, choice_of_it) if part)


def counted(name: str, quantity: int) -> str:
    """Return a name and, where it is more than one, how many before it."""
    return name if quantity == 1 else f"{quantity} × {name}"
