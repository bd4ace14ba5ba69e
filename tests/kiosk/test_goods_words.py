"""Departments, sizes and colours are said in the language of the screen, when they are known."""

import pytest

from store import products, search_index
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


@pytest.fixture
def scarf(session, shop, now):
    """An article whose words the catalogue tells in French alone."""
    sizes = (("S1", "grande"), ("S2", "XL"))
    variants = [VariantRecord(sku=sku, price_minor=165, size=size) for sku, size in sizes]
    words = {"name": "Écharpe", "brand": "Maison du quai", "category": "Ceintures"}
    record = ProductRecord(reference="S", variants=tuple(variants), **words)
    search_index.write(session, products.upsert(session, record, now=now))
    session.commit()
    return record


def in_french(page):
    return {one.get_text(strip=True) for one in page.soup.select('[lang="fr"]')}


def test_what_has_no_english_is_marked_on_an_english_kiosk(kiosk, scarf):
    kiosk.send(kiosk.get("/kiosk/"), "/kiosk/settings", language="en")

    product = in_french(kiosk.get("/kiosk/products/S1"))
    narrowed = in_french(kiosk.get("/kiosk/search?category=Ceintures&size=grande"))
    filters = in_french(kiosk.get("/kiosk/search/filters?category=Ceintures&by=category"))

    assert product >= {"Écharpe", "Maison du quai", "grande", "Ceintures"}
    assert "XL" not in product  # read in any language
    assert narrowed >= {"Écharpe", "grande", "Ceintures"}
    assert "Ceintures" in filters


def test_an_article_that_is_sold_no_more_is_marked_too(kiosk, session, scarf, now):
    kiosk.send(kiosk.get("/kiosk/"), "/kiosk/settings", language="en")
    products.withdraw(session, "S", now=now)
    session.commit()

    assert in_french(kiosk.get("/kiosk/products/S1", status=410)) >= {"Écharpe", "Ceintures"}


def test_names_are_marked_on_an_english_tablet_too(tablet, scarf):
    with tablet.client.session_transaction() as kept:
        kept["language"] = "en"

    page = tablet.get("/tablet/stock/S1")

    assert page.soup.find(id="stock-name").select_one('[lang="fr"]').get_text() == "Écharpe"


def test_no_french_screen_marks_french(kiosk, tablet, scarf):
    for page in (kiosk.get("/kiosk/products/S1"), tablet.get("/tablet/stock/S1")):
        assert not page.soup.select('main [lang="fr"]:not([name])')
