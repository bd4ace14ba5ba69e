"""Printers, what waits for them, and orders that ring."""

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is printed."""
