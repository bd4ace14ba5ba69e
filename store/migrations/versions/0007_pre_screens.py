"""Sessions that are over, and messages on the screens."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the visitors that have left and the messages of the kiosks."""
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
    op.create_table(
        "screen_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("text_fr", sa.String(), nullable=False),
        sa.Column("text_en", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_screen_message_store_id_store")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_screen_message_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screen_message")),
        sa.UniqueConstraint("uid", name=op.f("uq_screen_message_uid")),
    )
    op.create_index(
        op.f("ix_screen_message_store_id_ends_at"), "screen_message", ["store_id", "ends_at"]
    )
