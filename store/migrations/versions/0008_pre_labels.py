"""Former prices, printed labels, and electronic labels with their state."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _former_prices()
    _prints()
    _printed()
    _paperless()


def _former_prices() -> None:
    op.create_table(
        "former_price",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        _link("former_price", "variant_id", "variant"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_price")),
    )
    name = op.f("ix_former_price_variant_id_until")
    op.create_index(name, "former_price", ["variant_id", "until"])


def _prints() -> None:
    op.create_table(
        "label_print",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("faces", sa.JSON(), nullable=False),
        _link("label_print", "store_id", "store"),
        _link("label_print", "made_by_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_print")),
        sa.UniqueConstraint("uid", name=op.f("uq_label_print_uid")),
    )
    op.create_index(op.f("ix_label_print_store_id"), "label_print", ["store_id"])


def _printed() -> None:
    op.create_table(
        "printed_label",
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("face_digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("printed_at", MOMENT, nullable=False),
        _link("printed_label", "store_id", "store"),
        _link("printed_label", "variant_id", "variant"),
        sa.PrimaryKeyConstraint("store_id", "variant_id", name=op.f("pk_printed_label")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_printed_label_variant_id"), "printed_label", ["variant_id"])


def _paperless() -> None:
    op.create_table(
        "paperless_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=True),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("paired_at", MOMENT, nullable=False),
        sa.Column("face_digest", sa.String(), nullable=False),
        sa.Column("picture_digest", sa.String(), nullable=False),
        sa.Column("handed_at", MOMENT, nullable=True),
        sa.Column("shown_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("battery_mv", sa.Integer(), nullable=True),
        _link("paperless_label", "store_id", "store"),
        _link("paperless_label", "variant_id", "variant"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paperless_label")),
        sa.UniqueConstraint("uid", name=op.f("uq_paperless_label_uid")),
        sa.UniqueConstraint("mac", name=op.f("uq_paperless_label_mac")),
    )
    for column in ("store_id", "variant_id"):
        op.create_index(op.f(f"ix_paperless_label_{column}"), "paperless_label", [column])


def _link(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)
