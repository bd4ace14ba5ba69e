"""The board of pickups: what is urgent, filters, and a search by anything."""

from datetime import UTC, date, datetime, timedelta

import pytest

from clienteling import board_words
from store import order_tickets, pickups, provisional, shelf_returns
from store.arrivals import Coming
from store.models import Order, OrderLine
from store.order_tickets import Ticket
from store.records import CustomerRef, OrderEventRecord, OrderLineRecord, OrderRecord
from store.web import clock


def add_order(session, number="500001", name="Nadia Benali", *, sku="22699", **changed):
    now = clock.now()
    customer = CustomerRef(name=name, phone="+33611223344", email="nadia@example.org")
    facts = {
        "source": "web",
        "external_id": f"W-{number}",
        "number": number,
        "store": "LIL",
        "placed_at": now - timedelta(hours=3),
        "promised_at": now + timedelta(hours=3),
        "customer": customer,
        "pickup_code": "711711",
        "lines": (OrderLineRecord(sku=sku, quantity=2, unit_price_minor=295),),
    }
    order = pickups.upsert(session, OrderRecord(**(facts | changed)), now=now)
    session.commit()
    return order


def happen(session, order, event, *, ago=timedelta(0), uid=""):
    record = OrderEventRecord(
        type=event, occurred_at=clock.now() - ago, uid=uid or f"{order.number}-{event}"
    )
    pickups.record_event(session, record, order.uid, now=clock.now())
    session.commit()


def numbers(page):
    return [a.get_text().replace("\u202f", "") for a in page.soup.select("#board .ticket__a")]


def ticket(page, order):
    return page.soup.find(id=f"t-{order.uid}")


def test_urgency_follows_what_was_promised_not_how_old_an_order_is(tablet, session, shop):
    now = clock.now()
    calm = add_order(session, "500001", placed_at=now - timedelta(days=3))
    soon = add_order(session, "500002", promised_at=now + timedelta(minutes=20))
    late = add_order(session, "500003", promised_at=now - timedelta(minutes=1))

    page = tablet.get("/tablet/pickups")

    assert ticket(page, calm).select_one("[data-urgency]") is None
    assert ticket(page, soon).select_one("[data-urgency=soon]")
    assert ticket(page, late).select_one("[data-urgency=late]")


def test_only_what_is_due_within_the_hour_has_its_button(tablet, session, shop):
    later = add_order(session, "500001")
    next_one = add_order(session, "500002", promised_at=clock.now() + timedelta(minutes=50))

    page = tablet.get("/tablet/pickups")

    assert ticket(page, later).select_one(".btn") is None
    assert "Préparer" in ticket(page, next_one).get_text()


def test_a_customer_in_a_car_is_found_where_it_stands(tablet, session, shop):
    coming = Coming(by="car", place="3")
    pickups.check_in(session, shop.order, store=shop.lille, now=clock.now(), coming=coming)
    session.commit()

    assert "voiture, place 3" in ticket(tablet.get("/tablet/pickups"), shop.order).get_text()


@pytest.mark.parametrize(
    "query",
    [
        *("nadia", "BENALI", "500001", "500 001", "711 711", "06 11 22 33 44", "223344"),
        *("nadia@example.org", "tasse roses", "22699", "c-07", "nadia tasse", "GTIN", "CODE"),
    ],
)
def test_an_order_is_found_by_anything_that_is_known_of_it(tablet, session, shop, query):
    order = add_order(session)
    order.staging_place = "C-07"
    add_order(session, "500009", "Karim Haddad", sku="99999", pickup_code="", customer=None)
    session.delete(shop.order.lines[0]) if query in ("22699", "tasse roses", "GTIN") else None
    session.commit()
    asked = {"GTIN": shop.cup.gtin, "CODE": order.code}.get(query, query)

    assert numbers(tablet.get(f"/tablet/pickups?q={asked}")) == ["500001"]


@pytest.mark.parametrize("query", ["teacup", "roses TEACUP nadia"])
def test_an_order_is_found_by_the_english_name_of_its_article(tablet, session, shop, query):
    add_order(session)
    add_order(session, "500009", "Karim Haddad", sku="99999", pickup_code="", customer=None)
    shop.cup.product.name_en = "Roses Regency Teacup"
    session.delete(shop.order.lines[0])
    session.commit()

    assert numbers(tablet.get(f"/tablet/pickups?q={query}")) == ["500001"]


def test_nothing_of_another_shop_is_found(tablet, session, shop):
    add_order(session, store="RBX")

    assert numbers(tablet.get("/tablet/pickups?q=500001")) == []


def test_an_order_that_is_over_is_found_and_says_how_it_ended(tablet, session, shop):
    order = add_order(session)
    happen(session, order, "cancelled", ago=timedelta(days=90))

    page = tablet.get("/tablet/pickups?q=500001")

    assert "annulée" in ticket(page, order).get_text()
    assert numbers(tablet.get("/tablet/pickups?q=nadia")) == []


@pytest.mark.parametrize(
    ("show", "found"),
    [
        ("new", ["500001"]),
        ("soon", ["500002"]),
        ("unpaid", ["500003"]),
        ("last_day", ["482915"]),
        ("nonsense", ["500002", "500003", "500001", "482915"]),
    ],
)
def test_the_board_is_narrowed_to_a_kind(tablet, session, shop, show, found):
    add_order(session, "500001", promised_at=clock.now() + timedelta(hours=5))
    for number, changed in (
        ("500002", {"promised_at": clock.now() + timedelta(minutes=30)}),
        ("500003", {"paid": False}),
    ):
        happen(session, add_order(session, number, **changed), "accepted")
    session.get(Order, shop.order.id).pickup_by = pickups.today_in(shop.lille, clock.now())
    session.commit()

    assert numbers(tablet.get(f"/tablet/pickups?show={show}")) == found


def test_a_board_that_is_re_read_keeps_its_filter_and_its_search(tablet, session, shop):
    page = tablet.get("/tablet/pickups?show=unpaid&q=nadia")

    address = page.soup.find(id="board")["hx-get"]
    assert "show=unpaid" in address and "q=nadia" in address
    assert tablet.block(address).soup.find(id="board")


def test_what_the_board_counts_comes_with_it(tablet, session, shop):
    address = tablet.get("/tablet/pickups?show=unpaid").soup.find(id="board")["hx-get"]
    add_order(session, paid=False)
    shelf_returns.ask(session, shop.order, shop.order.lines, reason="expired", now=clock.now())
    session.commit()

    news = tablet.block(address).soup

    for name in ("board-filters", "board-lead", "shelf-link"):
        assert news.find(id=name)["hx-swap-oob"] == "outerMorph"
    counts = [" ".join(chip.get_text().split()) for chip in news.select("#board-filters .chip")]
    assert "À prendre en charge 1" in counts
    chosen = news.select_one("#board-filters [aria-current]").get_text()
    assert " ".join(chosen.split()) == "À payer 1"
    assert "À ranger 1" in news.select_one("#shelf-link:not([hidden])").get_text()


def test_every_tablet_is_shown_what_changed(tablet, session, shop):
    order = add_order(session)
    tablet.get("/tablet/pickups")

    happen(session, order, "ready")

    page = tablet.get("/tablet/pickups")
    assert ticket(page, order).find_parent("section")["aria-labelledby"] == "col-ready"


# --- what is not like the others --------------------------------------------------------------

UNKNOWN = Ticket(
    order="6a0f3c52-6f7e-4d0e-9d0e-3b8c0f1f7a11",
    store_mark=order_tickets.mark_of("LIL"),
    expires_on=clock.now().date() + timedelta(days=60),
    number="WEB-7001",
)


def test_an_order_known_by_its_code_only_says_what_is_not_known(tablet, session, shop):
    order = provisional.welcome(session, UNKNOWN, store=shop.lille, now=clock.now())
    session.commit()
    told = ticket(tablet.get("/tablet/pickups"), order).get_text(" ")
    assert "Pas encore reçue du siège" in told
    assert "articles pas encore connus" in told
    assert "0 article" not in told

    path = f"/tablet/pickups/{order.uid}"
    sheet = tablet.get(path)
    assert sheet.soup.find(id="handover-t").get_text() == "Commande WEB-7001"
    assert "Cherchez le colis par ce numéro" in sheet.text
    assert sheet.soup.find(id="unknown")["hx-get"] == path


def test_the_sheet_of_an_unknown_order_is_opened_anew_once_it_is_known(tablet, session, shop):
    order = provisional.welcome(session, UNKNOWN, store=shop.lille, now=clock.now())
    session.commit()
    path = f"/tablet/pickups/{order.uid}"
    htmx = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert tablet.client.get(path, headers=htmx).status_code == 204

    add_order(session, "500001", uid=UNKNOWN.order)

    assert tablet.client.get(path, headers=htmx).headers["HX-Redirect"] == path


def test_a_transfer_goes_by_the_name_of_the_shop_that_asked(tablet, session, shop):
    order = add_order(session, channel="transfer", customer=CustomerRef(name="Lyon, Bellecour"))

    assert "Transfert pour Lyon, Bellecour" in ticket(tablet.get("/tablet/pickups"), order).text
    assert "Transfert pour Lyon, Bellecour" in tablet.get("/tablet/preparing").text
    sheet = tablet.get(f"/tablet/pickups/{order.uid}")
    assert "Transfert pour Lyon, Bellecour" in sheet.soup.find(id="handover-t").get_text()


def move(session, order, state, **values):
    line = session.get_one(Order, order.id).lines[0]
    line.state = state
    for name, value in values.items():
        setattr(session.get_one(OrderLine, line.id), name, value)
    session.commit()


def test_an_answer_brings_an_order_back_to_the_top(tablet, session, shop):
    now = clock.now()
    sooner = add_order(session, "500001", promised_at=now + timedelta(minutes=20))
    answered = add_order(session, "500002", promised_at=now + timedelta(hours=5))
    move(session, answered, "substituted", substitute_sku="99999", checked=0)

    page = tablet.get("/tablet/pickups")
    column = [one["id"] for one in page.soup.select("#col-l-to_prepare > li")]
    assert column[:2] == [f"t-{answered.uid}", f"t-{sooner.uid}"]
    assert "réponse reçue, à terminer" in ticket(page, answered).get_text()
    assert "Terminer la préparation" in ticket(page, answered).get_text()
    assert ticket(tablet.get("/tablet/pickups?show=problem"), answered)

    queue = tablet.get("/tablet/preparing")
    boxes = [box["value"] for box in queue.soup.find_all("input", {"name": "order"})]
    assert boxes[0] == answered.uid
    assert "réponse reçue, à terminer" in queue.text


def test_what_is_awaited_says_so(tablet, session, shop):
    order = add_order(session)
    move(session, order, "awaiting_transfer")

    assert "attendu d’un autre magasin" in ticket(tablet.get("/tablet/pickups"), order).get_text()


def test_a_search_of_ten_thousand_letters_is_cut_where_it_is_said(tablet):
    page = tablet.get(f"/tablet/pickups?q={'a' * 10_000}")

    assert f"Effacer « {'a' * 23}… »" in page.text
    assert max(len(word) for word in page.text.split()) < 40


@pytest.mark.parametrize(
    ("moment", "said"), [("2026-11-21T23:10Z", "00:10"), ("2026-11-20T12:00Z", "20 nov.")]
)
def test_past_midnight_the_day_of_a_shop_goes_on(app, monkeypatch, moment, said):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 21, 23, 30, tzinfo=UTC))

    with app.test_request_context():
        shown = board_words._at(datetime.fromisoformat(moment), date(2026, 11, 21))

    assert shown.replace("\u00a0", " ") == said
