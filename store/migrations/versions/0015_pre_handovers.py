"""Delegates, signatures, returns and goods that go back to their shelf."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add how goods are handed over and come back."""
    _delegates()
    _signatures()
    _shelf_returns()


def _delegates() -> None:
    op.create_table(
        "delegate",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("order_id", BIG_ID, nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_delegate_order_id_order"),
        sa.PrimaryKeyConstraint("id", name="pk_delegate"),
        sa.UniqueConstraint("code", name="uq_delegate_code"),
        sa.UniqueConstraint("uid", name="uq_delegate_uid"),
    )
    op.create_index("ix_delegate_order_id", "delegate", ["order_id"])


def _signatures() -> None:
    op.create_table(
        "signature",
        sa.Column("event_uid", sa.String(), nullable=False),
        sa.Column("order_id", BIG_ID, nullable=False),
        sa.Column("strokes", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_signature_order_id_order"),
        sa.PrimaryKeyConstraint("event_uid", name="pk_signature"),
    )
    op.create_index("ix_signature_order_id", "signature", ["order_id"])
    op.create_index("ix_signature_signed_at", "signature", ["signed_at"])


def _shelf_returns() -> None:
    op.create_table(
        "shelf_return",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("order_id", BIG_ID, nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_shelf_return_order_id_order"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_shelf_return_store_id_store"),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["staff.id"], name="fk_shelf_return_done_by_id_staff"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shelf_return"),
        sa.UniqueConstraint("uid", name="uq_shelf_return_uid"),
    )
    op.create_index("ix_shelf_return_store_id_done_at", "shelf_return", ["store_id", "done_at"])
    op.create_index(
        "uq_shelf_return_open",
        "shelf_return",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
