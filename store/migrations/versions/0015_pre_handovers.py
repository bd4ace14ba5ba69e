"""Delegates, signatures, returns and goods that go back to their shelf."""

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add how goods are handed over and come back."""
