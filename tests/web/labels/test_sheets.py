"""Sheets of labels as a printer gets them: read by a scanner, measured in millimetres."""

import subprocess
import sys
from dataclasses import replace

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageOps

from store.errors import Invalid, SheetsNotDrawn
from store.label_faces import Face
from store.web.labels import printing, sheets, words
from store.web.labels.layouts import SHEETS, Layout
from tests.web.labels.conftest import CAKE_STAND, REDUCED, read

DPI = 300
MM = DPI / 25.4


@pytest.fixture
def drawn(fonts):
    """Draw labels on a sheet and render its pages."""

    def drawn(*labels, layout=SHEETS["105x74"]):
        document = pypdfium2.PdfDocument(sheets.draw(labels, layout, fonts=fonts))
        return [page.render(scale=DPI / 72).to_pil().convert("RGB") for page in document]

    return drawn


def cut(page, layout, number=0):
    """The label with this number, as the scissors leave it."""
    left, top = layout.place(number)
    box = (left, top, left + layout.label_width, top + layout.label_height)
    return page.crop([round(edge * MM) for edge in box])


def ink(image: Image.Image):
    """The box of everything that is not white: left, top, right, bottom in millimetres."""
    return [edge / MM for edge in ImageOps.invert(image.convert("L")).getbbox()]


def has_red(image):
    red, _green, blue = image.split()
    return ImageChops.subtract(red, blue).getextrema()[1] > 100


def test_a_page_is_a_page(drawn):
    page = drawn(CAKE_STAND)[0]

    assert (page.width / MM, page.height / MM) == pytest.approx((210, 297), abs=0.2)


@pytest.mark.parametrize(
    "address",
    [
        "HTTPS://CPTR.FR/P/22423",
        "HTTPS://BOUTIQUE-DE-LILLE.EXAMPLE:8000/P/4006381333931",
        "HTTPS://" + "X" * 60 + ".FR/P/22",
    ],
)
@pytest.mark.parametrize("name", SHEETS)
def test_a_scanner_reads_the_address(drawn, name, address):
    layout = SHEETS[name]
    page = drawn(replace(CAKE_STAND, address=address), layout=layout)[0]

    found = read(cut(page, layout))["QRCode"]

    assert found.text == address


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_scanner_reads_the_code_of_a_staging_place(drawn, sheet):
    place = words.place("Réserve du fond 12", shop="Lille, Grand'Place")
    page = drawn(place, layout=SHEETS[sheet])[0]

    assert read(cut(page, SHEETS[sheet]))["QRCode"].text == "RESERVE DU FOND 12"


def test_the_qr_is_as_large_as_the_design_says(drawn):
    corners = read(drawn(CAKE_STAND)[0])["QRCode"].position

    assert (corners.top_right.x - corners.top_left.x) / MM == pytest.approx(27, abs=0.3)
    assert (corners.bottom_left.y - corners.top_left.y) / MM == pytest.approx(27, abs=0.3)


@pytest.mark.parametrize(
    ("gtin", "kind", "said"),
    [
        ("04006381333931", "EAN13", "4006381333931"),
        ("00000096385074", "EAN8", "96385074"),
        ("14006381333938", "Code128", "14006381333938"),
        ("", "Code128", "22423"),
    ],
)
def test_a_scanner_reads_the_bar_code(drawn, gtin, kind, said):
    page = drawn(replace(CAKE_STAND, gtin=gtin))[0]

    assert read(page)[kind].text == said


def test_an_sku_too_long_for_bars_has_none(drawn):
    page = drawn(replace(CAKE_STAND, gtin="", sku="X" * 60))[0]

    assert read(page).keys() == {"QRCode"}


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("is_reduced", [False, True])
def test_nothing_runs_over_a_label(drawn, name, is_reduced):
    layout = replace(SHEETS[name], marks=False)
    full = replace(
        CAKE_STAND,
        name="Bougie à l'orangeraie " * 10,
        about="Réf. 22423 · " + "porcelaine " * 20,
        price="1\u00a0284\u00a0999,00",
        unit="1\u00a0284\u00a0999,00\u00a0€ le kilogramme",
        aisle="Allée WWWWWWWWWWWWWWWWWWWW",
    )
    if is_reduced:
        full = replace(full, **{**REDUCED, "price": full.price})

    label = cut(drawn(full, layout=layout)[0], layout)

    left, top, right, bottom = ink(label)
    assert left > 2 and top > 2
    assert right < layout.label_width - 2 and bottom < layout.label_height - 1


def test_the_law_is_never_cut_short(fonts):
    full = replace(CAKE_STAND, **REDUCED, unit="107,50\u00a0€ le kg")
    document = pypdfium2.PdfDocument(sheets.draw([full], SHEETS["63x38"], fonts=fonts))

    said = document[0].get_textpage().get_text_bounded().replace("\u00a0", " ")

    assert "Prix le plus bas sur 30 jours : 12,75 €" in said
    assert "107,50 € le kg" in said
    assert "Présentoir à gâteaux" in said


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "Allée 3 B"),
        ({"unit": "107,50\u00a0€ le kg"}, "107,50 € le kg · allée 3 B"),
        ({**REDUCED, "about": "Réf. 22423 · bleu"}, "Réf. 22423 · bleu · allée 3 B"),
        ({**REDUCED, "about": "Réf. 22423 · " + "porcelaine " * 9}, "Allée 3 B"),
        ({**REDUCED, "unit": "107,50 € le kg" * 9}, "Réf. 22423 · porcelaine · allée 3 B"),
        ({**REDUCED, "unit": "107,50 € le kg" * 9, "aisle": "Allée WWWWWWWWWW"}, "Réf. 22423"),
    ],
)
def test_a_label_says_in_which_aisle(fonts, sheet, more, said):
    placed = replace(CAKE_STAND, **{"aisle": "Allée 3 B", **more})
    document = pypdfium2.PdfDocument(sheets.draw([placed], SHEETS[sheet], fonts=fonts))

    told = document[0].get_textpage().get_text_bounded().replace("\u00a0", " ")

    assert said in told


def test_red_is_for_reductions_alone(drawn):
    plain, reduced = drawn(CAKE_STAND)[0], drawn(replace(CAKE_STAND, **REDUCED))[0]

    assert not has_red(plain)
    assert has_red(reduced)


@pytest.mark.parametrize("marks", [True, False])
def test_cutting_marks_stand_at_the_corners_of_each_label(drawn, marks):
    layout = replace(SHEETS["105x74"], marks=marks)
    page = drawn(*[CAKE_STAND] * 8, layout=layout)[0].convert("L")

    for number in range(8):
        x, y = layout.place(number)
        corner = page.crop([round(edge * MM) for edge in (x, y, x + 2, y + 2)])
        assert (corner.getextrema()[0] < 230) == marks


def test_labels_go_on_from_page_to_page(drawn):
    pages = drawn(*[CAKE_STAND] * 9)

    assert len(pages) == 2
    assert ink(pages[1])[2] < 105.5


def test_every_named_sheet_fits_its_page():
    for layout in SHEETS.values():
        layout.check()


@pytest.mark.parametrize(("field", "value"), [("columns", 3), ("rows", 5)])
def test_labels_that_run_over_the_page_are_refused(field, value):
    with pytest.raises(Invalid):
        replace(SHEETS["105x74"], **{field: value}).check()


def test_the_settings_describe_a_sheet_of_ones_own(app):
    settings = app.config["COMPTOIR"]
    app.config["COMPTOIR"] = replace(settings, labels=replace(settings.labels, sheet="own"))

    with app.app_context():
        found = printing.layout()

    assert isinstance(found, Layout)
    assert (found.label_width, found.columns, found.marks) == (105, 2, True)


def test_sheets_are_drawn_by_a_program_of_their_own(app):
    face = Face(
        sku="22423",
        name="Présentoir à gâteaux",
        price_minor=1095,
        was_minor=1275,
        currency="EUR",
        address="HTTPS://CPTR.FR/P/22423",
        unit_minor=10750,
        unit_per="kg",
    )

    with app.app_context():
        page = pypdfium2.PdfDocument(printing.pdf([face], title="essai"))[0]

    said = page.get_textpage().get_text_bounded().replace("\u00a0", " ")
    assert read(page.render(scale=DPI / 72).to_pil())["QRCode"].text == face.address
    assert "au lieu de 12,75 €" in said
    assert "− 14 %" in said
    assert "107,50 € le kg" in said


def test_a_program_that_fails_says_why(app, monkeypatch):
    monkeypatch.setattr(printing, "PROGRAM", "store.web.labels.nowhere")

    with app.app_context(), pytest.raises(SheetsNotDrawn) as failed:
        printing.pdf([], title="")

    assert "nowhere" in failed.value.reason


def test_a_running_server_does_not_carry_what_draws_sheets():
    asked = "import config.serving, sys; from store.web.labels import printing; "
    asked += "print([name for name in sys.modules if name.startswith('reportlab')])"

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
