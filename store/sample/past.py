"""The sample's past: the file's invoices, moved so that their last day is yesterday."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from store.imports.online_retail.invoices import invoices, purchase
from store.imports.online_retail.lines import Line
from store.imports.online_retail.survey import survey
from store.records import PurchaseLineRecord, PurchaseRecord
from store.sample import chance
from store.sample.catalogue import CURRENCY
from store.sample.people import SOURCE, Person

FEES = {
    "Postage": "Frais de port",
    "Dotcom Postage": "Frais de port",
    "Carriage": "Frais de port",
    "Discount": "Remise",
    "Manual": "Divers",
    "Samples": "Échantillons",
    "Bank Charges": "Frais bancaires",
}


def purchases(
    sold: Sequence[Line], catalogue: Iterable[str], *, now: datetime, zone: ZoneInfo
) -> list[PurchaseRecord]:
    """Return sales and returns of the file in euros, a pound for a euro, ending yesterday."""
    known, ends = frozenset(catalogue), survey(sold).invoices
    last = max(line.date for line in sold).date()
    shift = now.astimezone(zone).date() - timedelta(days=1) - last
    whole = (purchase(lines, known) for lines in invoices(sold, ends, _none))
    return [_moved(one, shift, zone) for one in whole if one.kind != "correction"]


def spread(
    past: Iterable[PurchaseRecord], known: Iterable[Person], stores: Sequence[str]
) -> list[PurchaseRecord]:
    """Say in which shop or on the site each purchase was made; the file only knows a site."""
    people = {person.number: person for person in known}
    return [_placed(one, people, stores) for one in past]


def _none(_invoice: str) -> bool:
    return False


def _moved(one: PurchaseRecord, shift: timedelta, zone: ZoneInfo) -> PurchaseRecord:
    at = (one.occurred_at + shift).replace(tzinfo=zone).astimezone(UTC)
    return replace(
        one,
        source=SOURCE,
        customer=(SOURCE, one.customer[1]) if one.customer else None,
        occurred_at=at,
        currency=CURRENCY,
        lines=tuple(_in_french(line) for line in one.lines),
    )


def _in_french(line: PurchaseLineRecord) -> PurchaseLineRecord:
    return line if line.sku else replace(line, label=FEES.get(line.label, line.label))


def _placed(
    one: PurchaseRecord, people: dict[str, Person], stores: Sequence[str]
) -> PurchaseRecord:
    if chance.happens(f"web:{one.external_id}", 30):
        return one
    person = people.get(one.customer[1]) if one.customer else None
    is_home = person is not None and chance.happens(f"home:{one.external_id}", 80)
    home = stores[0] if person and person.is_local else chance.pick(f"near:{one.customer}", stores)
    store = home if is_home else chance.pick(f"store:{one.external_id}", stores)
    return replace(one, channel="store", store=store)
