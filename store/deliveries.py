"""Orders to be delivered at home, taken in the shop for the central system to carry out."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from store import customers, placed_orders
from store.errors import Invalid
from store.models import Customer, Order, Store
from store.placed_orders import Placing, Wish
from store.records import DeliveryRecord

REQUIRED = ("name", "address", "postcode", "city")
LONGEST = {"name": 80, "address": 120, "postcode": 12, "city": 60, "email": 120, "phone": 25}
LEAST_DIGITS = 6


def order(
    session: Session,
    wishes: Sequence[Wish],
    *,
    own: Store,
    channel: str,
    to: DeliveryRecord,
    customer: Customer | None = None,
    now: datetime,
) -> Order:
    """Write the order and its address, to be told to the central system; nothing is paid here.

    Raises Invalid for the first fault of the address (see `faults`), or for the lines.
    """
    for field, problem in faults(to).items():
        raise Invalid(field=field, problem=problem)
    placing = Placing(
        wishes=wishes,
        own=own,
        store=own,
        channel=channel,
        fulfilment="delivery",
        name=to.name,
        customer=customer,
        delivery=to,
    )
    return placed_orders.place(session, placing, now=now)


def faults(to: DeliveryRecord) -> dict[str, str]:
    """Return what is wrong with an address, by field: empty, too_long, malformed or missing.

    `contact` is missing when there is neither an e-mail address nor a telephone.
    """
    found = {name: "empty" for name in REQUIRED if not getattr(to, name).strip()}
    found |= {name: "too_long" for name, most in LONGEST.items() if len(getattr(to, name)) > most}
    if to.email and not customers.is_email(to.email):
        found["email"] = "malformed"
    if to.phone and sum(sign.isdigit() for sign in to.phone) < LEAST_DIGITS:
        found["phone"] = "malformed"
    if not to.email.strip() and not to.phone.strip():
        found["contact"] = "missing"
    return found
