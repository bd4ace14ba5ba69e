"""The words of labels as drawing is given them, and what a reader makes of the drawing."""

from pathlib import Path

import pytest
import zxingcpp

from config import places
from store.web.labels.texts import Texts

CAKE_STAND = Texts(
    name="Présentoir à gâteaux Regency, 3 étages",
    about="Réf. 22423 · porcelaine",
    sku="22423",
    price="12,75",
    sign="€",
    address="HTTPS://CPTR.FR/P/22423",
    gtin="04006381333931",
    choice="porcelaine",
    caption="Stock en direct",
)
REDUCED = {
    "price": "10,95",
    "instead": "au lieu de",
    "was": "12,75\u00a0€",
    "cut": "−\u00a014\u00a0%",
    "lowest": "Prix le plus bas sur 30 jours\u00a0: 12,75\u00a0€",
}


@pytest.fixture(scope="session")
def fonts() -> Path:
    return places.STATIC / "vendor" / "fonts" / "labels"


def read(image):
    """Every code in the picture by its kind, with what it says and where it is."""
    return {code.format.name: code for code in zxingcpp.read_barcodes(image)}
