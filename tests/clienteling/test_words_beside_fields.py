"""What is wrong with a form about pickups is said beside its field, in the page's own words."""

import pytest

from store import pickups, staging, waves
from store.models import Order, OrderLine
from store.records import OrderLineRecord
from store.web import clock
from tests.conftest import NOW
from tests.page_client import PageClient
from tests.shop import PIN
from tests.test_pickups import record


def beside(page, name):
    """Return what the form says beside a field, found as its reader finds it."""
    field = page.soup.find(attrs={"name": name, "type": lambda kind: kind != "hidden"})
    marked = field if field.get("aria-invalid") == "true" else field.find_parent("fieldset")
    assert field.find_parent("form").has_attr("novalidate")
    named = [page.soup.find(id=one) for one in marked.get("aria-describedby", "").split()]
    words = " ".join(one.text for one in named if one and "field__error" in one["class"])
    return " ".join(words.replace("’", "'").replace("\u202f", " ").replace("\xa0", " ").split())


@pytest.fixture
def manager(app, shop):
    return PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)


def sheet(shop):
    return f"/tablet/pickups/{shop.order.uid}"


def hand_over(tablet, shop, **fields):
    form = tablet.get(sheet(shop)).form(f"{sheet(shop)}/hand-over")
    form |= {"line": [line.uid for line in shop.order.lines], "check": "qr"} | fields
    return tablet.post(f"{sheet(shop)}/hand-over", form)


@pytest.mark.parametrize(
    ("fields", "name", "said"),
    [
        ({"check": ""}, "check", "Dites comment la personne a été reconnue."),
        (
            {"who": "delegate", "delegate_code": ""},
            "delegate_code",
            "Saisissez ou scannez le code du proche.",
        ),
        ({"till_ticket": "?!"}, "till_ticket", "Ce numéro de ticket n'est pas possible."),
    ],
)
def test_a_handover(tablet, session, shop, fields, name, said):
    session.get_one(Order, shop.order.id).paid = False
    session.commit()

    page = hand_over(tablet, shop, **{"till_ticket": "T1"} | fields)

    assert (page.status, beside(page, name)) == (422, said)
    assert page.soup.find(class_="banner--danger") is None
    session.refresh(shop.order)
    assert shop.order.state == "ready"


def test_what_is_not_given(tablet, shop):
    first, second = [line.uid for line in shop.order.lines]
    page = hand_over(tablet, shop, line=[first], partial="yes")
    assert beside(page, f"rest-{second}") == ""

    form = page.form(f"{sheet(shop)}/hand-over") | {"line": [first]}
    again = tablet.post(f"{sheet(shop)}/hand-over", form)

    assert again.status == 422
    assert beside(again, f"rest-{second}") == "Choisissez ce que devient cet article."


@pytest.mark.parametrize(
    ("fields", "name", "said"),
    [
        ({"reason": ""}, "reason", "Dites pourquoi la remise est annulée."),
        ({"who": ""}, "who", "Choisissez le responsable qui annule."),
        ({"pin": ""}, "pin", "Tapez le code personnel."),
    ],
)
def test_an_undo(tablet, session, shop, fields, name, said):
    hand_over(tablet, shop)
    path = f"{sheet(shop)}/reverse"
    typed = {"who": shop.manager.uid, "pin": PIN, "reason": "not_given"} | fields

    page = tablet.send(tablet.get(path), path, **typed)

    assert (page.status, beside(page, name)) == (422, said)
    assert page.soup.find("input", value="not_given").has_attr("checked") is bool(typed["reason"])
    session.refresh(shop.manager)
    assert shop.manager.failed_pins == 0


@pytest.fixture
def line_path(session, shop):
    """The page about a line of nine cups and one about a stand, on the walk of a wave."""
    cups = OrderLineRecord(sku="22699", quantity=9, unit_price_minor=295)
    order = pickups.upsert(session, record(lines=(cups, *record().lines[1:])), now=NOW)
    staging.add(session, shop.lille, "C-01", size="medium", capacity=2)
    wave = waves.start(session, shop.lille, order_uids=[order.uid], staff=shop.ines, now=NOW)
    paths = {line.sku: f"{order.uid}/{line.uid}" for line in order.lines}
    session.commit()
    return lambda sku: f"/tablet/preparing/{wave.uid}/lines/{paths[sku]}"


@pytest.mark.parametrize(
    ("sku", "fields", "name", "said"),
    [
        ("22699", {"missing": ""}, "missing", "Indiquez combien d'unités manquent."),
        ("22699", {"missing": "12"}, "missing", "Ce nombre n'est pas possible."),
        ("22423", {"missing": ""}, "missing", "Indiquez combien d'unités manquent."),
        ("22423", {"reason": ""}, "reason", "Dites pourquoi l'article manque."),
    ],
)
def test_what_lacks(tablet, session, line_path, sku, fields, name, said):
    path = line_path(sku)
    typed = {"act": "short", "missing": "1", "reason": "not_found"} | fields

    page = tablet.send(tablet.get(path), path, **typed)

    assert (page.status, beside(page, name)) == (422, said)
    assert {one.state for one in session.query(OrderLine).filter_by(sku=sku)} >= {"to_pick"}


def test_where_an_order_lies(tablet, session, shop):
    order = pickups.upsert(session, record(), now=NOW)
    path = f"/tablet/pickups/{order.uid}"
    session.commit()

    page = tablet.send(tablet.get(path), f"{path}/prepare", place=" ")

    assert (page.status, beside(page, "place")) == (422, "Indiquez où attend la commande.")


def test_a_reservation(tablet, shop):
    path = "/tablet/stock/22699/reserve"

    page = tablet.send(tablet.get(path), path, name="", quantity="2", store="LIL")

    assert (page.status, beside(page, "name")) == (422, "Indiquez un prénom.")
    assert page.soup.select_one("select[name=quantity] [selected]")["value"] == "2"


@pytest.mark.parametrize(
    ("fields", "name", "said"),
    [
        ({"name": ""}, "name", "Donnez un nom à l'imprimante."),
        ({"address": ""}, "address", "Une adresse comme 192.168.1.50 ou 192.168.1.50:9100."),
        ({"dots": "7"}, "dots", "Choisissez la largeur du papier."),
    ],
)
def test_a_printer(manager, fields, name, said):
    typed = {"name": "Caisse", "address": "192.168.1.50", "dots": "576"} | fields

    page = manager.send(manager.get("/tablet/printers"), "/tablet/printers", **typed)

    assert (page.status, beside(page, name)) == (422, said)


@pytest.mark.parametrize(
    ("fields", "name", "said"),
    [
        ({"act": "limit", "lead_minutes": ""}, "lead_minutes", "De 0 à 10 080 minutes"),
        ({"act": "limit", "per_hour": "0", "lead_minutes": "9"}, "per_hour", "De 1 à 1 000"),
        ({"act": "day", "day": "2020-01-01", "closed": "yes"}, "day", "un jour à venir"),
        ({"act": "day", "day": "", "closed": "yes"}, "day", "un jour à venir"),
        ({"act": "day", "opens": "", "closes": "17:00"}, "opens", "par exemple 09:00"),
        ({"act": "day", "opens": "09:00", "closes": ""}, "closes", "par exemple 09:00"),
        ({"act": "place", "name": "", "capacity": "1"}, "name", "par exemple B-04"),
        ({"act": "place", "name": "A", "capacity": ""}, "capacity", "De 1 à 99"),
    ],
)
def test_what_the_shop_promises(manager, fields, name, said):
    path, day = "/tablet/promises", clock.now().date().isoformat()
    typed = {"day": day, "size": "small"} | fields

    page = manager.send(manager.get(path), path, **typed)

    assert page.status == 422
    assert said in beside(page, name)
    marked = page.soup.find_all(attrs={"aria-invalid": "true"})
    assert [one["name"] for one in marked] == [name]
