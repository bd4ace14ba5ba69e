"""What staff touch: the tablet's pages, one module per journey."""

from clienteling import pickups, shell, sign_in, stock
from clienteling.blueprint import tablet

JOURNEYS = (pickups, shell, sign_in, stock)
"""Each module puts its views on the blueprint as it is imported."""

__all__ = ["JOURNEYS", "tablet"]
