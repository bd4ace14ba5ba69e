"""Electronic labels on the tablet: paired by two scans, followed, sent again, freed."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from store import paperless
from store.web import clock
from tests.web.labels.conftest import read

PAGE = "/tablet/labels/electronic"
MAC = "00000197E5CB3B38"


@pytest.fixture
def label(session, shop):
    made = paperless.pair(
        session, MAC, shop.cup, model="296x128", store=shop.lille, now=clock.now()
    )
    session.commit()
    return made


def scan(tablet, page, code, path=f"{PAGE}/pair"):
    form = page.soup.find("form", attrs={"data-scan-typed": True})
    fields = {field["name"]: field.get("value", "") for field in form.find_all("input")}
    return tablet.post(form["action"], fields | {"code": code}, follow=True)


def test_two_scans_pair_a_label(tablet, shop, session):
    page = scan(tablet, tablet.get(f"{PAGE}/pair"), "01:97:E5:CB:3B:38")
    assert "Scannez maintenant l'article" in page.text.replace("’", "'")

    page = scan(tablet, page, shop.cup.gtin[1:])

    assert "Étiquette reliée" in page.text
    assert "Tasse et soucoupe Regency" in page.text
    (made,) = paperless.list_all(session, shop.lille)
    assert (made.mac, made.variant_id, made.model) == (MAC, shop.cup.id, "296x128")


def test_the_larger_model_is_kept_over_both_scans(tablet, shop, session):
    page = scan(tablet, tablet.get(f"{PAGE}/pair?model=400x300"), MAC)

    scan(tablet, page, "22699")

    assert paperless.list_all(session, shop.lille)[0].model == "400x300"


def test_a_known_label_keeps_its_model_when_it_moves(tablet, shop, session):
    scan(tablet, scan(tablet, tablet.get(f"{PAGE}/pair?model=400x300"), MAC), "22699")

    page = scan(tablet, tablet.get(f"{PAGE}/pair"), MAC)
    scan(tablet, page, shop.cake_stand.gtin[1:])

    (moved,) = paperless.list_all(session, shop.lille)
    assert (moved.variant_id, moved.model) == (shop.cake_stand.id, "400x300")


def test_a_label_that_stands_elsewhere_is_said_to_move(tablet, shop, session, label):
    page = scan(tablet, tablet.get(f"{PAGE}/pair"), MAC)
    assert "elle sera déplacée" in page.text

    scan(tablet, page, shop.cake_stand.gtin[1:])

    session.expire_all()
    assert [one.variant_id for one in paperless.list_all(session)] == [shop.cake_stand.id]


@pytest.mark.parametrize("code", ["4006381333931", "hello", "0197E5CB3B3"])
def test_what_is_no_label_is_refused_with_what_to_look_for(tablet, code):
    page = scan(tablet, tablet.get(f"{PAGE}/pair"), code)

    assert page.status == 422
    assert "12 ou 16 chiffres et lettres" in page.text


def test_what_is_no_article_is_refused_and_the_label_kept_in_mind(tablet):
    page = scan(tablet, tablet.get(f"{PAGE}/pair?mac={MAC}"), "4006381333931")

    assert page.status == 422
    assert "Cet article n'est pas au catalogue" in page.text.replace("’", "'")
    assert "Étiquette 0197E5CB3B38" in page.text


def test_a_label_of_another_store_is_refused(tablet, shop, session):
    paperless.pair(session, MAC, shop.cup, model="296x128", store=shop.roubaix, now=clock.now())
    session.commit()

    page = scan(tablet, tablet.get(f"{PAGE}/pair?mac={MAC}"), shop.cup.gtin[1:])

    assert page.status == 422
    assert "un autre magasin" in page.text


def test_each_state_is_in_words(tablet, session, label):
    assert "À envoyer" in tablet.get(PAGE).text

    now = clock.now()
    paperless.note_failed(
        session, [label], reason="unknown_mac", again=now + timedelta(minutes=1), now=now
    )
    session.commit()
    page = tablet.get(PAGE)

    assert "En échec" in page.text
    assert "réveillez-la près de lui. 1 essai, prochain à" in page.text.replace("’", "'")
    assert "1 en échec" in page.text


def test_a_low_battery_and_a_lost_label_are_told(tablet, session, label):
    label.battery_mv, label.seen_at = 2280, clock.now() - timedelta(days=3)
    session.commit()

    page = tablet.get(PAGE)

    assert "Pile faible : 2,3 V" in page.text
    assert "Pas vue depuis" in page.text


def test_a_retry_lets_it_leave_at_once(tablet, session, label):
    now = clock.now()
    paperless.note_failed(session, [label], reason="busy", again=now + timedelta(hours=1), now=now)
    session.commit()

    tablet.send(tablet.get(PAGE), f"{PAGE}/{label.uid}/retry")

    session.expire_all()
    assert paperless.list_ready(session, now=clock.now()) == [label]


def test_a_label_is_freed_and_then_forgotten(tablet, session, shop, label):
    page = tablet.send(tablet.get(PAGE), f"{PAGE}/{label.uid}/free")
    assert "Étiquette libre" in page.text

    page = tablet.send(page, f"{PAGE}/{label.uid}/free")
    assert "Aucune étiquette électronique" in page.text


def test_the_picture_is_what_the_label_should_show(tablet, label):
    answer = tablet.client.get(f"{PAGE}/{label.uid}.png")

    image = Image.open(BytesIO(answer.data))
    assert image.size == (296, 128)
    assert read(image.convert("RGB"))["QRCode"].text.endswith("/P/22699")


def test_without_an_access_point_it_is_said(tablet, app, label):
    assert "Aucun point d’accès" in tablet.get(PAGE).text

    settings = app.config["COMPTOIR"]
    linked = replace(settings.labels, access_point_url="http://192.168.1.40")
    app.config["COMPTOIR"] = replace(settings, labels=linked)

    assert "Aucun point d’accès" not in tablet.get(PAGE).text


def test_the_list_is_read_again_alone(tablet, label):
    assert "Tasse" in tablet.block(PAGE).text
