"""What a search is narrowed by: what stands in a shop, and size, colour and price."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

IS_LEFT = sa.text("on_hand - reserved - safety_stock > 0")
OF_VARIANTS = (
    ["size", "product_id", "colour", "price_minor"],
    ["colour", "product_id", "price_minor"],
    ["price_minor", "product_id"],
)


def upgrade() -> None:
    """Add the indexes that a narrowed search may start from."""
    op.create_index(
        op.f("ix_stock_level_store_id_variant_id"),
        "stock_level",
        ["store_id", "variant_id"],
        sqlite_where=IS_LEFT,
        postgresql_where=IS_LEFT,
    )
    for columns in OF_VARIANTS:
        op.create_index(op.f(f"ix_variant_{'_'.join(columns)}"), "variant", columns)
