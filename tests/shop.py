"""A small shop for tests: known people and things among noise that must not be found."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import codes, gs1, products
from store.models import (
    Base,
    Card,
    Customer,
    CustomerToken,
    Device,
    Identity,
    Order,
    OrderLine,
    Product,
    Staff,
    StockLevel,
    StockMovement,
    Store,
    Variant,
)
from store.records import ProductRecord, VariantRecord
from store.secrets import hashed
from store.web import clock

PIN = "2580"
HOURS = {day: [["09:30", "19:30"]] for day in ("mo", "tu", "we", "th", "fr", "sa")}


@dataclass(frozen=True, kw_only=True)
class Shop:
    """What `open_shop` made; everything not named here is noise."""

    lille: Store
    roubaix: Store
    ines: Staff
    manager: Staff
    tablet: Device
    tablet_secret: str
    kiosk: Device
    kiosk_secret: str
    cup: Variant
    cake_stand: Variant
    camille: Customer
    camille_card: str
    order: Order


# what stands in each field of a shop: a text, or a table and the number of a row
Named = dict[str, str | tuple[type[Base], int]]


def named(shop: Shop) -> Named:
    """Return by which names `find_shop` finds a shop again."""
    fields = vars(shop).items()
    return {
        name: value if isinstance(value, str) else (type(value), value.id) for name, value in fields
    }


def find_shop(session: Session, names: Named) -> Shop:
    """Return the shop that is in the database already, with what its things refer to.

    What a test would read of it later opens a transaction, which keeps the pages from writing.
    """
    found = Shop(
        **{
            name: value if isinstance(value, str) else session.get_one(*value)
            for name, value in names.items()
        }
    )
    for one in (found.cup, found.cake_stand):
        assert one.product.variants
    for person in (found.ines, found.manager, found.tablet, found.kiosk):
        assert person.store
    assert found.order.lines and found.order.store and found.order.customer
    return found


# as cheap as argon2 can be: a PIN that is set costs 0.1 s, and most tests of pages sign in
_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def _pin_hash() -> str:
    return _HASHER.hash(PIN)


def open_shop(session: Session, *, now: datetime) -> Shop:
    """Add the shop to an empty database; the caller commits."""
    lille, roubaix = _stores(session)
    ines = _person(session, "ines", "Inès Benali", "assistant", lille)
    manager = _person(session, "malik", "Malik Haddad", "manager", lille)
    _person(session, "zoe", "Zoé Martin", "assistant", roubaix)
    tablet = _device(session, "tablet", lille, now=now)
    kiosk = _device(session, "kiosk", lille, now=now)
    cup = _variant(session, "22699", "Tasse et soucoupe Regency « Roses »", "cup", 295, now=now)
    stand = _variant(session, "22423", "Présentoir à gâteaux Regency", "cake", 1095, now=now)
    _variant(session, "99999", "Article que personne ne cherche", "gift", 100, now=now)
    for store, on_hand in ((lille, 6), (roubaix, 2)):
        _stock(session, store, cup, on_hand, now=now)
    _stock(session, lille, stand, 8, now=now)
    camille = _camille(session, now=now)
    card = _card(session, camille, now=now)
    _noise_customer(session, now=now)
    order = _order(session, lille, camille, (cup, stand), now=now)
    return Shop(
        lille=lille,
        roubaix=roubaix,
        ines=ines,
        manager=manager,
        tablet=tablet,
        tablet_secret="tablet-secret",
        kiosk=kiosk,
        kiosk_secret="kiosk-secret",
        cup=cup,
        cake_stand=stand,
        camille=camille,
        camille_card=card,
        order=order,
    )


def cushions(session: Session, *on_hand: int) -> list[str]:
    """Add one article in two colours, ivory and red, and commit; return their SKUs."""
    colours = (("ivoire", "craie"), ("rouge", "cerise"))
    told = tuple(
        VariantRecord(sku=f"COU-{n}", price_minor=1500, colour=colour, tone=tone)
        for n, (colour, tone) in enumerate(colours)
    )
    record = ProductRecord(reference="COU", name="Coussin", category="kitchen", variants=told)
    now = clock.now()
    product = products.upsert(session, record, now=now)
    shop = session.scalars(select(Store).where(Store.code == "LIL")).one()
    for variant, quantity in zip(product.variants, on_hand, strict=True):
        _stock(session, shop, variant, quantity, now=now)
    session.commit()
    return [variant.sku for variant in product.variants]


def _stores(session: Session) -> tuple[Store, Store]:
    lille = Store(
        code="LIL",
        name="Lille, Grand'Place",
        address="12 Grand'Place",
        postcode="59800",
        city="Lille",
        latitude=50.6366,
        longitude=3.0635,
        opening_hours=HOURS,
    )
    roubaix = Store(
        code="RBX",
        name="Roubaix",
        address="3 Grand'Rue",
        postcode="59100",
        city="Roubaix",
        latitude=50.6916,
        longitude=3.1746,
        opening_hours=HOURS,
        phone="03 20 00 00 00",
    )
    session.add_all([lille, roubaix])
    session.flush()
    return lille, roubaix


def _person(session: Session, code: str, name: str, role: str, store: Store) -> Staff:
    person = Staff(code=code, name=name, role=role, store=store, pin_hash=_pin_hash())
    session.add(person)
    return person


def _device(session: Session, kind: str, store: Store, *, now: datetime) -> Device:
    device = Device(
        kind=kind,
        name=f"{kind} 1",
        store=store,
        token_hash=hashed(f"{kind}-secret"),
        enrolled_at=now,
    )
    session.add(device)
    return device


def _variant(
    session: Session, sku: str, name: str, family: str, price: int, *, now: datetime
) -> Variant:
    product = Product(reference=sku, name=name, family=family, category="kitchen", changed_at=now)
    body = f"02000000{sku}"
    gtin = body + gs1.check_digit(body)
    variant = Variant(product=product, sku=sku, gtin=gtin, price_minor=price)
    session.add_all([product, variant])
    session.flush()
    return variant


def _stock(
    session: Session, store: Store, variant: Variant, on_hand: int, *, now: datetime
) -> None:
    counted = now - timedelta(minutes=5)
    session.add(
        StockMovement(
            source="till",
            source_id=f"count-{store.code}-{variant.sku}",
            store_id=store.id,
            variant_id=variant.id,
            kind="count",
            quantity=on_hand,
            occurred_at=counted,
            recorded_at=counted,
        )
    )
    session.add(
        StockLevel(
            store_id=store.id,
            variant_id=variant.id,
            on_hand=on_hand,
            counted=on_hand,
            counted_at=counted,
            moved_at=counted,
            learnt_at=counted,
            source="till",
        )
    )


def _camille(session: Session, *, now: datetime) -> Customer:
    camille = Customer(
        source="crm",
        external_id="C-1001",
        first_name="Camille",
        last_name="Roussel",
        email="camille.roussel@example.org",
        phone="+33600000042",
        city="Lille",
        tier="gold",
        points_snapshot=1284,
        points_at=now - timedelta(days=1),
        joined_on=date(2021, 3, 4),
        changed_at=now,
    )
    session.add(camille)
    session.flush()
    session.add_all(
        [
            Identity(customer_id=camille.id, kind="email", value=camille.email, source="crm"),
            Identity(customer_id=camille.id, kind="phone", value=camille.phone, source="crm"),
            CustomerToken(token="camille", customer_id=camille.id),
            CustomerToken(token="roussel", customer_id=camille.id),
        ]
    )
    return camille


def _card(session: Session, customer: Customer, *, now: datetime) -> str:
    code = codes.generate(codes.Kind.CARD)
    session.add(Card(customer_id=customer.id, code=code, issued_at=now))
    session.flush()
    return code


def _noise_customer(session: Session, *, now: datetime) -> None:
    stranger = Customer(
        source="crm",
        external_id="C-2002",
        first_name="Dominique",
        last_name="Ailleurs",
        email="dominique@example.org",
        phone="+33600000099",
        changed_at=now,
    )
    session.add(stranger)
    session.flush()
    session.add(CustomerToken(token="ailleurs", customer_id=stranger.id))


def _order(
    session: Session,
    store: Store,
    customer: Customer,
    variants: tuple[Variant, ...],
    *,
    now: datetime,
) -> Order:
    order = Order(
        source="web",
        external_id="W-482915",
        number="482915",
        store=store,
        customer=customer,
        customer_name="Camille Roussel",
        placed_at=now - timedelta(days=2),
        promised_at=now - timedelta(hours=1),
        total_minor=1390,
        state="ready",
        state_at=now - timedelta(hours=2),
        ready_at=now - timedelta(hours=2),
        code=codes.generate(codes.Kind.ORDER),
        pickup_code="482915",
        pickup_by=now.date() + timedelta(days=7),
        staging_place="B-04",
    )
    for variant in variants:
        order.lines.append(
            OrderLine(
                variant=variant,
                sku=variant.sku,
                label=variant.product.name,
                quantity=1,
                unit_price_minor=variant.price_minor,
                state="picked",
            )
        )
    session.add(order)
    session.flush()
    return order


def arrange_order(
    session: Session,
    shop: Shop,
    *,
    number: str,
    state: str,
    lines: tuple[str, ...] = ("picked",),
) -> Order:
    """Add another order of Lille for cups, one line for each state of `lines`."""
    order = Order(
        source="web",
        external_id=f"W-{number}",
        number=number,
        store=shop.lille,
        customer_name="Sasha Moreau",
        placed_at=shop.order.placed_at,
        state=state,
        state_at=shop.order.state_at,
        code=codes.generate(codes.Kind.ORDER),
    )
    for line in lines:
        order.lines.append(
            OrderLine(variant=shop.cup, sku=shop.cup.sku, label="Tasse", quantity=1, state=line)
        )
    session.add(order)
    session.flush()
    return order
