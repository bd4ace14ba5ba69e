"""Shelf labels on the tablet: what to print again, what was scanned, and the sheets."""

import re
from dataclasses import replace

import pypdfium2
import pytest

from store import labels
from store.label_faces import Terms
from store.web import clock

PAGE = "/tablet/labels"


@pytest.fixture
def terms(app):
    settings = app.config["COMPTOIR"]
    labelled = replace(settings.labels, address="https://cptr.fr")
    app.config["COMPTOIR"] = replace(settings, labels=labelled)
    return Terms(base_url="https://cptr.fr")


@pytest.fixture
def printed(session, shop, terms):
    """The cup and the cake stand have labels that are right."""
    labels.print_labels(
        session, [shop.cup, shop.cake_stand], terms, store=shop.lille, now=clock.now()
    )
    session.commit()


def rows(page):
    return [" ".join(row.get_text(" ").split()) for row in page.soup.select(".lab__row")]


def chosen(page):
    return [box["value"] for box in page.soup.select("input[name=sku][checked]")]


def make(tablet, page, *skus):
    fields = page.form(f"{PAGE}/print") | {"sku": list(skus)}
    return tablet.post(f"{PAGE}/print", fields, follow=True)


def test_the_stock_page_leads_there(tablet):
    assert tablet.get("/tablet/stock").soup.find("a", href=PAGE)


def test_when_all_is_right_it_says_so(tablet, printed):
    page = tablet.get(PAGE)

    assert "Toutes les étiquettes sont justes" in page.text
    assert "Leur QR mène à cptr.fr" in page.text


def test_a_changed_price_is_chosen_and_shown_with_what_hangs_there(tablet, printed, session, shop):
    shop.cup.price_minor = 350
    session.commit()

    page = tablet.get(PAGE)

    (row,) = rows(page)
    assert "Sur le rayon : 2,95 € 3,50 € Prix changé" in row
    assert chosen(page) == ["22699"]


def test_the_sheets_open_as_pdf(tablet, printed, session, shop):
    shop.cup.price_minor = 350
    session.commit()

    page = make(tablet, tablet.get(PAGE), "22699")

    assert "Prêt à imprimer : 1 étiquette" in page.text
    assert "Toutes les étiquettes sont justes" in page.text
    answer = tablet.client.get(page.soup.find("a", href=re.compile("pdf$"))["href"])
    assert answer.mimetype == "application/pdf"
    said = pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_bounded()
    assert "3,50" in said


def test_the_same_form_twice_is_one_print(tablet, printed, session, shop):
    shop.cup.price_minor = 350
    session.commit()
    fields = tablet.get(PAGE).form(f"{PAGE}/print") | {"sku": ["22699"]}

    places = {tablet.post(f"{PAGE}/print", fields).answer.location for _ in range(2)}

    assert len(places) == 1
    assert len(labels.list_prints(session, shop.lille)) == 2


def test_nothing_chosen_says_so(tablet, printed, session, shop):
    shop.cup.price_minor = 350
    session.commit()

    page = make(tablet, tablet.get(PAGE))

    assert "Rien n'est coché" in page.text.replace("’", "'")


def test_a_whole_shelf_chooses_what_was_never_printed(tablet, shop, session, terms):
    labels.print_labels(session, [shop.cup], terms, store=shop.lille, now=clock.now())
    session.commit()

    page = tablet.get(f"{PAGE}?view=shelf&category=kitchen")

    assert len(rows(page)) == 3
    assert sorted(chosen(page)) == ["22423", "99999"]


def test_an_article_without_a_price_cannot_be_chosen(tablet, shop, session, terms):
    shop.cup.price_minor = 0
    session.commit()

    page = tablet.get(f"{PAGE}?view=shelf&category=kitchen")
    done = make(tablet, page, "22699", "22423")

    assert "Sans prix : pas d'étiquette" in page.text.replace("’", "'")
    assert "Sans étiquette, faute de prix : Tasse et soucoupe Regency « Roses »" in done.text
    assert "Prêt à imprimer : 1 étiquette" in done.text


def test_scanned_articles_make_a_pile(tablet, shop):
    for code in (shop.cup.gtin[1:], shop.cake_stand.gtin[1:]):
        page = tablet.get(f"{PAGE}?view=pile")
        page = tablet.post(f"{PAGE}/scan", page.form(f"{PAGE}/scan") | {"code": code}, follow=True)

    assert chosen(page) == ["22423", "22699"]

    page = tablet.send(page, f"{PAGE}/clear")
    assert chosen(page) == []


def test_a_code_that_is_no_article_says_why(tablet, shop):
    page = tablet.get(PAGE)

    refused = tablet.post(f"{PAGE}/scan", page.form(f"{PAGE}/scan") | {"code": "4006381333931"})

    assert refused.status == 422
    assert "Cet article n'est pas au catalogue" in refused.text.replace("’", "'")


def test_the_label_of_a_withdrawn_article_is_taken_down(tablet, printed, session, shop):
    shop.cup.product.withdrawn_at = clock.now()
    session.commit()
    page = tablet.get(PAGE)
    assert "Retiré : à décrocher" in page.text
    assert chosen(page) == []

    page = tablet.send(page, f"{PAGE}/22699/down")

    assert "Toutes les étiquettes sont justes" in page.text


def test_a_name_of_two_hundred_letters_is_printed(tablet, session, shop, terms):
    shop.cup.product.name = "Tasse " * 40
    session.commit()

    page = make(tablet, tablet.get(f"{PAGE}?view=shelf&category=kitchen"), "22699")

    link = page.soup.find("a", href=re.compile("pdf$"))["href"]
    assert tablet.client.get(link).status_code == 200


def test_the_sheets_of_another_store_are_not_shown(tablet, session, shop, terms):
    made = labels.print_labels(session, [shop.cup], terms, store=shop.roubaix, now=clock.now())
    session.commit()

    tablet.get(f"{PAGE}/sheets/{made.sheets.uid}.pdf", status=404)
