"""The whole flow of a pickup: contacts, arrival, substitutes, aisles, special hours, messages."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default="")


def _zero(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0"))


def upgrade() -> None:
    """Add what the flow of a pickup keeps."""
    _orders()
    _lines()
    _events()
    _stores()
    _messages()


def _orders() -> None:
    with op.batch_alter_table("order", schema=None) as batch_op:
        for name in ("email", "phone", "language", "counter", "arrival_by", "arrival_place"):
            batch_op.add_column(_text(name))
        batch_op.add_column(_text("till_ticket"))
        batch_op.add_column(sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(_zero("extensions"))
        batch_op.add_column(
            sa.Column("is_provisional", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def _lines() -> None:
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("substitute_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_order_line_substitute_id_variant"), "variant", ["substitute_id"], ["id"]
        )
        batch_op.add_column(_text("substitute_sku"))
        batch_op.add_column(_text("substitute_label"))
        batch_op.add_column(sa.Column("substitute_price_minor", sa.Integer(), nullable=True))
        batch_op.add_column(_zero("checked"))
        batch_op.add_column(_text("condition"))


def _events() -> None:
    with op.batch_alter_table("order_event", schema=None) as batch_op:
        batch_op.add_column(_text("actor"))
        batch_op.add_column(sa.Column("details", sa.JSON(), nullable=False, server_default="{}"))


def _stores() -> None:
    with op.batch_alter_table("stock_level", schema=None) as batch_op:
        batch_op.add_column(_text("aisle"))
    with op.batch_alter_table("store", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("special_hours", sa.JSON(), nullable=False, server_default="{}")
        )
        batch_op.add_column(sa.Column("pickups_per_hour", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("pickups_paused_until", sa.DateTime(timezone=True), nullable=True)
        )


def _messages() -> None:
    op.create_table(
        "customer_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("fk_customer_message_order_id_order")
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_customer_message_store_id_store")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_message")),
        sa.UniqueConstraint("uid", name=op.f("uq_customer_message_uid")),
    )
    with op.batch_alter_table("customer_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_message_order_id"), ["order_id"])
        batch_op.create_index(
            batch_op.f("ix_customer_message_state_next_attempt_at"), ["state", "next_attempt_at"]
        )
