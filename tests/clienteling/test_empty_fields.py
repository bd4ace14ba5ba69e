"""A form sent with nothing in its field: the page says what lacks, not the browser."""

from tests.clienteling.test_shelf_checks import ask, task_of
from tests.clienteling.test_words_beside_fields import beside, manager

__all__ = ["manager"]
PICTURES = "/tablet/products/22699/pictures"


def test_a_count(tablet, session):
    ask(tablet)
    path = f"/tablet/checks/{task_of(session).uid}"

    page = tablet.send(tablet.get(path), path, seen="")

    field = page.soup.find(id="c-seen")
    assert field.find_parent("form").has_attr("novalidate")
    assert page.soup.find(id=field["aria-describedby"]).text.endswith("même zéro.")


def test_a_note(tablet, shop):
    tablet.send(tablet.get("/tablet/scan"), "/tablet/scan", code=shop.camille_card)
    card = f"/tablet/customers/{shop.camille.uid}"

    page = tablet.send(tablet.get(card), f"{card}/notes", note="")

    assert beside(page, "note") == "Écrivez d'abord la note."


def test_a_code_of_a_device(pages, shop):
    page = pages.send(pages.get("/enrol"), "/enrol", code=" ")

    assert page.status == 422
    assert beside(page, "code").startswith("Tapez d'abord le code.")


def test_a_photo_whose_description_stays(manager):
    sent = {"alt": "La tasse", "alt_en": "The cup"}

    page = manager.post(PICTURES, manager.get(PICTURES).form(PICTURES) | sent)

    assert (page.status, beside(page, "picture")) == (422, "Choisissez d'abord la photo.")
    assert sent.items() <= page.form(PICTURES).items()


def test_times_of_a_kiosk_whose_other_choices_stay(manager, shop):
    path = f"/tablet/screens/{shop.kiosk.uid}/times"
    form = {"follows_hours": "yes", "countdown_seconds": ""}

    page = manager.send(manager.get("/tablet/screens"), path, **form)

    assert beside(page, "countdown_seconds").startswith("De ")
    assert page.form(path)["follows_hours"] == "yes"
