"""Who asked to be told that an article is back: one notice of one article, and then forgotten.

A wish holds an e-mail address, a telephone or a known customer for as long as it waits, and for
this notice only. It ends when the customer was told, when its time is over or when it is taken
back; who it was is then gone, here and in the fact that told the central system.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from store import (
    as_records,
    changes,
    customers,
    json_back_in_stock,
    outbox,
    products,
    stock,
    stores,
)
from store.database import affected, take_turn
from store.errors import Invalid, NotFound, SoldNoMore
from store.models import BackInStock, Customer, OutboxMessage, Staff, Store, Variant, new_uid
from store.records import BackInStockRecord, CustomerRef
from store.stock import Trust

FACT = "back_in_stock"
WAITING, TOLD, TIME, CUSTOMER = "waiting", "told", "time", "customer"
STATES = (WAITING, TOLD, TIME, CUSTOMER)
LONGEST_EMAIL = 254
USUAL_WAIT = timedelta(days=90)
KEPT = timedelta(days=30)  # an ended wish, in which nobody is any more


def ask(
    session: Session,
    variant: Variant,
    *,
    store: Store,
    contact: str | Customer,
    channel: str,
    language: str,
    wait: timedelta,
    now: datetime,
) -> BackInStock:
    """Note who wants to be told, for `wait` at most, and let the central system know.

    `contact` is an e-mail address or a telephone as it was typed, or a customer. Whoever asks again
    for the same article has the wish that waits already.

    Raises Invalid for a contact that is neither, SoldNoMore for an article that is.
    """
    if variant.product.withdrawn_at is not None:
        raise SoldNoMore(kind="product", key=variant.sku)
    take_turn(session, changes.TURN)
    kind, value, customer = _who(contact)
    known = session.scalar(_waiting(store.id).where(*_same(variant.id, kind, value)))
    if known is not None:
        return known
    wish = BackInStock(
        uid=new_uid(),
        store=store,
        variant=variant,
        customer=customer,
        kind=kind,
        contact=value,
        language=language,
        channel=channel,
        asked_at=now,
        forget_at=now + wait,
    )
    session.add(wish)
    session.flush()
    _tell(session, wish, now=now)
    _signal(session, wish, now=now)
    return wish


def learn(
    session: Session, record: BackInStockRecord, *, tells: bool = False, now: datetime
) -> BackInStock:
    """Take in a wish, or its end, that another program tells; a wish that has ended stays so.

    `tells`: the central system must learn of it from us. Raises NotFound for an unknown store,
    article or customer, Invalid for an unknown state.
    """
    if record.state not in STATES:
        raise Invalid(field="state", problem="unknown")
    take_turn(session, changes.TURN)
    known = session.scalar(select(BackInStock).where(BackInStock.uid == record.uid))
    wish = known or _learnt(session, record)
    has_ended = record.state != WAITING
    is_news = has_ended and _end(session, wish, by=record.state, now=record.ended_at or now)
    if known is None or is_news:
        if tells:
            _tell(session, wish, now=now)
        _signal(session, wish, now=now)
    return wish


def due(session: Session, *, store_id: int, now: datetime, trust: Trust) -> Sequence[BackInStock]:
    """Return whom to tell now: who waits for an article that a store has again, the first first.

    Nobody is due while the figure is to be verified. Who was told is ended by `tell`; until then
    they are due, unless the article is out of stock again.
    """
    waiting = _waiting(store_id).where(BackInStock.forget_at > now)
    article = contains_eager(BackInStock.variant).contains_eager(Variant.product)
    query = waiting.join(BackInStock.variant).join(Variant.product).options(article)
    query = query.options(joinedload(BackInStock.customer))
    rows = session.scalars(query.order_by(BackInStock.asked_at, BackInStock.id)).all()
    wanted = sorted({row.variant_id for row in rows})
    known = stock.figures(session, wanted, store_id=store_id, now=now, trust=trust)
    return [row for row in rows if known[row.variant_id].level in ("in", "low")]


def tell(
    session: Session, uid: str, *, store: Store, staff: Staff | None = None, now: datetime
) -> BackInStock:
    """Note that the customer was told, by `staff` or by a message, and forget who it was.

    Twice is once: of two who tell at once, the first is noted. Raises NotFound.
    """
    take_turn(session, changes.TURN)
    here = BackInStock.uid == uid, BackInStock.store_id == store.id
    wish = session.scalar(
        select(BackInStock).where(*here).execution_options(populate_existing=True)
    )
    if wish is None:
        raise NotFound(kind=FACT, key=uid)
    if _end(session, wish, by=TOLD, now=now, staff=staff):
        _tell(session, wish, now=now)
        _signal(session, wish, now=now)
    return wish


def count_waiting(session: Session, variant_id: int, *, store_id: int, now: datetime) -> int:
    """Return how many wait for an article in a store."""
    of_this = BackInStock.variant_id == variant_id, BackInStock.forget_at > now
    query = _waiting(store_id).where(*of_this).with_only_columns(func.count())
    return session.scalar(query) or 0


def expire(session: Session, *, now: datetime) -> int:
    """End the wishes whose time is over, and forget who they were; return how many."""
    over = BackInStock.ended_at.is_(None), BackInStock.forget_at <= now
    rows = session.scalars(select(BackInStock).where(*over).order_by(BackInStock.id)).all()
    for wish in rows:
        if _end(session, wish, by=TIME, now=now):
            _tell(session, wish, now=now)
            _signal(session, wish, now=now)
    return len(rows)


def forget(session: Session, *, before: datetime) -> None:
    """Drop wishes that ended before that moment, and the contacts of facts delivered before it."""
    old = BackInStock.ended_at < before
    session.execute(delete(BackInStock).where(old).execution_options(synchronize_session=False))
    delivered = OutboxMessage.state == "delivered", OutboxMessage.delivered_at < before
    _empty_facts(session, *delivered)


def _who(contact: str | Customer) -> tuple[str, str, Customer | None]:
    if isinstance(contact, Customer):
        return "card", contact.uid, contact
    typed = contact.strip()
    if not typed:
        raise Invalid(field="contact", problem="empty")
    if customers.is_email(typed) and len(typed) <= LONGEST_EMAIL:
        return "email", customers.normalise_email(typed), None
    number = customers.normalise_phone(typed)
    if not number.startswith("+"):
        raise Invalid(field="contact", problem="malformed")
    return "phone", number, None


def _learnt(session: Session, record: BackInStockRecord) -> BackInStock:
    store = stores.get_by_code(session, record.store)
    variant = products.get_by_sku(session, record.sku)
    kind, value, customer = _who_told(session, record.contact)
    same = _waiting(store.id).where(*_same(variant.id, kind, value))
    if value and (known := session.scalar(same)) is not None:
        return known
    wish = BackInStock(
        uid=record.uid,
        store=store,
        variant=variant,
        customer=customer,
        kind=kind,
        contact=value or record.uid,  # nobody any more: the wish ended on its way here
        language=record.language,
        channel=record.channel,
        asked_at=record.asked_at,
        forget_at=record.forget_at or record.asked_at + USUAL_WAIT,
    )
    session.add(wish)
    session.flush()
    return wish


def _who_told(session: Session, ref: CustomerRef | None) -> tuple[str, str, Customer | None]:
    if ref is None:
        return "", "", None
    if ref.id or ref.external_id or ref.code:
        customer = customers.resolve(session, ref)
        if customer is None:
            raise NotFound(kind="customer", key=ref.id or ref.external_id)
        return _who(customer)
    return _who(ref.email or ref.phone)


def _end(
    session: Session, wish: BackInStock, *, by: str, now: datetime, staff: Staff | None = None
) -> bool:
    """End a wish that waits, and forget who it was; tell whether this call ended it."""
    nobody = {"contact": "", "customer_id": None}
    values = {"ended_at": now, "ended_by": by, "told_by_id": staff.id if staff else None, **nobody}
    statement = update(BackInStock).where(BackInStock.id == wish.id, BackInStock.ended_at.is_(None))
    won = affected(session, statement.values(values)) == 1
    session.refresh(wish)
    if won:
        _empty_facts(session, OutboxMessage.subject == _subject(wish))
    return won


def _empty_facts(session: Session, *which: ColumnElement[bool]) -> None:
    """Take the contact out of facts of the outbox."""
    query = select(OutboxMessage.id, OutboxMessage.payload).where(OutboxMessage.kind == FACT)
    for row in session.execute(query.where(*which)).all():
        if row.payload.get("contact"):
            emptied = {**row.payload, "contact": None}
            statement = update(OutboxMessage).where(OutboxMessage.id == row.id)
            session.execute(
                statement.values(payload=emptied).execution_options(synchronize_session=False)
            )


def _waiting(store_id: int) -> Select[BackInStock]:
    here = BackInStock.store_id == store_id, BackInStock.ended_at.is_(None)
    return select(BackInStock).where(*here)


def _same(variant_id: int, kind: str, contact: str) -> tuple[ColumnElement[bool], ...]:
    who = BackInStock.kind == kind, BackInStock.contact == contact
    return BackInStock.variant_id == variant_id, *who


def _subject(wish: BackInStock) -> str:
    return f"{FACT}:{wish.uid}"


def _tell(session: Session, wish: BackInStock, *, now: datetime) -> None:
    """Let the central system learn of the wish, or of its end."""
    payload = json_back_in_stock.write(as_records.of_back_in_stock(wish))
    outbox.add(session, kind=FACT, subject=_subject(wish), payload=payload, now=now)


def _signal(session: Session, wish: BackInStock, *, now: datetime) -> None:
    """Let the tablets read the article again."""
    changes.record(session, "staff", _subject(wish), now=now)
