"""How orders are prepared: waves, staging places, proposals, lead time."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add how orders are prepared."""
    with op.batch_alter_table("store", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("lead_minutes", sa.Integer(), nullable=False, server_default=sa.text("120"))
        )
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answers", sa.JSON(), nullable=False, server_default="[]"))
    _places()
    _waves()
    _proposals()


def _places() -> None:
    op.create_table(
        "staging_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_staging_place_store_id_store")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staging_place")),
        sa.UniqueConstraint("store_id", "name", name=op.f("uq_staging_place_store_id_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_staging_place_uid")),
    )


def _waves() -> None:
    op.create_table(
        "wave",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_wave_store_id_store")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_wave_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sa.UniqueConstraint("uid", name=op.f("uq_wave_uid")),
    )
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wave_store_id_ended_at"), ["store_id", "ended_at"])
    op.create_table(
        "wave_order",
        sa.Column("wave_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("basket", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_wave_order_wave_id_wave")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("fk_wave_order_order_id_order")
        ),
        sa.PrimaryKeyConstraint("wave_id", "order_id", name=op.f("pk_wave_order")),
        sa.UniqueConstraint("order_id", name=op.f("uq_wave_order_order_id")),
    )


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered", sa.JSON(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("fk_proposal_order_id_order")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["order_line.id"], name=op.f("fk_proposal_line_id_order_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("uid", name=op.f("uq_proposal_uid")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_order_id"), ["order_id"])
        batch_op.create_index(batch_op.f("ix_proposal_line_id"), ["line_id"])
