"""What every connector does, and the shapes that it exchanges with the sync worker."""

from dataclasses import dataclass
from typing import Protocol

from store.records import CustomerRecord, Message, OrderRecord, ProductRecord, StockChange

Record = CustomerRecord | ProductRecord | OrderRecord | StockChange


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """The kinds of facts that a system takes, and the kinds of records that it gives."""

    pushes: frozenset[str]
    pulls: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Pulled:
    """One thing that has changed in the central system, as it is now."""

    kind: str  # customers | products | stock | orders
    key: str
    record: Record


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some changes in order, and the cursor from which the next ones follow.

    `unreadable` holds (kind, key, why) of what could not be made a record. `has_more` says that
    the next page can be asked for at once.
    """

    items: tuple[Pulled, ...]
    cursor: str
    has_more: bool = False
    unreadable: tuple[tuple[str, str, str], ...] = ()


class Connector(Protocol):
    """A central system."""

    name: str
    capabilities: Capabilities

    def push(self, message: Message) -> None:
        """Tell one fact and return when the system has it; the same uid twice has one effect.

        Raises ConnectorError, LinkDown when it was not reached, CredentialsRefused.
        """

    def pull(self, cursor: str) -> Page:
        """Return what changed after `cursor` (empty: from the start).

        Raises ConnectorError, LinkDown when it was not reached, CredentialsRefused.
        """

    def close(self) -> None:
        """Let the connections go."""
