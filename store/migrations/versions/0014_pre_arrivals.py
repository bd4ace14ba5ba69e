"""Signed order codes, who comes for whom, and backups that were put back."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add how customers arrive."""
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ticket", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("entrusted_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_order_entrusted_by_id_staff"), "staff", ["entrusted_by_id"], ["id"]
        )
    op.create_table(
        "ticket_key",
        sa.Column("public_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("public_key", name=op.f("pk_ticket_key")),
    )
    op.create_table(
        "restoration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restoration")),
    )
