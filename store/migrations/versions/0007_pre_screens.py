"""Sessions that are over."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the visitors that have left."""
    op.create_table(
        "ended_visitor",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_ended_visitor_device_id_device")
        ),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_ended_visitor")),
    )
    op.create_index(op.f("ix_ended_visitor_ended_at"), "ended_visitor", ["ended_at"])
