"""What customers touch: the kiosk's screen and the pages of their own phone."""

from kiosk.blueprint import kiosk, phone

__all__ = ["kiosk", "phone"]
