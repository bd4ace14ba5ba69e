"""How the customer of an order can be reached, and when that is forgotten."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, or_, select, update
from sqlalchemy.orm import Session

from store import changes, customers, pickup_steps
from store.database import affected
from store.errors import Invalid
from store.models import CustomerMessage, Order

LANGUAGES = ("fr", "en")
SHORTEST_PHONE = 8


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Where and how a customer is written to; what is not known is empty."""

    email: str = ""
    phone: str = ""
    language: str = ""
    first_name: str = ""


def of_order(order: Order, *, email: str = "") -> Reach:
    """Return how to reach who ordered: what the order says, else the customer's file.

    `email` is an address that was given for one message alone.
    """
    customer = order.customer
    known = customer.first_name if customer else ""
    return Reach(
        email=email or order.email or (customer.email if customer else ""),
        phone=order.phone or (customer.phone if customer else ""),
        language=language_of(order.language or (customer.language if customer else "")),
        first_name=known or order.customer_name.partition(" ")[0],
    )


def language_of(told: str) -> str:
    """Return the language of ours that comes nearest to a tag such as de-CH; empty for none."""
    tag = told.strip().casefold()[:2]
    if not tag:
        return ""
    return tag if tag in LANGUAGES else "en"


def correct(
    session: Session, order_uid: str, *, email: str | None, phone: str | None, now: datetime
) -> Order:
    """Write how the customer of one order is reached, as they say it at the counter.

    None leaves what is there. Raises NotFound; Invalid for what is no address or no number.
    """
    order = pickup_steps.get_locked(session, order_uid)
    if email is not None:
        order.email = _checked_email(email)
    if phone is not None:
        order.phone = _checked_phone(phone)
    session.flush()
    changes.record(session, "orders", order.uid, now=now)
    return order


def forget(session: Session, *, before: datetime) -> int:
    """Empty what orders that ended before that moment say of a person; return how many did.

    That is address and number, where a car stood, and a guest's name; what their messages say of
    whom they went to goes with them.
    """
    over = Order.closed_at < before
    of_over = CustomerMessage.order_id.in_(select(Order.id).where(over))
    traces = or_(CustomerMessage.sent_to != "", cast(CustomerMessage.facts, String) != "{}")
    affected(session, update(CustomerMessage).where(of_over, traces).values(sent_to="", facts={}))
    named = Order.customer_id.is_(None) & (Order.customer_name != "")
    affected(session, update(Order).where(over, named).values(customer_name=""))
    kept = or_(Order.email != "", Order.phone != "", Order.arrival_place != "")
    nothing = {"email": "", "phone": "", "arrival_place": ""}
    return affected(session, update(Order).where(over, kept).values(nothing))


def _checked_email(text: str) -> str:
    address = customers.normalise_email(text)
    name, at, domain = address.rpartition("@")
    is_one = bool(name and at) and "." in domain.strip(".") and not set(address) & set(" ,;<>\r\n")
    if address and not is_one:
        raise Invalid(field="email", problem="malformed")
    return address


def _checked_phone(text: str) -> str:
    number = customers.normalise_phone(text) if text.strip() else ""
    if number and (not number.startswith("+") or len(number) < SHORTEST_PHONE):
        raise Invalid(field="phone", problem="malformed")
    return number
