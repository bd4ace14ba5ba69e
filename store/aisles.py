"""Where articles stand in a store: an aisle, as its staff call it."""

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from store.models import StockLevel, Store
from store.movements import cleaned_aisle

MOST_NAMED = 500  # parameters of one query; above, all that the store has is read


def place(session: Session, store: Store, aisles: Mapping[int, str]) -> None:
    """Note in which aisle each variant (by its id) stands.

    What the store has never had is left out. Raises Invalid for an aisle of more than 20
    characters. Meant for a whole plan of the shop: screens learn of it when they are drawn next.
    """
    rows = [
        {"of_store": store.id, "of_variant": variant_id, "in_aisle": cleaned_aisle(aisle)}
        for variant_id, aisle in aisles.items()
    ]
    statement = (
        update(StockLevel)
        .where(StockLevel.store_id == bindparam("of_store"))
        .where(StockLevel.variant_id == bindparam("of_variant"))
        .values(aisle=bindparam("in_aisle"))
    )
    if rows:
        session.connection().execute(statement, rows)


def of(session: Session, variant_ids: Collection[int], *, store_id: int) -> dict[int, str]:
    """Return in which aisle of the store variants stand, by their ids; one query.

    What nobody has placed is left out.
    """
    level = StockLevel.__table__.c
    query = select(level.variant_id, level.aisle)
    query = query.where(level.store_id == store_id, level.aisle != "")
    if len(variant_ids) <= MOST_NAMED:
        query = query.where(level.variant_id.in_(variant_ids))
    return {row.variant_id: row.aisle for row in session.execute(query)}
