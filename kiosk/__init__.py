"""What customers touch: the kiosk's screen and the pages of their own phone."""

from kiosk import phone as phone_pages
from kiosk import screen
from kiosk.blueprint import kiosk, phone

JOURNEYS = (*screen.JOURNEYS, *phone_pages.JOURNEYS)
"""Each module puts its views on a blueprint as it is imported."""

__all__ = ["JOURNEYS", "kiosk", "phone"]
