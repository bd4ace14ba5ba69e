"""Photos of a product, as a manager adds them on the tablet."""

import io

import pytest
from sqlalchemy import select

from store import picture_cutting
from store.models import Picture
from store.web import picture_words, uploads
from tests.page_client import PageClient
from tests.photos import BLUE, photo, saved

PATH = "/tablet/products/22699/pictures"


@pytest.fixture
def manager(app, shop) -> PageClient:
    return PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)


def send(client, content, name="cup.jpg", **fields):
    form = client.get(PATH).form(PATH)
    return client.post(PATH, form | fields | {"picture": (io.BytesIO(content), name)})


def test_a_photo_is_added_and_shown_to_customers(manager, kiosk, session, shop):
    answer = send(manager, saved(photo((800, 600))), alt="La tasse", alt_en="The cup")

    assert answer.status == 303
    image = kiosk.get("/kiosk/products/22699").soup.select_one(".k-prod__media img[srcset]")
    assert image["alt"] == "La tasse"
    assert (image["width"], image["height"]) == ("800", "600")
    assert [part.split()[1] for part in image["srcset"].split(", ")] == ["160w", "480w", "800w"]
    with kiosk.client.get(image["src"]) as file:
        assert file.mimetype == "image/webp"
        assert "immutable" in file.headers["Cache-Control"]
        assert file.headers["X-Content-Type-Options"] == "nosniff"


def test_the_same_form_twice_adds_one_photo(manager, session, shop):
    form, content = manager.get(PATH).form(PATH), saved(photo())
    for _time in range(2):
        manager.post(PATH, form | {"picture": (io.BytesIO(content), "cup.jpg")})

    assert len(session.scalars(select(Picture)).all()) == 1


BAD = {
    "vide": b"",
    "JPEG": b"<html>hello</html>",
    "1 Mo": b"\xff\xd8" + b"\0" * 400_000,
    "abîmé": saved(photo((800, 600)))[:3_000],
    "trop petite": saved(photo((50, 50))),
}


@pytest.mark.parametrize("word", BAD, ids=range(len(BAD)))
def test_what_is_no_photo_comes_back_with_the_form_and_the_reason(
    manager, session, word, monkeypatch
):
    # what is larger than half a megabyte goes through temporary files, which slow the tests down
    monkeypatch.setattr(picture_cutting, "LARGEST_BYTES", 400_000)
    monkeypatch.setattr(picture_words, "MEGA", 400_000)

    page = send(manager, BAD[word], "photo.jpg")

    assert page.status == 422
    assert word in page.soup.select_one(".field__error").get_text().replace("\u00a0", " ")
    assert page.form(PATH)
    assert session.scalars(select(Picture)).all() == []


def test_a_form_without_a_file_says_so(manager):
    page = manager.post(PATH, manager.get(PATH).form(PATH))

    assert page.status == 422
    assert "Choisissez d’abord la photo." in page.text


def test_far_too_much_is_refused_before_it_is_read(manager, app, monkeypatch):
    monkeypatch.setattr(app.view_functions["tablet.add_picture"], uploads.LIMIT, 300_000)
    app.config["MAX_CONTENT_LENGTH"] = 100_000
    form = manager.get(PATH).form(PATH)

    answers = [
        manager.post(PATH, form | {"picture": (io.BytesIO(b"\0" * size), "photo.jpg")}).status
        for size in (200_000, 400_000)
    ]

    assert answers == [422, 413]


def test_far_too_much_is_told_in_the_form_s_own_words_behind_its_door(
    manager, tablet, app, monkeypatch
):
    monkeypatch.setattr(app.view_functions["tablet.add_picture"], uploads.LIMIT, 300_000)
    form, huge = manager.get(PATH).form(PATH), b"\0" * 400_000

    told = manager.post(PATH, form | {"picture": (io.BytesIO(huge), "photo.jpg")})
    refused = tablet.post(PATH, form | {"picture": (io.BytesIO(huge), "photo.jpg")})

    assert told.status == 413
    assert "Le fichier dépasse 10 Mo. Réduisez la photo" in told.text
    assert told.form(PATH)
    assert refused.status == 403
    assert "Ajouter une photo" not in refused.text


def test_other_forms_stay_small(manager, app):
    app.config["MAX_CONTENT_LENGTH"] = 100_000
    form = manager.get("/tablet/scan").form("/tablet/scan")

    assert manager.post("/tablet/scan", form | {"code": "x" * 200_000}).status == 413


def test_a_photo_may_have_ten_megabytes_and_its_form_more(app):
    assert app.view_functions["tablet.add_picture"].largest_body > 10 * 1024 * 1024
    assert picture_cutting.LARGEST_BYTES == 10 * 1024 * 1024


def test_photos_are_described_ordered_and_taken_off(manager, session, shop):
    send(manager, saved(photo()), alt="une")
    send(manager, saved(photo(colour=BLUE)), alt="deux")
    query = select(Picture.id).order_by(Picture.position)
    first, second = session.scalars(query).all()
    session.rollback()  # lets others write

    for act, number in (("first", second), ("describe", first), ("remove", second)):
        path = f"{PATH}/{number}"
        page = manager.get(PATH)
        form = page.form(path) | {"act": act, "alt": "la tasse"}
        assert manager.post(path, form).status == 303

    assert [one.alt for one in session.scalars(select(Picture))] == ["la tasse"]


def test_an_assistant_adds_no_photos(tablet):
    tablet.get(PATH, status=403)


@pytest.mark.parametrize("name", ["x" * 32, "../" * 10 + "a", "0" * 32, "0" * 31])
def test_a_picture_that_is_not_there_is_not_found(pages, name):
    assert pages.client.get(f"/pictures/{name}-160.webp").status_code == 404
