"""Pickups on the tablet: the board, the arrival that rings, and the handover."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from store import pickups
from store.models import Order, OrderEvent, OutboxMessage, StockLevel
from store.records import CustomerRef, OrderLineRecord, OrderRecord
from store.web import clock
from tests.counting import counted
from tests.page_client import PageClient


def add_order(session, number="500001", name="Nadia Benali", **changed):
    now = clock.now()
    facts = {
        "source": "web",
        "external_id": f"W-{number}",
        "number": number,
        "store": "LIL",
        "placed_at": now - timedelta(hours=3),
        "promised_at": now + timedelta(hours=1),
        "customer": CustomerRef(name=name),
        "lines": (OrderLineRecord(sku="22699", quantity=2, unit_price_minor=295),),
    }
    order = pickups.upsert(session, OrderRecord(**(facts | changed)), now=now)
    session.commit()
    return order


def arrive(session, shop, *, proof="qr"):
    pickups.check_in(session, shop.order, store=shop.lille, now=clock.now(), proof=proof)
    session.commit()


def column(page, key):
    return page.soup.find(attrs={"aria-labelledby": f"col-{key}"}).get_text(" ", strip=True)


def plain(text):
    return " ".join(text.replace("’", "'").split())


def sheet(shop):
    return f"/tablet/pickups/{shop.order.uid}"


def lines_of(order):
    return [line.uid for line in order.lines]


def send(tablet, shop, *, lines, **fields):
    form = tablet.get(sheet(shop)).form(f"{sheet(shop)}/hand-over")
    form |= {"line": lines, "check": "qr"} | fields
    return tablet.post(f"{sheet(shop)}/hand-over", form, follow=True)


@pytest.fixture
def colleague(app, shop):
    """A second tablet, on which Malik works."""
    return PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)


# --- the board --------------------------------------------------------------------------------


def test_the_board_shows_each_pickup_in_its_column(tablet, session, shop):
    add_order(session)
    add_order(session, "500002", "Sonia Amrani", promised_at=clock.now() - timedelta(minutes=32))

    page = tablet.get("/tablet/pickups")

    assert "482 915 prêt" in plain(column(page, "ready"))
    assert "Camille R. Casier B-04 · 2 articles" in plain(column(page, "ready"))
    assert "Nadia B. 2 articles · avant" in plain(column(page, "to_prepare"))
    assert "+ 32 min Sonia A." in plain(column(page, "late"))


def test_the_board_shows_no_family_name(tablet, shop):
    assert "Roussel" not in tablet.get("/tablet/pickups").answer.text


def test_the_board_leaves_out_other_stores(tablet, session, shop):
    add_order(session, store="RBX")

    assert "500 001" not in plain(tablet.get("/tablet/pickups").text)


@pytest.mark.parametrize("query", ["nadia", "NADIA", "500001", "benali 500"])
def test_the_board_is_searched_by_name_and_number(tablet, session, shop, query):
    add_order(session)

    page = tablet.get(f"/tablet/pickups?q={query}")

    assert "Nadia B." in page.text
    assert "Camille R." not in page.text


def test_the_board_reads_itself_again_alone(tablet, shop):
    block = tablet.block("/tablet/pickups/board")

    assert block.soup.find(id="board")
    assert block.soup.find("h1") is None


def test_the_board_takes_as_many_queries_for_sixty_orders_as_for_one(tablet, session, shop, app):
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    with counted(engine) as few:
        tablet.block("/tablet/pickups/board")
    for number in range(500001, 500061):
        add_order(session, str(number))

    with counted(engine) as many:
        tablet.block("/tablet/pickups/board")

    assert len(many) == len(few) <= 8


# --- arriving ---------------------------------------------------------------------------------


def test_an_arrival_rings_on_every_page_of_the_tablet(tablet, session, shop):
    arrive(session, shop)

    page = tablet.get("/tablet/stock")

    alert = page.soup.find(attrs={"data-ring": True})
    assert alert["role"] == "alert"
    assert alert["data-ring"] == shop.order.uid
    assert "Camille R. vient d'arriver" in plain(alert.get_text(" "))
    assert "Commande 482 915, prête, casier B-04. Numéro d'attente 1." in plain(alert.get_text(" "))


def test_the_arrival_is_read_again_alone_with_its_count(tablet, session, shop):
    arrive(session, shop)

    block = tablet.block("/tablet/pickups/arrivals")

    assert block.soup.find(id="arrivals-count")["hx-swap-oob"] == "true"
    assert block.soup.find(id="arrivals").find(attrs={"data-ring": True})


def test_whoever_takes_the_arrival_silences_the_others(tablet, colleague, session, shop):
    arrive(session, shop)

    page = tablet.send(tablet.get("/tablet/pickups"), f"{sheet(shop)}/take")

    assert "Remettre la 482 915 à Camille R." in page.text.replace("\u202f", " ")
    board = colleague.get("/tablet/pickups")
    assert board.soup.find(attrs={"data-ring": True}) is None
    assert "Inès s'en occupe" in plain(column(board, "waiting"))


def test_the_second_to_take_an_arrival_learns_who_was_first(tablet, colleague, session, shop):
    arrive(session, shop)
    opened = colleague.get("/tablet/pickups")
    tablet.send(tablet.get("/tablet/pickups"), f"{sheet(shop)}/take")

    page = colleague.send(opened, f"{sheet(shop)}/take")

    assert page.status == 409
    assert "Inès s'en occupe déjà" in plain(page.text)


# --- preparing --------------------------------------------------------------------------------


def test_preparing_notes_the_place_and_makes_the_order_ready(tablet, session, shop):
    order = add_order(session)
    path = f"/tablet/pickups/{order.uid}"

    page = tablet.send(tablet.get(path), f"{path}/prepare", place="c-03")

    assert page.status == 200
    session.refresh(order)
    assert (order.state, order.staging_place) == ("ready", "C-03")


def test_preparing_without_a_place_says_what_is_missing(tablet, session, shop):
    path = f"/tablet/pickups/{add_order(session).uid}"

    page = tablet.send(tablet.get(path), f"{path}/prepare", place=" ")

    assert page.status == 422
    assert "Indiquez où attend la commande." in plain(page.text)


# --- handing over -----------------------------------------------------------------------------


def test_the_sheet_shows_the_lines_and_how_the_customer_announced_themselves(tablet, session, shop):
    arrive(session, shop)

    page = tablet.get(sheet(shop))

    assert "Tasse et soucoupe Regency" in page.text
    assert "QR lu à la borne" in page.text
    assert page.soup.find("input", {"name": "check", "value": "qr"}).has_attr("checked")
    assert len(page.soup.find_all("input", {"name": "line"})) == 2


def test_handing_over_gives_the_goods_and_says_so(tablet, session, shop):
    page = send(tablet, shop, lines=lines_of(shop.order), check="card")

    assert "Remise" in page.text and "par Inès" in page.text
    session.refresh(shop.order)
    assert shop.order.state == "collected"
    event = session.scalars(select(OrderEvent)).one()
    assert (event.identity_check, event.staff_id) == ("card", shop.ines.id)
    assert session.scalars(select(OutboxMessage.kind)).all() == ["order_event", "stock_movements"]
    on_hand = select(StockLevel.on_hand).where(StockLevel.variant_id == shop.cup.id)
    assert session.scalar(on_hand.where(StockLevel.store_id == shop.lille.id)) == 5


def test_handing_over_the_same_form_twice_is_one_handover(tablet, session, shop):
    form = tablet.get(sheet(shop)).form(f"{sheet(shop)}/hand-over")
    form |= {"line": lines_of(shop.order), "check": "qr"}

    tablet.post(f"{sheet(shop)}/hand-over", form)
    again = tablet.post(f"{sheet(shop)}/hand-over", form)

    assert again.status == 303
    assert len(session.scalars(select(OrderEvent.id)).all()) == 1


def test_the_slower_of_two_tablets_learns_when_and_by_whom(tablet, colleague, session, shop):
    form = colleague.get(sheet(shop)).form(f"{sheet(shop)}/hand-over")
    send(tablet, shop, lines=lines_of(shop.order))

    page = colleague.post(
        f"{sheet(shop)}/hand-over", form | {"line": lines_of(shop.order), "check": "qr"}
    )

    assert page.status == 409
    assert "Ces articles ont déjà été remis" in plain(page.text)
    assert "par Inès" in page.text
    assert len(session.scalars(select(OrderEvent.id)).all()) == 1


@pytest.mark.parametrize(
    ("ticked", "fields", "said"),
    [
        (1, {}, "Toutes les lignes ne sont pas cochées."),
        (1, {"partial": "yes"}, "Que devient ce qui n'est pas remis"),
        (2, {"check": ""}, "Dites comment la personne a été reconnue."),
    ],
)
def test_what_is_missing_is_said_on_the_sheet(tablet, session, shop, ticked, fields, said):
    page = send(tablet, shop, lines=lines_of(shop.order)[:ticked], **fields)

    assert page.status == 422
    assert said in plain(page.text)
    assert len(page.soup.find_all("input", {"name": "line", "checked": True})) == ticked
    session.refresh(shop.order)
    assert shop.order.state == "ready"


def test_a_part_can_be_handed_over_when_that_is_meant(tablet, session, shop):
    given, left = lines_of(shop.order)

    page = send(tablet, shop, lines=[given], partial="yes", **{f"rest-{left}": "later"})

    assert len(page.soup.find_all("input", {"name": "line"})) == 1
    assert "reste à remettre" in plain(column(page, "ready"))


@pytest.mark.parametrize(
    ("state", "said"),
    [("cancelled", "Annulée"), ("expired", "Gardée jusqu’au"), ("collected", "Remise")],
)
def test_a_closed_order_says_how_it_ended_and_offers_nothing(tablet, session, shop, state, said):
    order = session.get_one(Order, shop.order.id)
    order.state, order.closed_at = state, clock.now()
    session.commit()

    page = tablet.get(sheet(shop))

    assert said in page.text
    assert page.soup.find("input", {"name": "line"}) is None


def test_an_order_of_another_store_is_not_shown(tablet, session, shop):
    other = add_order(session, store="RBX")

    page = tablet.get(f"/tablet/pickups/{other.uid}", status=409)

    assert "autre magasin" in page.text


def test_an_order_that_does_not_exist_is_not_found(tablet):
    tablet.get("/tablet/pickups/nothing-here", status=404)


def test_the_pages_speak_english(tablet, session, shop):
    arrive(session, shop)
    home = tablet.get("/tablet/pickups")
    csrf = home.soup.find("input", {"name": "csrf_token"})["value"]
    tablet.post("/language", {"csrf_token": csrf, "language": "en", "next": "/"})

    page = tablet.get(sheet(shop))

    assert "Order QR" in page.text
    assert "QR read at the kiosk" in page.text
