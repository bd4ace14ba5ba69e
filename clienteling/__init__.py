"""What staff touch: the tablet's pages, one module per journey."""

from clienteling import sign_in
from clienteling.blueprint import tablet

JOURNEYS = (sign_in,)
"""Each module puts its views on the blueprint as it is imported."""

__all__ = ["JOURNEYS", "tablet"]
