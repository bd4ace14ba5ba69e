"""The states of a pickup as one table: what may happen when, by whom, and what comes of it.

The state of an order follows from the states of its lines and from what happened to the whole.
What is not in the table is refused.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

TO_PREPARE = frozenset({"new", "accepted", "picking", "problem"})
COLLECTABLE = frozenset({"ready", "customer_waiting", "partly_collected", "handover_reversed"})
AT_COUNTER = frozenset({"customer_waiting", "partly_collected"})  # what is missing shows there too
OPEN = TO_PREPARE | COLLECTABLE
CLOSED = frozenset({"collected", "cancelled", "expired"})
OVER_FOR_NOW = frozenset({"expired"})  # may be kept again, with goods that moved meanwhile
STATES = OPEN | CLOSED

PREPARED = frozenset({"picked", "substituted", "arrived"})  # lines whose goods lie ready
UNPREPARED = frozenset({"to_pick", "short", "substitute_proposed", "awaiting_transfer"})
OPEN_LINES = PREPARED | UNPREPARED
LACKING = UNPREPARED - {"to_pick"}  # an order with one of these is not ready
LINE_STATES = OPEN_LINES | {"collected", "refused", "cancelled"}

# what many rules ask for by name: events, and the states that come of them
COLLECTED, CANCELLED, UNDONE = "collected", "cancelled", "handover_reversed"

# the reason of a line that its source took out of the order: it may put it in again
WITHDRAWN = "withdrawn"

# the reason of a last day that is put off because the shop does not open on it
SHOP_CLOSED = "shop_closed"

# who lets something happen; a central system only repeats what happened elsewhere
STAFF = frozenset({"assistant", "manager"})
CUSTOMER = frozenset({"customer"})
SYSTEM = frozenset({"system"})  # this server by itself, when a time is over
CENTRAL = frozenset({"central"})


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One kind of event: in which order states, by whom, what lines become, who hears of it.

    `lines` is empty when it happens to the order as a whole; else it needs one line at least.
    `needs` is the state in which at least one line must be, where that is not said by `lines`.
    `message` is the kind of message that the customer gets, if any: one, when the order is in a
    state of `message_in` by then, and not when the web shop that sold it says so (`told_by_web`),
    since that one writes to its customers itself. `tells` is whether a central system learns of
    it: what only concerns the shop's own work stays here. `voids` is a kind of message that says
    nothing any more: the event's own then only goes to whom such a one may have reached.
    `if_awaited` is the event that follows by itself where the customer stands in the shop already,
    welcomed before the order could be given: they wait for it from then on.
    """

    orders: frozenset[str]
    by: frozenset[str] = STAFF
    lines: Mapping[str, str] = field(default_factory=dict)
    needs: str = ""
    message: str = ""
    message_in: frozenset[str] = STATES
    told_by_web: bool = False
    voids: str = ""
    tells: bool = True
    if_awaited: str = ""


def _all(lines: Collection[str], become: str) -> dict[str, str]:
    return dict.fromkeys(lines, become)


HAPPENINGS: Mapping[str, Happening] = {
    # preparing; what is missing, and turns up again, may show at the counter only
    "promised": Happening(orders=STATES, by=SYSTEM),  # by when it will be ready
    "accepted": Happening(orders=frozenset({"new"})),
    "picked": Happening(orders=OPEN, lines=_all({"to_pick", "short"}, "picked")),
    "put_back": Happening(
        orders=(OPEN | OVER_FOR_NOW) - {"new", "customer_waiting"}, lines=_all(PREPARED, "to_pick")
    ),
    "short": Happening(
        orders=OPEN,
        by=STAFF | SYSTEM,
        lines=_all(PREPARED | {"to_pick", "awaiting_transfer"}, "short"),
    ),
    "substitute_proposed": Happening(
        orders=TO_PREPARE | AT_COUNTER,
        by=STAFF | SYSTEM,
        lines=_all({"to_pick", "short"}, "substitute_proposed"),
        message="substitution",
    ),
    "substituted": Happening(
        orders=TO_PREPARE | AT_COUNTER,
        by=STAFF | CUSTOMER,
        lines={"substitute_proposed": "substituted"},
    ),
    "substitute_refused": Happening(
        orders=TO_PREPARE | AT_COUNTER,
        by=STAFF | CUSTOMER,
        lines={"substitute_proposed": "short"},
    ),
    "awaiting_transfer": Happening(
        orders=TO_PREPARE | AT_COUNTER,
        by=STAFF | CUSTOMER,
        lines=_all({"to_pick", "short", "substitute_proposed"}, "awaiting_transfer"),
    ),
    "transferred": Happening(orders=OPEN | OVER_FOR_NOW, lines={"awaiting_transfer": "arrived"}),
    "came_late": Happening(orders=STATES),  # sent by another shop, and nobody waits for it
    "ready": Happening(
        orders=TO_PREPARE,
        by=STAFF | SYSTEM,
        lines={"to_pick": "picked"} | {line: line for line in PREPARED},
        message="ready",
        if_awaited="arrived",
    ),
    # at the counter
    "arrived": Happening(
        orders=frozenset({"ready", "partly_collected", "handover_reversed"}), by=STAFF | CUSTOMER
    ),
    "gone": Happening(orders=frozenset({"customer_waiting"}), by=STAFF | CUSTOMER | SYSTEM),
    "collected": Happening(
        orders=COLLECTABLE, lines=_all(PREPARED, "collected"), message="receipt"
    ),
    "refused": Happening(orders=COLLECTABLE, lines=_all(PREPARED, "refused")),
    "handover_reversed": Happening(
        # also of an order of which another handover was undone before
        orders=frozenset(
            {"collected", "partly_collected", "customer_waiting", "handover_reversed"}
        ),
        by=frozenset({"manager"}),
        lines={"collected": "picked"},
        message="reversed",
        voids="receipt",
    ),
    # ends
    # while it is prepared because its shop does not open on the last day, see pickup_ends
    "extended": Happening(orders=OPEN, by=STAFF | CUSTOMER | SYSTEM),
    "cancelled": Happening(
        orders=OPEN,
        by=STAFF | CUSTOMER | SYSTEM,
        lines=_all(OPEN_LINES, "cancelled"),
        message="cancelled",
        message_in=frozenset({"cancelled"}),  # who gives up a part of it is not written so
        told_by_web=True,
    ),
    "expired": Happening(
        orders=TO_PREPARE | {"ready", "partly_collected", "handover_reversed"},
        by=STAFF | SYSTEM,
        message="expired",
    ),
    # "no longer kept" was the last word: it is ready again, or will be once it is laid down
    "reopened": Happening(
        orders=OVER_FOR_NOW, message="ready", message_in=frozenset({"ready", "partly_collected"})
    ),
    "returned": Happening(orders=STATES, needs="collected", message="returned"),
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
            {"collected", "handover_reversed"},
        )
    )
    for state in states
}


def may(event: str, actor: str) -> bool:
    """Tell whether somebody of this kind may let the event happen."""
    return actor in HAPPENINGS[event].by or actor in CENTRAL


def state_after(event: str, *, before: str, lines: Collection[str]) -> str:
    """Return the state of an order after an event; `lines` are the states they have by then."""
    if event in BESIDE or (before in OVER_FOR_NOW and event != "reopened"):
        return before
    still_open = [line for line in lines if line in OPEN_LINES]
    if not still_open:
        return "collected" if "collected" in lines else "cancelled"
    if event == "expired":
        return "expired"
    if event == "handover_reversed":
        return event
    if event == "arrived" or (before == "customer_waiting" and event not in LEAVING):
        return "customer_waiting"
    if _is_begun_anew(event, before=before, lines=lines):
        return _while_preparing(event, before=before, lines=still_open)
    if "collected" in lines or "refused" in lines:
        return "partly_collected"
    if event == "ready" or (before in SETTLED and not UNPREPARED.intersection(lines)):
        return "handover_reversed" if before == "handover_reversed" else "ready"
    return _while_preparing(event, before=before, lines=still_open)


# what leaves an order as it is
BESIDE = frozenset({"promised", "extended", "returned", "came_late"})
PROMISING = frozenset({"promised", "accepted"})  # what says by when it will be ready
LEAVING = frozenset({"collected", "refused", "gone"})  # what ends a customer's wait
SETTLED = frozenset({"ready", "customer_waiting", "handover_reversed"})  # states that stay


def _is_begun_anew(event: str, *, before: str, lines: Collection[str]) -> bool:
    """Tell whether what is left of an order is prepared again, though a part of it has left."""
    if event in ("put_back", "reopened"):
        return not PREPARED.intersection(lines)
    return before in TO_PREPARE and event != "ready"


def _while_preparing(event: str, *, before: str, lines: Collection[str]) -> str:
    if "short" in lines or "substitute_proposed" in lines:
        return "problem"
    if event == "reopened" and all(line in PREPARED for line in lines):
        return "ready"
    if any(line in PREPARED for line in lines):
        return "picking"
    return "accepted" if event == "accepted" or before != "new" else "new"
