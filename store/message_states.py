"""What a message to a customer can be about, how far it has come, and while it says what is so."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from store.models import CustomerMessage, Order
from store.pickup_states import AT_COUNTER, COLLECTABLE, STATES, TO_PREPARE

# stands in an occasion before the count of the message that was sent again
AGAIN = "#"
WAITING = ("waiting", "claimed")
UNANSWERED = "unanswered"  # it arrived, and asked what nobody has answered in time
TROUBLE = ("bounced", "failed", "unreachable", UNANSWERED)
# whoever cannot be reached for these must be told by somebody
PRESSING = ("substitution", "ready", "reminder", "last_day", "expired", "cancelled", "reversed")
# of which the next one says all that one of before, still waiting, would have said
REPLACED = frozenset({"ready", "expired"})
# the states of the order in which a message still says what is so; what changed hands did so
# whatever becomes of the rest
TRUE_WHILE: Mapping[str, frozenset[str]] = {
    "placed": TO_PREPARE,
    "substitution": TO_PREPARE | AT_COUNTER,
    "ready": COLLECTABLE,
    "reminder": COLLECTABLE - {"customer_waiting"},
    "last_day": COLLECTABLE - {"customer_waiting"},
    "expired": frozenset({"expired"}),
    "cancelled": frozenset({"cancelled"}),
}
# of what has ended, somebody is told while it is fresh; no message says that it is days late
FRESH = {
    "expired": timedelta(days=2),
    "cancelled": timedelta(days=2),
    "receipt": timedelta(days=7),
    "reversed": timedelta(days=7),
    "returned": timedelta(days=7),
}
# the fact of a receipt of what was undone since, see store/receipts.py
VOID = "void"


def occasion_of(message: CustomerMessage) -> str:
    """Return what a message is about, also when it was sent again."""
    return message.occasion.partition(AGAIN)[0]


def is_true(message: CustomerMessage, order: Order, *, now: datetime) -> bool:
    """Tell whether a message still says what is so, and not too late."""
    fresh = FRESH.get(message.kind)
    if message.facts.get(VOID):
        return False
    if order.state not in TRUE_WHILE.get(message.kind, STATES):
        return False
    if fresh is not None and now - message.created_at > fresh:
        return False
    if message.kind == "substitution":
        return any(line.state == "substitute_proposed" for line in order.lines)
    if message.kind not in ("reminder", "last_day") or order.pickup_by is None:
        return True
    today = now.astimezone(ZoneInfo(order.store.time_zone)).date()
    is_of_date = occasion_of(message) == order.pickup_by.isoformat()
    is_last = today == order.pickup_by
    return is_of_date and (is_last if message.kind == "last_day" else today < order.pickup_by)


def is_silent(message: CustomerMessage, since: datetime | None) -> bool:
    """Tell whether a message waits since before that moment, and somebody should call."""
    is_old = since is not None and message.created_at < since
    return is_old and message.kind in PRESSING and message.state in WAITING
