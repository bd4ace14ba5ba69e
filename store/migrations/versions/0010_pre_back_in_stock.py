"""Who wants to be told when an article is back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WAITING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Add the wishes to be told."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "back_in_stock",
        sa.Column("id", number, nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", number, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forget_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        *(_points_to(name, table) for name, table in POINTERS.items()),
        sa.PrimaryKeyConstraint("id", name="pk_back_in_stock"),
        sa.UniqueConstraint("uid", name="uq_back_in_stock_uid"),
    )
    op.create_index(
        "uq_back_in_stock_waiting",
        "back_in_stock",
        ["store_id", "variant_id", "kind", "contact"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index(
        "ix_back_in_stock_store_id_ended_at_forget_at",
        "back_in_stock",
        ["store_id", "ended_at", "forget_at"],
    )
    for name in ("variant_id", "customer_id"):
        op.create_index(f"ix_back_in_stock_{name}", "back_in_stock", [name])


POINTERS = {
    "store_id": "store",
    "variant_id": "variant",
    "customer_id": "customer",
    "told_by_id": "staff",
}


def _points_to(name: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_back_in_stock_{name}_{table}")
