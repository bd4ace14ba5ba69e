"""Arrivals on the tablets: said whole, entrusted, louder with time, unknown ones looked for."""

from datetime import timedelta

import pytest

from store import arrivals, codes, delegates, order_tickets, pickups, provisional, restorations
from store.arrivals import Coming
from store.models import Order
from store.order_tickets import Ticket
from store.web import clock
from store.web.filters import public_name
from tests.kiosk.test_phone_pickup import with_counters
from tests.kiosk.test_signed_codes import forged
from tests.page_client import PageClient
from tests.test_pickups import record

UID = "6a0f3c52-6f7e-4d0e-9d0e-3b8c0f1f7a11"


@pytest.fixture
def colleague(app, shop):
    """The same tablet's twin on which Malik is signed in."""
    return PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)


def arrive(session, shop, *, ago=timedelta(), **coming):
    arrivals.check_in(
        session, shop.order, store=shop.lille, now=clock.now() - ago, coming=Coming(**coming)
    )
    session.commit()


def alert(client):
    found = client.get("/tablet/stock").soup.find(attrs={"data-ring": True})
    return found and " ".join(found.get_text(" ").replace("’", "'").split())


def test_the_alert_says_by_car_and_where(tablet, session, shop):
    arrive(session, shop, by="car", place="place 3")

    assert "En voiture : place 3." in alert(tablet).replace("\xa0", " ")


def test_the_alert_says_who_stands_there_for_somebody_else(tablet, session, shop):
    sent = delegates.name(session, shop.order.uid, "Paul", now=clock.now())
    arrive(session, shop, delegate=sent.uid)
    whose = public_name(shop.order.customer_name)

    assert f"Paul (pour {whose}) vient d'arriver" in alert(tablet).replace("\xa0", " ")


def test_the_alert_names_the_customer_who_came_again_in_person(tablet, session, shop):
    sent = delegates.name(session, shop.order.uid, "Paul", now=clock.now())
    arrive(session, shop, delegate=sent.uid)
    arrivals.leave(session, shop.order.uid, by="customer", now=clock.now())
    arrive(session, shop)

    assert f"{public_name(shop.order.customer_name)} vient d'arriver" in alert(tablet)
    assert "Paul" not in alert(tablet)


@pytest.mark.parametrize("path", ["/tablet/pickups", "sheet"])
def test_the_counter_has_its_english_name_on_an_english_tablet(tablet, app, session, shop, path):
    with_counters(app, "Comptoir 2: à droite | Counter 2: on your right")
    arrive(session, shop, by="counter", counter="Comptoir 2")
    csrf = tablet.get("/tablet/stock").soup.find("input", {"name": "csrf_token"})["value"]
    tablet.post("/language", {"csrf_token": csrf, "language": "en", "next": "/"})

    page = tablet.get(f"/tablet/pickups/{shop.order.uid}" if path == "sheet" else path)

    assert "Counter 2" in page.soup.find("main").text
    assert "Comptoir 2" not in page.soup.find("main").text


@pytest.mark.parametrize(
    ("seconds", "stage", "words"),
    [
        (0, "ringing", "vient d'arriver"),
        (60, "louder", "attend depuis 1 min"),
        (130, "unanswered", "personne n'y est allé"),
    ],
)
def test_an_arrival_grows_louder_until_somebody_goes(tablet, session, shop, seconds, stage, words):
    arrive(session, shop, ago=timedelta(seconds=seconds))

    shown = tablet.get("/tablet/stock").soup.find(attrs={"data-ring": True})

    assert shown["data-stage"] == stage
    assert shown.has_attr("data-loud") is (stage != "ringing")
    assert words in alert(tablet).replace("\xa0", " ")


def test_who_has_waited_longest_rings_on_when_another_comes(tablet, session, shop):
    arrive(session, shop, ago=timedelta(seconds=130))
    other = pickups.upsert(session, record(state="ready"), now=clock.now())
    arrivals.check_in(session, other, store=shop.lille, now=clock.now(), coming=Coming())
    session.commit()

    page = tablet.get("/tablet/stock")

    assert "Camille R. attend depuis 2 min" in alert(tablet)
    rings = {one["data-ring"]: one for one in page.soup.find_all(attrs={"data-ring": True})}
    assert set(rings) == {f"{shop.order.uid}-unanswered", other.uid}
    assert rings[f"{shop.order.uid}-unanswered"].has_attr("data-loud")
    assert not rings[other.uid].has_attr("data-loud")
    assert [one["data-ring"] for one in page.soup.select(".arrival[role=alert]")] == list(rings)


def test_of_three_the_two_who_wait_longest_are_shown_and_all_ring(tablet, session, shop):
    arrive(session, shop, ago=timedelta(seconds=130))
    for number, seconds in (("500001", 5), ("500002", 70)):
        facts = record(external_id=number, number=number, state="ready")
        other = pickups.upsert(session, facts, now=clock.now())
        came = clock.now() - timedelta(seconds=seconds)
        arrivals.check_in(session, other, store=shop.lille, now=came, coming=Coming())
    session.commit()

    page = tablet.get("/tablet/stock")

    stages = [one["data-stage"] for one in page.soup.select("#arrivals .arrival")]
    assert stages == ["unanswered", "louder"]
    assert "et 1 autre arrivée" in page.text
    assert len(page.soup.select("#arrivals [data-ring]")) == 3


def test_a_colleague_who_is_asked_is_called_by_name(tablet, colleague, session, shop):
    arrive(session, shop)
    path = f"/tablet/pickups/{shop.order.uid}"

    page = tablet.send(tablet.get("/tablet/stock"), f"{path}/entrust")

    assert page.answer.request.path == "/tablet/stock"
    assert alert(tablet) is None
    assert "Inès vous confie Camille R." in alert(colleague)
    colleague.send(colleague.get("/tablet/stock"), f"{path}/take")
    assert alert(colleague) is None


def test_nobody_is_asked_who_is_not_there(tablet, session, shop):
    arrive(session, shop)
    action = f"/tablet/pickups/{shop.order.uid}/entrust"
    form = tablet.get("/tablet/stock").form(action)

    page = tablet.post(action, form | {"to": "nobody"})

    assert page.status == 422


def test_a_customer_who_went_away_waits_no_more(tablet, session, shop):
    arrive(session, shop)
    sheet = f"/tablet/pickups/{shop.order.uid}"

    tablet.send(tablet.get(sheet), f"{sheet}/gone")

    session.refresh(shop.order)
    assert shop.order.state == "ready"


def test_the_sheet_keeps_who_waits_for_an_order_that_is_not_ready(tablet, session, shop):
    arrive(session, shop)
    shop.order.state = "accepted"
    session.commit()
    sheet = f"/tablet/pickups/{shop.order.uid}"

    page = tablet.get(sheet)
    assert "Sur place depuis" in page.text and "attente n° 1" in page.text.replace("\u00a0", " ")
    tablet.send(page, f"{sheet}/gone")

    assert "Sur place depuis" not in tablet.get(sheet).text


def test_it_rings_anew_once_the_order_is_ready_that_somebody_waits_for(tablet, session, shop):
    order, name = came_early(session, shop)
    assert "pas encore prête" in alert(tablet)
    rang = tablet.get("/tablet/stock").soup.find(attrs={"data-ring": True})["data-ring"]

    pickups.prepare(session, order.uid, staff=shop.ines, place="C-03", now=clock.now())
    session.commit()

    said = alert(tablet).replace("\xa0", " ")
    assert f"Commande prête : {name} attend depuis 2 min" in said
    assert "prête, casier C-03." in said and "Numéro d'attente 1." in said
    again = tablet.get("/tablet/stock").soup.find(attrs={"data-ring": True})["data-ring"]
    assert again != rang
    assert "Sur place depuis" in tablet.get(f"/tablet/pickups/{order.uid}").text


def test_who_looks_after_them_hears_by_whom_the_order_was_made_ready(
    tablet, colleague, session, shop
):
    order, name = came_early(session, shop)
    arrivals.take(session, order.uid, staff=shop.manager, now=clock.now())
    session.commit()
    assert alert(tablet) is alert(colleague) is None

    pickups.prepare(session, order.uid, staff=shop.ines, place="C-03", now=clock.now())
    session.commit()

    assert alert(tablet) is None
    assert f"Inès vous confie {name}" in alert(colleague)


def came_early(session, shop):
    """An order still to be prepared whose customer has waited two minutes, and their name."""
    came = clock.now() - timedelta(seconds=130)
    ticket = Ticket(
        order=UID, store_mark=order_tickets.mark_of("LIL"), expires_on=came.date(), number="WEB-1"
    )
    provisional.welcome(session, ticket, store=shop.lille, now=came)
    order = pickups.upsert(session, record(uid=UID, state="accepted"), now=came, own_store="LIL")
    session.commit()
    return order, public_name(order.customer_name)


def test_an_old_backup_warns_before_goods_are_given_twice(tablet, session, shop):
    restorations.note(session, now=clock.now())
    arrive(session, shop)

    assert "vérifiez que rien n'a déjà été remis" in alert(tablet)


def scan(tablet, text):
    form = tablet.get("/tablet/scan").form("/tablet/scan")
    return tablet.post("/tablet/scan", form | {"code": text}, follow=True)


def signed(app, store="LIL", days=30):
    told = Ticket(
        order=UID,
        store_mark=order_tickets.mark_of(store),
        expires_on=clock.now().date() + timedelta(days=days),
        number="WEB-7001",
    )
    return app.config["COMPTOIR_TICKETS"].sign(told)


def test_the_true_qr_of_an_unknown_order_opens_its_sheet_as_ours(tablet, app, session, shop):
    page = scan(tablet, signed(app))

    assert page.answer.request.path == f"/tablet/pickups/{UID}"
    assert "Cherchez le colis par ce numéro" in page.text
    order = session.query(Order).filter_by(uid=UID).one()
    assert (order.is_provisional, order.taken_by_id) == (True, shop.ines.id)


@pytest.mark.parametrize(
    ("store", "days", "words"),
    [
        ("RBX", 30, "attend à Roubaix"),
        ("NICE", 30, "n'est pas encore connu ici"),
        ("LIL", -1, "n'est plus valable depuis"),
    ],
)
def test_a_true_qr_that_leads_elsewhere_says_where(tablet, app, shop, store, days, words):
    page = scan(tablet, signed(app, store, days))

    assert page.status == 422
    assert words in page.text.replace("’", "'")


@pytest.mark.parametrize("kind", ["unknown", "forged"])
def test_a_code_that_leads_nowhere_is_said_to_staff_as_to_staff(tablet, app, shop, kind):
    text = forged(signed(app)) if kind == "forged" else codes.generate(codes.Kind.ORDER)

    page = scan(tablet, text)

    said = page.text.replace("’", "'")
    assert page.status == 422 and "par son numéro ou par le nom" in said
    assert "appelez un conseiller" not in said and "présentez" not in said


def test_a_provisional_order_is_said_to_be_one(tablet, colleague, app, session, shop):
    kiosk = PageClient(app).become(shop.kiosk_secret, "kiosk")
    form = kiosk.get("/kiosk/pickup").form("/kiosk/scan")
    kiosk.post("/kiosk/scan?page=pickup", form | {"code": signed(app)})

    assert "QR vérifié, pas encore reçue du siège" in alert(tablet)
