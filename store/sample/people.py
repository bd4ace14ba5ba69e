"""Invented people behind the file's customer numbers: names, cards, points, what they agreed to."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from store import codes, gs1
from store.records import CustomerRecord, PurchaseRecord
from store.sample import chance, files

SOURCE = "sample"
TOWNS = (
    *("Paris",) * 6, "Montreuil", "Vincennes", "Ivry-sur-Seine", "Boulogne-Billancourt",
    "Pantin", "Saint-Denis", "Malakoff", "Levallois-Perret", "Les Lilas",
)  # fmt: skip
YEAR = timedelta(days=365)
# euros spent in a year from which a customer is of this tier
TIERS = ((450, "gold"), (150, "silver"), (0, "discovery"))
# the customer of the design's screens: as many purchases and as much as she has there
CAMILLE = {"purchases": 14, "total_minor": 34_820, "points": 1_284}
# of an older programme that some still carry, as an EAN-13
PROGRAMME_PREFIX = "2991"
PROGRAMME_CARDS = 12


@dataclass
class Year:
    """A customer's last twelve months."""

    sales: int = 0
    returns: int = 0
    total_minor: int = 0
    days_ago: int = YEAR.days  # of the last sale

    def see(self, purchase: PurchaseRecord, now: datetime) -> None:
        """Count a purchase if it was within the year."""
        if purchase.occurred_at > now - YEAR:
            self.sales += purchase.kind == "sale"
            self.returns += purchase.kind == "return"
            self.total_minor += purchase.total_minor
            self.days_ago = min(self.days_ago, (now - purchase.occurred_at).days)

    @property
    def unlike_camille(self) -> int:
        """How far it is from the year of the customer on the design's screens."""
        more = self.sales - CAMILLE["purchases"]
        off = max(more, -6 * more) * 1_000 + self.returns * 9_000
        return off + self.days_ago * 100 + abs(self.total_minor - CAMILLE["total_minor"])


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody of the sample: `number` is the customer number of the file."""

    number: str
    record: CustomerRecord
    own_card: str
    is_local: bool  # shops mostly in the demo's store

    @property
    def uid(self) -> str:
        """The public id, the same in every copy of the sample."""
        return self.record.uid or ""


def people(past: Sequence[PurchaseRecord], now: datetime) -> list[Person]:
    """Return everybody who bought something, Camille Roussel first, then by what they spent."""
    years = _years(past, now)
    camille = min(years, key=lambda number: (years[number].unlike_camille, number))
    ranked = sorted(
        years, key=lambda number: (number != camille, -years[number].total_minor, number)
    )
    names = _names()
    return [
        _person(number, place, next(names), years[number], now)
        for place, number in enumerate(ranked)
    ]


def _years(past: Sequence[PurchaseRecord], now: datetime) -> dict[str, Year]:
    """Return what each customer did within a year; those who came before it did nothing."""
    years: dict[str, Year] = defaultdict(Year)
    for purchase in past:
        if purchase.customer:
            years[purchase.customer[1]].see(purchase, now)
    return dict(years)


def _names() -> Iterator[tuple[str, str]]:
    """Yield every pair of the list as it stands, then firsts and lasts put together anew."""
    listed = [(row["first"], row["last"]) for row in files.people()]
    yield from listed
    for step in range(1, len(listed)):
        for place, (first, _) in enumerate(listed):
            yield first, listed[(place + step * 7) % len(listed)][1]


def _person(number: str, place: int, name: tuple[str, str], year: Year, now: datetime) -> Person:
    card = chance.code(codes.Kind.CARD, number)
    is_camille = place == 0
    record = CustomerRecord(
        source=SOURCE,
        external_id=number,
        uid=chance.uid("customer", number),
        first_name=name[0],
        last_name=name[1],
        email=f"{_plain(name[0])}.{_plain(name[1])}{place or ''}@example.org",
        phone=f"+336{39_980_000 + place}",  # numbers that ARCEP keeps for fiction
        city="Paris" if is_camille else chance.pick(f"town:{number}", TOWNS),
        country="FR",
        language="fr",
        joined_on=_joined_on(number, now),
        tier="gold" if is_camille else _tier(year.total_minor),
        points=CAMILLE["points"] if is_camille else max(0, year.total_minor // 100),
        points_at=now - timedelta(hours=3),
        cards=(card, *([_programme_card(place)] if 0 < place <= PROGRAMME_CARDS else [])),
    )
    is_local = is_camille or chance.happens(f"local:{number}", 45)
    return Person(number=number, record=record, own_card=card, is_local=is_local)


def _joined_on(number: str, now: datetime) -> date:
    return now.date() - timedelta(days=380 + chance.number(f"joined:{number}", 1_500))


def _tier(spent_minor: int) -> str:
    return next((name for euros, name in TIERS if spent_minor >= euros * 100), "discovery")


def _programme_card(place: int) -> str:
    body = f"{PROGRAMME_PREFIX}{place:08}"
    return body + gs1.check_digit(body)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return letters.replace(" ", "").replace("'", "")
