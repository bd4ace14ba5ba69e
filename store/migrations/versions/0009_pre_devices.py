"""When a device was last seen, what was read of a customer's past, and what became of the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BEHIND = sa.text("told > taken")


def upgrade() -> None:
    """Add the tables of what the hub has told and of the audit's check, and the devices' sight."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "purchase_pull",
        sa.Column("customer_id", number, autoincrement=False, nullable=False),
        sa.Column("hub_uid", sa.String(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_purchase_pull_customer_id_customer"
        ),
        sa.PrimaryKeyConstraint("customer_id", name="pk_purchase_pull"),
    )
    op.create_index(
        "ix_purchase_pull_behind",
        "purchase_pull",
        ["customer_id"],
        sqlite_where=BEHIND,
        postgresql_where=BEHIND,
    )
    op.add_column("visit", sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("device", sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "audit_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.String(), nullable=False),
        sa.Column("broken_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit_check"),
    )
