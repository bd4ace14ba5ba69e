"""A central system in memory, with a ledger of effects and a script of faults."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from store.connectors.base import Capabilities, Page, Pulled, Purchases
from store.errors import ConnectorError
from store.records import Message, PurchaseRecord

EVERYTHING = Capabilities(
    pushes=frozenset(
        {"visit", "order", "order_event", "stock_movements", "consent", "back_in_stock"}
    ),
    pulls=frozenset({"customers", "products", "stock", "orders"}),
    has_purchases=True,
)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong with one call; `after_commit` loses the answer, not the fact."""

    error: ConnectorError
    after_commit: bool = False


@dataclass
class MemoryConnector:
    """Keeps each fact once by its uid, in the order of arrival."""

    name: str = "memory"
    capabilities: Capabilities = EVERYTHING
    page_size: int = 100
    ledger: dict[str, Message] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)  # uid of every push, repetitions included
    changes: list[Pulled] = field(default_factory=list)
    purchases: dict[str, list[PurchaseRecord]] = field(default_factory=dict)  # the newest first
    asked: list[tuple[str, str]] = field(default_factory=list)  # (customer, cursor) of each
    faults: deque[Fault | None] = field(default_factory=deque)  # one a call, None is well
    on_push: Callable[[Message], None] = lambda _message: None

    def plan(self, faults: Iterable[Fault | None]) -> None:
        """Let the next calls fail as the script says."""
        self.faults.extend(faults)

    def push(self, message: Message) -> None:
        """Keep the fact, unless the script says otherwise."""
        fault = self.faults.popleft() if self.faults else None
        self.calls.append(message.uid)
        self.on_push(message)
        if fault is None or fault.after_commit:
            self.ledger.setdefault(message.uid, message)
        if fault is not None:
            raise fault.error

    def pull(self, cursor: str) -> Page:
        """Return the changes after the cursor, which is their number."""
        start = int(cursor or 0)
        items = tuple(self.changes[start : start + self.page_size])
        end = start + len(items)
        return Page(items=items, cursor=str(end), has_more=end < len(self.changes))

    def pull_purchases(self, customer: str, cursor: str) -> Purchases:
        """Return the purchases of a customer from the cursor on, which is their number."""
        self.asked.append((customer, cursor))
        fault = self.faults.popleft() if self.faults else None
        if fault is not None:
            raise fault.error
        start = int(cursor or 0)
        known = self.purchases.get(customer, [])
        end = start + self.page_size
        more = str(end) if end < len(known) else None
        return Purchases(items=tuple(known[start:end]), cursor=more)

    def close(self) -> None:
        """Do nothing; there is no connection."""
