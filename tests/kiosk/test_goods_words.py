"""Departments, sizes and colours are said in the language of the screen, when they are known."""

import pytest

from store import products
from store.records import ProductRecord, VariantRecord


@pytest.fixture
def bags(session, shop, now):
    variants = [
        VariantRecord(sku=sku, price_minor=165, colour=colour, tone=tone)
        for sku, colour, tone in (("B1", "rouge", "cerise"), ("B2", "rose", "dragee"))
    ]
    record = ProductRecord(
        reference="B", name="Cabas", category="Sacs et cabas", variants=tuple(variants)
    )
    products.upsert(session, record, now=now)
    session.commit()


def test_known_words_follow_the_language_and_others_stay(kiosk, bags):
    in_french = kiosk.get("/kiosk/products/B1").text
    in_english = kiosk.send(kiosk.get("/kiosk/products/B1"), "/kiosk/settings", language="en")

    assert "Couleur : rouge" in in_french
    page = kiosk.get("/kiosk/products/B1")
    assert in_english.status == 200
    assert "Colour: red" in page.text
    assert "Bags and totes" in page.text


def test_names_that_are_no_single_known_colour_are_shown_instead_of_swatches(kiosk, session, now):
    variants = tuple(
        VariantRecord(sku=f"Z{n}", price_minor=165, colour=colour, tone=tone)
        for n, (colour, tone) in enumerate((("rouge", "cerise"), ("bleu à pois", "ciel")))
    )
    products.upsert(session, ProductRecord(reference="Z", name="Bol", variants=variants), now=now)
    session.commit()

    page = kiosk.get("/kiosk/products/Z0")

    assert "Modèle : rouge" in page.text
    assert [chip.get_text(strip=True) for chip in page.soup.select("a.chip")] == [
        "rouge", "bleu à pois",
    ]  # fmt: skip
    assert not page.soup.select("a.swatch")


def test_a_search_still_narrows_by_what_the_source_says(kiosk, bags):
    kiosk.send(kiosk.get("/kiosk/"), "/kiosk/settings", language="en")

    page = kiosk.get("/kiosk/categories")

    links = {link.get_text(" ", strip=True): link["href"] for link in page.soup.select("a.k-cat")}
    (to,) = [href for name, href in links.items() if name.startswith("Bags and totes")]
    assert to.endswith("category=Sacs+et+cabas")


@pytest.mark.parametrize("surface", ["kiosk", "phone", "tablet"])
def test_sizes_and_colours_are_set_as_all_other_words_are(
    kiosk, pages, tablet, session, now, surface
):
    scents = enumerate(("cèdre", "fleur d'oranger"))
    variants = tuple(VariantRecord(sku=f"N{n}", price_minor=165, colour=one) for n, one in scents)
    record = ProductRecord(reference="N", name="Bougie", variants=variants)
    products.upsert(session, record, now=now)
    session.commit()
    at = {
        "kiosk": (kiosk, ("/kiosk/products/N1",)),
        "phone": (pages, ("/p/N1",)),
        "tablet": (tablet, ("/tablet/stock/N1", "/tablet/stock/N1/reserve")),
    }
    screen, paths = at[surface]

    for said in (screen.get(path).text for path in paths):
        assert "fleur d’oranger" in said
        assert "d'oranger" not in said
