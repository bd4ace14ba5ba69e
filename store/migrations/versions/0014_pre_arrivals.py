"""Signed order codes, counters and who comes for whom."""

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add how customers arrive."""
