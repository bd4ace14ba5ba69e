"""A small shop with an order at each point of its way, so that every screen of them is full."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store import (
    pickup_ends,
    pickup_orders,
    pickups,
    preparing,
    printers,
    products,
    proposals,
    shelf_checks,
    staging,
    stock,
    stores,
    waves,
    web_returns,
)
from store.models import CustomerMessage, Order, Staff, Store, Variant
from store.records import (
    CustomerRef,
    MovementRecord,
    OrderLineRecord,
    OrderRecord,
    ProductRecord,
    VariantRecord,
)
from store.web_returns import Returned

CUP, GREEN, STAND, PINK = "22699", "22697", "22423", "22698"
PRICES = {CUP: 295, GREEN: 285, PINK: 290, STAND: 1095}
PLACES = (("A-01", "small", 1), ("A-02", "small", 1), ("B-01", "medium", 2), ("C-01", "large", 3))
TRUST = stock.Trust(is_alone=True)


def furnish(session: Session, *, now: datetime) -> dict[str, str]:
    """Fill the shop of `tests.shop`; return the path of each screen by what it shows."""
    scene = _Scene(session, now)
    scene.fill_shelves()
    wave = scene.walk_a_wave()
    check = shelf_checks.ask(
        session, scene.variant(PINK).id, store_id=scene.store.id, reason="customer", now=now
    )
    shown = {
        "wave": f"/tablet/preparing/{wave}",
        **{name: f"/tablet/preparing/{wave}/lines/{at}" for name, at in scene.lines.items()},
        "unfetched": f"/tablet/pickups/{scene.leave_unfetched()}",
        "brought back": f"/tablet/returns/{scene.bring_back()}",
        "shelf check": f"/tablet/stock/{PINK}",
        "counting": f"/tablet/checks/{check.uid}",
    }
    scene.lose_a_message()
    session.flush()
    return shown


class _Scene:
    """What the acts of `furnish` share."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        self.store: Store = stores.get_by_code(session, "LIL")
        self.ines = session.scalars(select(Staff).where(Staff.code == "ines")).one()
        self.lines: dict[str, str] = {}

    def variant(self, sku: str) -> Variant:
        return self.session.scalars(select(Variant).where(Variant.sku == sku)).one()

    def fill_shelves(self) -> None:
        """Put two more cups, which can stand in for the first, and places and a printer there."""
        for sku, name in ((GREEN, "vertes"), (PINK, "roses pâles")):
            told = ProductRecord(
                reference=sku,
                name=f"Tasse et soucoupe Regency {name}",
                category="kitchen",
                family="cup",
                variants=(VariantRecord(sku=sku, price_minor=PRICES[sku]),),
            )
            products.upsert(self.session, told, now=self.now)
        stock.apply(self.session, [self._count(sku) for sku in PRICES], now=self.now)
        for name, size, capacity in PLACES:
            staging.add(self.session, self.store, name=name, size=size, capacity=capacity)
        facts = {"dots": 576, "store": self.store, "now": self.now}
        printers.pair(self.session, name="Comptoir", address="127.0.0.1:9", **facts)
        printers.pair(self.session, name="Réserve", address="127.0.0.1:19", **facts)

    def _count(self, sku: str) -> MovementRecord:
        return MovementRecord(
            source="till",
            source_id=f"scene-{sku}",
            store="LIL",
            sku=sku,
            kind="count",
            quantity=12,
            occurred_at=self.now,
        )

    def order(self, number: str, name: str, goods: dict[str, int]) -> Order:
        """Let an order come from the web."""
        told = OrderRecord(
            source="web",
            external_id=f"W-{number}",
            number=number,
            store="LIL",
            placed_at=self.now - timedelta(hours=2),
            promised_at=self.now + timedelta(minutes=40),
            customer=CustomerRef(name=name, email=f"{number}@example.org"),
            lines=tuple(
                OrderLineRecord(sku=sku, quantity=units, unit_price_minor=PRICES[sku])
                for sku, units in goods.items()
            ),
        )
        return pickup_orders.upsert(self.session, told, now=self.now)

    def walk_a_wave(self) -> str:
        """Walk a round of three: one basket is whole, one waits for an answer, one is begun."""
        whole = self.order("510001", "Nadia Benali", {CUP: 1, STAND: 1})
        asked = self.order("510002", "Thomas Nguyen", {CUP: 2, STAND: 1})
        begun = self.order("510003", "Léa Fontaine", {STAND: 2, GREEN: 1})
        self.order("510004", "Hugo Marchand", {GREEN: 2})
        uids = [one.uid for one in (whole, asked, begun)]
        who = {"staff": self.ines, "now": self.now}
        wave = waves.start(self.session, self.store, order_uids=uids, **who)
        for line in [*whole.lines]:
            preparing.pick(self.session, whole.uid, line.uid, **who)
        facts = {"missing": 1, "reason": "not_found", **who}
        lack = preparing.short(self.session, asked.uid, asked.lines[0].uid, **facts)
        proposals.propose(self.session, asked.uid, lack.uid, trust=TRUST, **who)
        preparing.scan(self.session, wave, self.variant(STAND).id, sku=STAND, **who)
        self.lines = {
            "missing": f"{begun.uid}/{begun.lines[0].uid}",
            "asked": f"{asked.uid}/{lack.uid}",
            "picked": f"{whole.uid}/{whole.lines[0].uid}",
        }
        return wave.uid

    def ready(self, number: str, name: str, goods: dict[str, int], place: str) -> Order:
        """Let an order lie ready."""
        order = self.order(number, name, goods)
        return pickups.prepare(self.session, order.uid, staff=self.ines, place=place, now=self.now)

    def leave_unfetched(self) -> str:
        """Let nobody fetch an order: it goes back to its shelf."""
        unfetched = self.ready("520001", "Aïcha Diallo", {CUP: 1, STAND: 1}, "B-01")
        unfetched.pickup_by = self.now.date() - timedelta(days=2)
        self.session.flush()
        pickup_ends.end_no_show(
            self.session, unfetched.uid, terms=pickup_ends.Terms(), now=self.now
        )
        return unfetched.uid

    def bring_back(self) -> str:
        """Let a customer collect an order and bring a part of it back."""
        given = self.ready("530001", "Manon Lefèvre", {CUP: 2, STAND: 1, GREEN: 1}, "C-01")
        lines = [line.uid for line in given.lines]
        who = {"staff": self.ines, "now": self.now}
        pickups.hand_over(self.session, given.uid, line_uids=lines, check="known", **who)
        back = [Returned(sku=STAND, quantity=1, reason="damaged", condition="damaged")]
        web_returns.take_back(self.session, given.uid, back, store=self.store, **who)
        return given.uid

    def lose_a_message(self) -> None:
        """Let the message of an order come back, as with an address that nobody has."""
        lost = update(CustomerMessage).where(CustomerMessage.kind == "expired")
        facts = {"channel": "email", "sent_to": "5•••@example.org", "sent_at": self.now}
        self.session.execute(lost.values(state="bounced", last_error="550 5.1.1", **facts))
