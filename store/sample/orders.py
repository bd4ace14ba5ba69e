"""The sample's orders to collect, in every state in which an order can be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from store import codes, pickups, staff
from store.records import CustomerRef, OrderEventRecord, OrderLineRecord, OrderRecord
from store.sample import chance, shelves
from store.sample.catalogue import CURRENCY
from store.sample.people import SOURCE, Person

CAMILLE = "482915"
CAMILLE_PLACE = "B-04"
CAMILLE_ORDERED = {"22699": 2, "22720": 1, "22629": 1, "71053": 1, "47566": 1, "84879": 2}
FIRST_NUMBER = 482_916
BEST_SOLD, ENOUGH = 240, 12
DAYS_TO_COLLECT = 6
QUICKLY = timedelta(seconds=40)
USUAL, BEFORE = 90, {"expired": 30 * 24 * 60}  # minutes since what happened before
# in the demo's shop: what has happened to how many orders, and hours since they were placed
HERE = (
    ((), 4, 1),
    (("accepted",), 3, 2),
    (("accepted", "picked"), 3, 3),
    (("accepted", "short"), 1, 4),
    (("ready",), 10, 20),
    (("ready", "arrived"), 2, 22),
    (("ready", "arrived", "part"), 1, 26),
    (("ready", "arrived", "collected"), 9, 28),
    (("cancelled",), 2, 30),
    (("ready", "expired"), 1, 24 * 9),
)
ELSEWHERE = ((("ready",), 2, 20), ((), 1, 1))
CHECKS = ("qr", "code", "card")
HANDED_OVER = ("collected", "part")
OF_ONE_LINE = ("picked", "short", "part")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An order to make, and what is then to happen to it."""

    number: str
    store: str
    person: Person
    happens: tuple[str, ...]
    placed_at: datetime
    place: str


def places() -> Iterator[tuple[str, str, int]]:
    """Yield the name, the size and the room of each staging place of the demo's shop."""
    for shelf, size, room in (("A", "small", 1), ("B", "medium", 2), ("C", "large", 3)):
        for number in range(1, 19):
            yield f"{shelf}-{number:02}", size, room


def write_all(
    session: Session,
    persons: Sequence[Person],
    skus: Sequence[str],
    prices: Mapping[str, int],
    stores: Sequence[str],
    *,
    now: datetime,
) -> int:
    """Write the orders of all shops by the rules of pickups; return how many."""
    made = [_camille(persons[0], stores[0], now), *_here(persons, stores[0], now)]
    made += _elsewhere(persons, stores[1:], now)
    for plan in made:
        record = _record(plan, _lines(plan, skus, prices))
        order = pickups.upsert(session, record, now=now)
        order.staging_place = plan.place
        for event in _events(plan, record, now=now):
            pickups.record_event(session, event, order.uid, now=now)
        if order.arrived_at and order.state == "customer_waiting":
            _look_after(session, plan, order.uid, now=order.arrived_at + QUICKLY)
    return len(made)


def _look_after(session: Session, plan: Plan, order_uid: str, *, now: datetime) -> None:
    """Let somebody see to who waits: else every page rings of it, and more so hours later."""
    pickups.take(session, order_uid, staff=staff.get_by_code(session, _who(plan)), now=now)


def _camille(camille: Person, store: str, now: datetime) -> Plan:
    return Plan(
        number=CAMILLE, store=store, person=camille, happens=("ready",), place=CAMILLE_PLACE,
        placed_at=now - timedelta(days=1, hours=2),
    )  # fmt: skip


def _here(persons: Sequence[Person], store: str, now: datetime) -> Iterator[Plan]:
    local = iter([person for person in persons[1:] if person.is_local])
    number = FIRST_NUMBER
    for happens, many, hours in HERE:
        for place in range(many):
            placed_at = now - timedelta(hours=hours, minutes=13 * place)
            yield _plan(number, store, next(local), happens, placed_at)
            number += 1 + chance.number(f"gap:{number}", 9)


def _elsewhere(persons: Sequence[Person], stores: Sequence[str], now: datetime) -> Iterator[Plan]:
    away = iter([person for person in persons[1:] if not person.is_local])
    number = FIRST_NUMBER + 500
    for store in stores:
        for happens, many, hours in ELSEWHERE:
            for place in range(many):
                placed_at = now - timedelta(hours=hours, minutes=17 * place)
                yield _plan(number, store, next(away), happens, placed_at)
                number += 7


def _plan(
    number: int, store: str, person: Person, happens: tuple[str, ...], placed_at: datetime
) -> Plan:
    shelf = chance.pick(f"shelf:{number}", "ABC")
    place = f"{shelf}-{5 + chance.number(f'bin:{number}', 14):02}" if "ready" in happens else ""
    return Plan(
        number=str(number), store=store, person=person, happens=happens, placed_at=placed_at,
        place=place,
    )  # fmt: skip


def _lines(
    plan: Plan, skus: Sequence[str], prices: Mapping[str, int]
) -> tuple[OrderLineRecord, ...]:
    """Return what was ordered: goods that people buy, of which the shop has enough."""
    enough = [sku for sku in skus[:BEST_SOLD] if shelves.counted(plan.store, sku) >= ENOUGH]
    wanted = CAMILLE_ORDERED if plan.number == CAMILLE else _drawn(plan.number, enough)
    return tuple(
        OrderLineRecord(sku=sku, quantity=quantity, unit_price_minor=prices[sku])
        for sku, quantity in wanted.items()
    )


def _drawn(number: str, skus: Sequence[str]) -> dict[str, int]:
    count = 1 + chance.number(f"lines:{number}", 4)
    drawn = [chance.pick(f"line:{number}:{place}", skus) for place in range(count)]
    return {sku: 1 + chance.number(f"quantity:{number}:{sku}", 3) for sku in drawn}


def _record(plan: Plan, lines: tuple[OrderLineRecord, ...]) -> OrderRecord:
    return OrderRecord(
        source=SOURCE,
        external_id=f"web-{plan.number}",
        uid=chance.uid("order", plan.number),
        number=plan.number,
        code=chance.code(codes.Kind.ORDER, plan.number),
        pickup_code=f"{chance.number(f'pickup:{plan.number}', 1_000_000):06}",
        store=plan.store,
        customer=CustomerRef(source=SOURCE, external_id=plan.person.number),
        placed_at=plan.placed_at,
        promised_at=plan.placed_at + timedelta(hours=4),
        pickup_by=_pickup_by(plan),
        paid=not chance.happens(f"unpaid:{plan.number}", 10),
        currency=CURRENCY,
        lines=lines,
    )


def _pickup_by(plan: Plan) -> date:
    return (plan.placed_at + timedelta(days=1 + DAYS_TO_COLLECT)).date()


def _events(plan: Plan, record: OrderRecord, *, now: datetime) -> Iterator[OrderEventRecord]:
    """Yield what happened, the last of it some minutes ago."""
    for place, (happened, at) in enumerate(zip(plan.happens, _times(plan, now), strict=True)):
        is_handed = happened in HANDED_OVER
        yield OrderEventRecord(
            type="collected" if is_handed else happened,
            occurred_at=at,
            lines=((record.lines[0].sku, 1),) if happened in OF_ONE_LINE else None,
            reason="Introuvable en rayon" if happened == "short" else "",
            identity_check=chance.pick(f"check:{plan.number}", CHECKS) if is_handed else "",
            staff=_who(plan) if is_handed or happened == "ready" else "",
            uid=chance.uid("event", f"{plan.number}:{place}"),
        )


def _who(plan: Plan) -> str:
    return chance.pick(f"staff:{plan.number}", ("ines", "malik"))


def _times(plan: Plan, now: datetime) -> list[datetime]:
    """Return when each thing happened, none before the order was placed.

    Whoever arrives is not kept waiting for long.
    """
    waited = 2 + chance.number(f"waited:{plan.number}", 5)
    is_waiting = plan.happens[-1:] == ("arrived",)
    ago = waited if is_waiting else 8 + chance.number(f"minutes:{plan.number}", 170)
    times: list[datetime] = []
    for happened in reversed(plan.happens):
        times.append(max(plan.placed_at, now - timedelta(minutes=ago)))
        ago += waited if happened in HANDED_OVER else BEFORE.get(happened, USUAL)
    return times[::-1]
