"""The states of a pickup as one table: what may happen when, and what it makes of each line.

The state of an order follows from the states of its lines and from what happened to the whole.
What is not in the table is refused.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

TO_PREPARE = frozenset({"new", "accepted", "picking", "problem"})
COLLECTABLE = frozenset({"ready", "customer_waiting", "partly_collected"})
OPEN = TO_PREPARE | COLLECTABLE
CLOSED = frozenset({"collected", "cancelled", "expired"})
STATES = OPEN | CLOSED | {"handover_reversed"}

PREPARED = frozenset({"picked", "substituted", "arrived"})  # lines whose goods lie ready
UNPREPARED = frozenset({"to_pick", "short", "substitute_proposed", "awaiting_transfer"})
OPEN_LINES = PREPARED | UNPREPARED
LINE_STATES = OPEN_LINES | {"collected", "refused", "cancelled"}

# the reason of a line that its source took out of the order: it may put it in again
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One kind of event: the order states in which it may happen, and what lines become.

    `lines` is empty when it happens to the order as a whole; else it needs one line at least.
    """

    orders: frozenset[str]
    lines: Mapping[str, str] = field(default_factory=dict)


def _all(lines: Collection[str], become: str) -> dict[str, str]:
    return dict.fromkeys(lines, become)


HAPPENINGS: Mapping[str, Happening] = {
    # preparing
    "accepted": Happening(orders=frozenset({"new"})),
    "picked": Happening(orders=TO_PREPARE, lines=_all({"to_pick", "short"}, "picked")),
    "short": Happening(orders=TO_PREPARE | {"ready"}, lines=_all({"to_pick", "picked"}, "short")),
    "substitute_proposed": Happening(
        orders=TO_PREPARE, lines=_all({"to_pick", "short"}, "substitute_proposed")
    ),
    "substituted": Happening(orders=TO_PREPARE, lines={"substitute_proposed": "substituted"}),
    "awaiting_transfer": Happening(
        orders=TO_PREPARE, lines=_all({"to_pick", "short"}, "awaiting_transfer")
    ),
    "transferred": Happening(
        orders=TO_PREPARE | COLLECTABLE, lines={"awaiting_transfer": "arrived"}
    ),
    "ready": Happening(
        orders=TO_PREPARE, lines={"to_pick": "picked"} | {line: line for line in PREPARED}
    ),
    # at the counter
    "arrived": Happening(orders=frozenset({"ready", "partly_collected"})),
    "collected": Happening(orders=COLLECTABLE, lines=_all(PREPARED, "collected")),
    "refused": Happening(orders=COLLECTABLE, lines=_all(PREPARED, "refused")),
    # ends
    "cancelled": Happening(orders=OPEN, lines=_all(OPEN_LINES, "cancelled")),
    "expired": Happening(orders=TO_PREPARE | {"ready", "partly_collected"}),
}

# How far an order has come, to tell whether another system knows more than we do.
PROGRESS = {
    state: place
    for place, states in enumerate(
        (
            {"new"},
            {"accepted"},
            {"picking", "problem"},
            {"ready"},
            {"customer_waiting"},
            {"partly_collected"},
            {"collected"},
        )
    )
    for state in states
}


def state_after(event: str, *, before: str, lines: Collection[str]) -> str:
    """Return the state of an order after an event; `lines` are the states they have by then."""
    still_open = [line for line in lines if line in OPEN_LINES]
    if not still_open:
        return "collected" if "collected" in lines else "cancelled"
    if event == "expired":
        return "expired"
    if event == "arrived" or (before == "customer_waiting" and event not in HANDING_OVER):
        return "customer_waiting"
    if "collected" in lines or "refused" in lines:
        return "partly_collected"
    if event == "ready" or (before == "ready" and event != "short"):
        return "ready"
    return _while_preparing(event, before=before, lines=still_open)


HANDING_OVER = frozenset({"collected", "refused"})


def _while_preparing(event: str, *, before: str, lines: Collection[str]) -> str:
    if "short" in lines or "substitute_proposed" in lines:
        return "problem"
    if any(line in PREPARED for line in lines):
        return "picking"
    return "accepted" if event == "accepted" or before != "new" else "new"
