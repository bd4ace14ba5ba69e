"""CSV of customers: one line per person."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from store import customers
from store.imports import fields
from store.imports.batches import Written, write_each
from store.imports.fields import Values
from store.imports.kinds import Kind, Reading, alone
from store.imports.tables import Column
from store.records import CustomerRecord

COLUMNS = (
    Column(name="source"),
    Column(name="external_id", is_required=True, others=("id", "customer", "client", "numero")),
    Column(name="first_name", others=("prenom", "prénom")),
    Column(name="last_name", others=("nom",)),
    Column(name="email", others=("e-mail", "mail", "courriel")),
    Column(name="phone", others=("telephone", "téléphone", "mobile")),
    Column(name="city", others=("ville",)),
    Column(name="country", others=("pays",)),
    Column(name="language", others=("langue",)),
    Column(name="joined_on", others=("inscrit_le",)),
    Column(name="tier", others=("palier",)),
    Column(name="points"),
    Column(name="points_at", others=("points_le",)),
    Column(name="cards", others=("card", "carte", "cartes")),
)
TIERS = ("", "discovery", "silver", "gold")


def build(lines: Sequence[Values], reading: Reading) -> CustomerRecord:
    """Cards are separated by a bar or a space; without points nothing is said about points."""
    values = lines[0]
    has_points = bool(fields.text(values, "points"))
    names = ("first_name", "last_name", "email", "phone", "city")
    texts: dict[str, Any] = {name: fields.text(values, name) for name in names}
    return CustomerRecord(
        source=fields.text(values, "source", reading.source),
        external_id=fields.required(values, "external_id"),
        country=fields.text(values, "country").upper(),
        language=fields.choice(values, "language", "fr", "en"),
        joined_on=fields.day(values, "joined_on"),
        tier=fields.choice(values, "tier", *TIERS),
        points=fields.integer(values, "points") if has_points else None,
        points_at=_points_at(values, reading) if has_points else None,
        cards=tuple(fields.text(values, "cards").replace("|", " ").split()),
        **texts,
    )


def _points_at(values: Values, reading: Reading) -> Any:
    return fields.optional_moment(values, "points_at", reading.zone) or reading.as_of


def write(session: Session, records: Sequence[Any], reading: Reading) -> Written:
    """Write a batch by the rule of customers; what it refuses is told by its place."""
    return write_each(session, records, lambda s, one: customers.upsert(s, one, now=reading.now))


KIND = Kind(columns=COLUMNS, key=alone, build=build, write=write)
