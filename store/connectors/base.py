"""What every connector does, and the shapes that it exchanges with the sync worker."""

from dataclasses import dataclass
from typing import Protocol

from store.records import (
    CustomerRecord,
    Message,
    OrderRecord,
    ProductRecord,
    PurchaseRecord,
    StockChange,
)

Record = CustomerRecord | ProductRecord | OrderRecord | StockChange


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """The kinds of facts that a system takes, and the kinds of records that it gives.

    `has_purchases`: it can be asked for what a customer bought.
    """

    pushes: frozenset[str]
    pulls: frozenset[str]
    has_purchases: bool = False


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
    ticket_keys: tuple[str, ...] = ()  # public keys of those who sign orders; none: not said


@dataclass(frozen=True, kw_only=True)
class Purchases:
    """Some purchases of one customer, the newest first; `cursor` is None on the last page."""

    items: tuple[PurchaseRecord, ...]
    cursor: str | None


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

    def pull_purchases(self, customer: str, cursor: str) -> Purchases:
        """Return purchases of a customer, by their id there, from `cursor` on (empty: the newest).

        Only asked of a system that `has_purchases`. Raises ConnectorError, LinkDown when it was
        not reached, CredentialsRefused.
        """

    def close(self) -> None:
        """Let the connections go."""
