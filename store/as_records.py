"""Rows as the records that leave this server: for the machine API and the feed of changes."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from store import json_orders
from store.models import (
    BackInStock,
    Card,
    Consent,
    Customer,
    Order,
    Product,
    Purchase,
    PurchaseLine,
    StockLevel,
    StockMovement,
    Store,
    Variant,
    Visit,
)
from store.pickup_goods import is_taken_out
from store.records import (
    BackInStockRecord,
    ConsentRecord,
    CustomerRecord,
    CustomerRef,
    DeliveryRecord,
    MovementRecord,
    OrderLineRecord,
    OrderRecord,
    ProductRecord,
    PurchaseLineRecord,
    PurchaseRecord,
    ShownRecord,
    StockRecord,
    VariantRecord,
    VisitRecord,
)

# What a store does to its own reservations is not what it has.
TOLD_MOVEMENTS = ("count", "shelf_check", "delta", "handover", "return")
COUNTS = ("count", "shelf_check")


def of_customer(session: Session, customer: Customer) -> CustomerRecord:
    """Return a customer with the live cards, the oldest first, and what they agreed to."""
    return of_customers(session, [customer])[0]


def of_customers(session: Session, customers: Sequence[Customer]) -> list[CustomerRecord]:
    """Return customers as `of_customer` does, in their order; three queries for all of them."""
    ids = [customer.id for customer in customers]
    cards, consents = _live_cards(session, ids), _newest_consents(session, ids)
    count = select(Purchase.customer_id, func.count()).where(Purchase.customer_id.in_(ids))
    purchases: dict[int | None, int] = {
        row[0]: row[1] for row in session.execute(count.group_by(Purchase.customer_id))
    }
    return [
        CustomerRecord(
            uid=customer.uid,
            source=customer.source,
            external_id=customer.external_id,
            first_name=customer.first_name,
            last_name=customer.last_name,
            email=customer.email,
            phone=customer.phone,
            city=customer.city,
            country=customer.country,
            language=customer.language,
            joined_on=customer.joined_on,
            tier=customer.tier,
            points=customer.points_snapshot if customer.points_at else None,
            points_at=customer.points_at,
            cards=tuple(cards[customer.id]),
            consents=tuple(of_consent(one, customer) for one in consents[customer.id]),
            purchases=purchases.get(customer.id, 0),
        )
        for customer in customers
    ]


def _live_cards(session: Session, ids: Collection[int]) -> dict[int, list[str]]:
    live = Card.customer_id.in_(ids), Card.revoked_at.is_(None)
    cards: dict[int, list[str]] = defaultdict(list)
    for owner, code in session.execute(
        select(Card.customer_id, Card.code).where(*live).order_by(Card.id)
    ):
        cards[owner].append(code)
    return cards


def _newest_consents(session: Session, ids: Collection[int]) -> dict[int, list[Consent]]:
    """Return the newest statement of each purpose and channel; of one moment the withdrawal."""
    query = select(Consent).where(Consent.customer_id.in_(ids))
    rows = session.scalars(query.order_by(Consent.stated_at, Consent.state, Consent.id))
    newest = {(row.customer_id, row.purpose, row.channel): row for row in rows}
    consents: dict[int, list[Consent]] = defaultdict(list)
    for key in sorted(newest):
        consents[key[0]].append(newest[key])
    return consents


def ref_to(customer: Customer | None, *, name: str = "") -> CustomerRef | None:
    """Return how other programs know a customer, None for nobody."""
    if customer is None:
        return CustomerRef(name=name) if name else None
    return CustomerRef(
        id=customer.uid,
        source=customer.source,
        external_id=customer.external_id,
        name=f"{customer.first_name} {customer.last_name}".strip() or name,
    )


def of_back_in_stock(wish: BackInStock) -> BackInStockRecord:
    """Return somebody's wish to be told that an article is back, as it stands."""
    told = {"email": {"email": wish.contact}, "phone": {"phone": wish.contact}}
    known = CustomerRef(**told.get(wish.kind, {})) if wish.contact else None
    return BackInStockRecord(
        uid=wish.uid,
        store=wish.store.code,
        sku=wish.variant.sku,
        state=wish.ended_by or "waiting",
        contact=_unnamed(ref_to(wish.customer)) or known,
        language=wish.language,
        channel=wish.channel,
        asked_at=wish.asked_at,
        forget_at=wish.forget_at,
        ended_at=wish.ended_at,
    )


def _unnamed(ref: CustomerRef | None) -> CustomerRef | None:
    return replace(ref, name="") if ref else None


def of_product(product: Product) -> ProductRecord:
    """Return a product with all its variants in their order."""
    texts = ("reference", "name", "name_en", "description", "brand", "category", "family", "source")
    return ProductRecord(
        variants=tuple(of_variant(variant) for variant in product.variants),
        **{name: getattr(product, name) for name in texts},
    )


def of_variant(variant: Variant) -> VariantRecord:
    """Return one SKU."""
    return VariantRecord(
        sku=variant.sku,
        price_minor=variant.price_minor,
        currency=variant.currency,
        gtin=variant.gtin,
        size=variant.size,
        colour=variant.colour,
        tone=variant.tone,
        content=variant.content,
    )


def of_level(level: StockLevel) -> StockRecord:
    """Return what a store holds, as of when this server last heard of it."""
    return StockRecord(
        store=level.store.code,
        sku=level.variant.sku,
        on_hand=level.on_hand,
        reserved=level.reserved,
        safety_stock=level.safety_stock,
        incoming=level.incoming,
        incoming_on=level.incoming_on,
        aisle=level.aisle,
        as_of=level.learnt_at,
        source=level.source,
    )


def movements_since_count(
    session: Session, variants: Sequence[Variant], *, store: Store
) -> dict[int, list[MovementRecord]]:
    """Return a store's movements from the newest count on, the oldest first, by variant id.

    They are all that its quantities on hand follow from; one query for all variants.
    """
    known = {variant.id: variant for variant in variants}
    here = StockMovement.store_id == store.id, StockMovement.variant_id.in_(known)
    counted = select(StockMovement.variant_id, func.max(StockMovement.occurred_at).label("at"))
    counted = counted.where(*here, StockMovement.kind.in_(COUNTS))
    newest = counted.group_by(StockMovement.variant_id).subquery()
    query = select(StockMovement).outerjoin(newest, newest.c.variant_id == StockMovement.variant_id)
    query = query.where(*here, StockMovement.kind.in_(TOLD_MOVEMENTS))
    query = query.where(or_(newest.c.at.is_(None), StockMovement.occurred_at >= newest.c.at))
    found: dict[int, list[MovementRecord]] = {number: [] for number in known}
    for row in session.scalars(query.order_by(StockMovement.occurred_at, StockMovement.id)):
        variant = known[row.variant_id]
        found[variant.id].append(_of_movement(row, store=store, variant=variant))
    return found


def _of_movement(row: StockMovement, *, store: Store, variant: Variant) -> MovementRecord:
    return MovementRecord(
        source=row.source,
        source_id=row.source_id,
        store=store.code,
        sku=variant.sku,
        kind=row.kind,
        quantity=row.quantity,
        occurred_at=row.occurred_at,
        reason=row.reason,
    )


def of_order(
    order: Order, *, with_delivery: bool = False, with_contact: bool = True
) -> OrderRecord:
    """Return an order with its codes and state, so that each store can recognise it.

    `with_delivery` tells where it goes too: for who delivers it, never for the other stores;
    `with_contact` how its guest is reached.
    """
    lines = tuple(
        OrderLineRecord(
            sku=line.sku,
            quantity=line.quantity,
            unit_price_minor=line.unit_price_minor,
            label=line.label,
        )
        for line in order.lines
        if not is_taken_out(line)
    )
    return OrderRecord(
        uid=order.uid,
        source=order.source,
        external_id=order.external_id,
        number=order.number,
        store=order.store.code,
        customer=_customer_of(order, with_contact=with_contact),
        language=order.language,
        placed_at=order.placed_at,
        promised_at=order.promised_at,
        pickup_by=order.pickup_by,
        paid=order.paid,
        channel=order.channel,
        fulfilment=order.fulfilment,
        hold_until=order.hold_until,
        delivery=_delivery(order) if with_delivery else None,
        currency=order.currency,
        code=order.code,
        pickup_code=order.pickup_code,
        state=order.state,
        staging_place=order.staging_place,
        answers=tuple(json_orders.read_answer(one) for one in order.answers),
        lines=lines,
    )


def _customer_of(order: Order, *, with_contact: bool) -> CustomerRef | None:
    """Return whose order it is; of a guest, how to tell them that it is ready."""
    if order.customer is not None or not with_contact or not (order.email or order.phone):
        return ref_to(order.customer, name=order.customer_name)
    return CustomerRef(name=order.customer_name, email=order.email, phone=order.phone)


def _delivery(order: Order) -> DeliveryRecord | None:
    found = order.delivery
    if found is None:
        return None
    names = ("name", "address", "postcode", "city", "country", "email", "phone")
    return DeliveryRecord(**{name: getattr(found, name) for name in names})


def of_visit(visit: Visit) -> VisitRecord:
    """Return a closed visit; raises ValueError for one that is open."""
    if visit.ended_at is None:
        raise ValueError("an open visit is not told")
    return VisitRecord(
        id=visit.uid,
        store=visit.store.code,
        staff=visit.staff.code if visit.staff else "",
        staff_name=visit.staff_name,
        customer=ref_to(visit.customer),
        opened_by=visit.opened_by,
        started_at=visit.started_at,
        ended_at=visit.ended_at,
        reason=visit.reason,
        outcome=visit.outcome,
        products=tuple(ShownRecord(sku=line.sku, kind=line.kind) for line in visit.lines),
        note=visit.note,
        next_step=visit.next_step,
    )


def of_consent(consent: Consent, customer: Customer) -> ConsentRecord:
    """Return one dated statement of a customer."""
    return ConsentRecord(
        source=consent.source,
        source_id=consent.source_id,
        customer=ref_to(customer) or CustomerRef(),
        purpose=consent.purpose,
        channel=consent.channel,
        state=consent.state,
        text_version=consent.text_version,
        language=consent.language,
        place=consent.place,
        staff=consent.staff_code,
        proof=consent.proof,
        stated_at=consent.stated_at,
    )


def of_purchases(session: Session, numbers: Sequence[int]) -> dict[int, PurchaseRecord]:
    """Return purchases with their lines, by the numbers of their rows; two queries."""
    query = select(Purchase, Store.code).outerjoin(Store, Store.id == Purchase.store_id)
    lines = _lines_of(session, numbers)
    return {
        row.id: PurchaseRecord(
            source=row.source,
            external_id=row.external_id,
            occurred_at=row.occurred_at,
            total_minor=row.total_minor,
            currency=row.currency,
            lines=tuple(lines[row.id]),
            store=store or "",
            channel=row.channel,
            kind=row.kind,
        )
        for row, store in session.execute(query.where(Purchase.id.in_(numbers)))
    }


def _lines_of(session: Session, numbers: Sequence[int]) -> dict[int, list[PurchaseLineRecord]]:
    query = select(PurchaseLine, Variant.sku, Product.name)
    query = query.outerjoin(Variant, Variant.id == PurchaseLine.variant_id)
    query = query.outerjoin(Product, Product.id == Variant.product_id)
    query = query.where(PurchaseLine.purchase_id.in_(numbers)).order_by(PurchaseLine.id)
    lines: dict[int, list[PurchaseLineRecord]] = {number: [] for number in numbers}
    for row, sku, name in session.execute(query):
        lines[row.purchase_id].append(
            PurchaseLineRecord(
                sku=sku or "",
                label=row.label or name or "",
                quantity=row.quantity,
                amount_minor=row.amount_minor,
            )
        )
    return lines
