"""Pictures of products, what is bought with them, and what a variant holds."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the content of variants, and the tables of pictures and of goods bought together."""
    with op.batch_alter_table("variant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("content", sa.String(), nullable=False, server_default=""))
    _pictures()
    _also_bought()


def _pictures() -> None:
    op.create_table(
        "picture",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("original", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(), nullable=False),
        sa.Column("alt_en", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_picture_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_picture_variant_id_variant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("product_id", "original", name=op.f("uq_picture_product_id_original")),
    )
    op.create_index(op.f("ix_picture_digest"), "picture", ["digest"])


def _also_bought() -> None:
    op.create_table(
        "also_bought",
        sa.Column("product_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("together", sa.Integer(), nullable=False),
        sa.Column("baskets", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"],
            name=op.f("fk_also_bought_product_id_product"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["product.id"],
            name=op.f("fk_also_bought_other_id_product"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", "position", name=op.f("pk_also_bought")),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index(op.f("ix_also_bought_other_id"), "also_bought", ["other_id"])
