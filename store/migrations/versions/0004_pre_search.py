"""Search words in the order of their weight, shelves in the order of their names, unmet demand."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the word table anew; each word's weight gets the shortness of the name in it."""
    _order_words_by_weight()
    _order_shelves_by_name()
    _note_unmet_demand()


def _order_words_by_weight() -> None:
    op.rename_table("product_token", "product_token_before")
    op.drop_index("ix_product_token_product_id", table_name="product_token_before")
    if op.get_bind().dialect.name == "postgresql":
        for kind in ("pk_product_token", "fk_product_token_product_id_product"):
            op.drop_constraint(kind, "product_token_before")
    op.create_table(
        "product_token",
        # the order of code points: the beginning of a word is looked up as a range
        sa.Column(
            "token",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name="fk_product_token_product_id_product",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token", "weight", "product_id", name="pk_product_token"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO product_token (token, weight, product_id)"
        " SELECT token, weight * 64 + CASE WHEN length(name) < 63 THEN 63 - length(name)"
        " ELSE 0 END, product_id FROM product_token_before JOIN product ON product.id = product_id"
        " WHERE withdrawn_at IS NULL"
    )
    op.drop_table("product_token_before")
    op.create_index("ix_product_token_product_id_token", "product_token", ["product_id", "token"])


def _order_shelves_by_name() -> None:
    shown = sa.text("withdrawn_at IS NULL")
    op.drop_index("ix_product_category", table_name="product")
    for last in ("name", "family"):
        op.create_index(
            f"ix_product_category_{last}",
            "product",
            ["category", last],
            sqlite_where=shown,
            postgresql_where=shown,
        )


def _note_unmet_demand() -> None:
    op.create_table(
        "unmet_demand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("device_kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("once", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_unmet_demand_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_unmet_demand"),
        sa.UniqueConstraint("once", name="uq_unmet_demand_once"),
    )
    op.create_index("ix_unmet_demand_store_id_asked_at", "unmet_demand", ["store_id", "asked_at"])
