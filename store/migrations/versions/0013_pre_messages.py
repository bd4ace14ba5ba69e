"""What became of the messages to customers."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what becomes of messages."""
    with op.batch_alter_table("customer_message", schema=None) as batch_op:
        for name in ("provider_id", "sent_to"):
            batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        for name in ("settled_at", "handled_at"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("staff_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_customer_message_staff_id_staff"), "staff", ["staff_id"], ["id"]
        )
        batch_op.create_index(
            batch_op.f("ix_customer_message_provider_id"), ["provider_id"], unique=False
        )
