"""Shelf checks: who was asked to look at what, and what they saw."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNANSWERED = sa.text("answered_at IS NULL")


def upgrade() -> None:
    """Make the table, with one open task for an article and store."""
    op.create_table(
        "shelf_check",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=True),
        sa.Column("aside", sa.Integer(), nullable=True),
        _link("store_id", "store"),
        _link("variant_id", "variant"),
        _link("asked_by_id", "staff"),
        _link("answered_by_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf_check")),
        sa.UniqueConstraint("uid", name=op.f("uq_shelf_check_uid")),
    )
    op.create_index(
        "uq_shelf_check_open",
        "shelf_check",
        ["store_id", "variant_id"],
        unique=True,
        sqlite_where=UNANSWERED,
        postgresql_where=UNANSWERED,
    )
    op.create_index(
        op.f("ix_shelf_check_variant_id_store_id"),
        "shelf_check",
        ["variant_id", "store_id"],
        unique=False,
    )


def _link(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_shelf_check_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name)
