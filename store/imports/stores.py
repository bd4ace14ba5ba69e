"""CSV of stores: one line per shop, opening hours as OpenStreetMap writes them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from store import stores
from store.imports import fields, opening_hours
from store.imports.batches import Written, write_each
from store.imports.fields import Values
from store.imports.kinds import Kind, Reading, alone
from store.imports.tables import Column
from store.records import StoreRecord

COLUMNS = (
    Column(name="code", is_required=True),
    Column(name="name", is_required=True, others=("nom",)),
    Column(name="address", others=("adresse",)),
    Column(name="postcode", others=("code_postal",)),
    Column(name="city", others=("ville",)),
    Column(name="country", others=("pays",)),
    Column(name="latitude", others=("lat",)),
    Column(name="longitude", others=("lon", "lng")),
    Column(name="phone", others=("telephone", "téléphone")),
    Column(name="time_zone", others=("fuseau",)),
    Column(name="opening_hours", others=("horaires",)),
    Column(name="special_hours", others=("horaires_exceptionnels",)),
)


def build(lines: Sequence[Values], reading: Reading) -> StoreRecord:
    """Return the shop of a line; its zone is the one of this server when it says none."""
    values = lines[0]
    special = fields.text(values, "special_hours")
    texts: dict[str, Any] = {
        name: fields.text(values, name) for name in ("address", "postcode", "city", "phone")
    }
    return StoreRecord(
        code=fields.required(values, "code").upper(),
        name=fields.required(values, "name"),
        country=fields.text(values, "country", "FR").upper(),
        latitude=fields.real(values, "latitude"),
        longitude=fields.real(values, "longitude"),
        time_zone=fields.text(values, "time_zone", reading.zone.key),
        opening_hours=opening_hours.parse(fields.text(values, "opening_hours")),
        special_hours=opening_hours.parse_days(special) if special else None,
        **texts,
    )


def write(session: Session, records: Sequence[Any], _reading: Reading) -> Written:
    """Write a batch by the rule of stores; what it refuses is told by its place."""
    return write_each(session, records, stores.upsert)


KIND = Kind(columns=COLUMNS, key=alone, build=build, write=write)
