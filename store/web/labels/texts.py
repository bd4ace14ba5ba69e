"""The words of a label, as drawing is given them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The words of one label. `was` and `cut` are empty when there is no reduction."""

    name: str
    about: str  # Réf. 85123A · blanc
    notice: str = ""  # in the place of the price, when there is none to tell
    sku: str = ""
    price: str = ""  # the number alone
    sign: str = ""  # of the currency
    sign_first: bool = False
    address: str = ""
    gtin: str = ""
    instead: str = ""  # au lieu de
    was: str = ""
    cut: str = ""  # − 14 %
    choice: str = ""  # blanc · 15 cm
    unit: str = ""  # 21,25 € le kg
    aisle: str = ""  # Allée 3 B
    lowest: str = ""  # Prix le plus bas …
    caption: str = ""
    is_place: bool = False  # a staging place: its name as large as can be, and the QR of it

    @property
    def then_aisle(self) -> str:
        """Return the aisle as it follows other words: · allée 3 B; empty when not known."""
        return f" · {self.aisle[:1].lower()}{self.aisle[1:]}" if self.aisle else ""
