"""Where articles stand in a store: an aisle, as its staff call it."""

from collections.abc import Mapping

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from store.models import StockLevel, Store
from store.movements import cleaned_aisle


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
