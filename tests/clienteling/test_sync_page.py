"""The sync page: what waits, why, and sending it again; the pill that every page shows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store import as_records, audit, flows, late_notices, outbox, pickups
from store.database import writing
from store.models import Device, Order
from store.web import clock, housekeeping, sightings
from store.web.extensions import db
from tests.clienteling.test_board import add_order
from tests.counting import counted
from tests.page_client import PageClient

VISIT = {"customer": {"name": "Camille Roussel"}, "outcome": "bought"}


@pytest.fixture
def present(app):
    return clock.now()


@pytest.fixture(autouse=True)
def hub(app):
    """The store has a hub above it."""
    settings = app.config["COMPTOIR"]
    linked = replace(settings.sync, hub_url="http://siege.example:8001")
    app.config["COMPTOIR"] = replace(settings, sync=linked)


@pytest.fixture
def tell(engine, shop, present):
    def tell(kind="visit", payload=VISIT, *, ago=0, **state):
        with writing(engine) as session:
            at = present - timedelta(seconds=ago)
            subject = f"{kind}:{ago}"
            row = outbox.add(session, kind=kind, subject=subject, payload=payload, now=at)
            for name, value in state.items():
                setattr(row, name, value)
            return row.uid

    return tell


def test_an_empty_queue_says_that_everything_left(tablet, engine, present):
    with writing(engine) as session:
        flows.note_success(session, flows.PUSH, now=present)
        flows.note_success(session, flows.PULL, now=present)

    page = tablet.get("/tablet/sync")

    assert "Tout est parti" in page.text
    assert "siège : siege.example:8001" in page.text
    assert [cell["aria-label"] for cell in page.soup.select(".cx .icon")] == ["À jour", "À jour"]


def test_what_waits_is_named_with_its_tries(tablet, tell):
    tell(ago=18 * 60)
    tell(kind="stock_movements", payload={"items": [{"sku": "22699"}]}, ago=5, attempts=2)

    page = tablet.get("/tablet/sync")

    first, second = (item.get_text(" ", strip=True) for item in page.soup.select(".out"))
    assert "Compte rendu de visite" in first
    assert "Camille R." in first
    assert "en attente" in first
    assert "Article 22699" in second
    assert "2 essais" in second
    assert "le plus ancien : 18 min" in page.text


def test_what_is_told_of_an_order_names_it(tablet, tell, shop):
    tell("order_event", {"order": shop.order.uid, "type": "returned"}, ago=1)
    tell("order_event", {"order": "known-to-nobody", "type": "ready"}, ago=2)
    tell("order", {"number": "C-77", "customer": {"name": "Camille Roussel"}}, ago=3)

    said = tablet.get("/tablet/sync").text.replace("\u202f", " ")

    assert "Retour d’une commande Commande 482 915 · " in said
    assert "Commande prise ici Commande C-77 · " in said


def test_a_refused_record_says_why_and_leaves_again_by_its_button(tablet, engine, tell):
    uid = tell(state="set_aside", last_error="422 A value is not possible: field: store")
    page = tablet.get("/tablet/sync")
    assert "Refusé par le siège : 422 A value is not possible: field: store" in page.text
    assert "1 envoi est mis de côté." in page.text

    answer = tablet.post("/tablet/sync/retry", page.form("/tablet/sync/retry") | {"uid": uid})

    assert answer.status == 303
    with writing(engine) as session:
        assert [row.state for row in outbox.list_by_state(session)] == ["pending"]


def test_everything_leaves_again_by_one_button(tablet, engine, tell):
    tell(state="set_aside")
    tell(ago=1, next_attempt_at=clock.now() + timedelta(minutes=9))
    page = tablet.get("/tablet/sync")

    tablet.post("/tablet/sync/now", page.form("/tablet/sync/now"))

    with writing(engine) as session:
        assert outbox.QUEUE.claim(session, worker="w", now=clock.now(), lease_seconds=3600)
        assert outbox.summary(session).set_aside == 0


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NewConnectionError", "Le siège est injoignable."),
        ("no answer: ReadTimeout", "Le siège n'a pas répondu à temps."),
        ("401 A live bearer token is needed", "Le siège refuse le jeton de ce magasin."),
        ("429 Too many requests", "Le siège demande d'attendre."),
        ("503 Service Unavailable", "Le siège est en panne (503)."),
        ("302: not an answer of the central system", "Ce n'est pas le siège qui répond (302)."),
    ],
)
def test_a_link_that_fails_says_so_in_words_and_that_nothing_is_lost(
    tablet, engine, present, error, words
):
    with writing(engine) as session:
        flows.note_failure(session, flows.PUSH, reason=error, now=present)

    text = tablet.get("/tablet/sync").text.replace("’", "'")

    assert words in text
    assert "Aucune donnée n'est perdue." in text


def test_the_parts_that_follow_are_read_alone(tablet, tell):
    tell()

    state, pill = tablet.block("/tablet/sync/state"), tablet.block("/tablet/sync/pill")

    assert state.soup.select_one("#sync-state")
    assert "1 en attente" in pill.text


def test_the_page_in_english(tablet, tell):
    tell(state="set_aside", last_error="404 There is no such thing")
    with tablet.client.session_transaction() as kept:
        kept["language"] = "en"

    assert "Read why, then try again." in tablet.get("/tablet/sync").text


def test_a_shop_on_its_own_says_so(app, tablet):
    settings = app.config["COMPTOIR"]
    app.config["COMPTOIR"] = replace(settings, sync=replace(settings.sync, hub_url=""))

    assert "Ce magasin travaille seul." in tablet.get("/tablet/sync").text


def test_looking_is_for_people_who_are_signed_in(pages, shop):
    assert pages.client.get("/tablet/sync").status_code == 303
    assert pages.client.post("/tablet/sync/now").status_code in (303, 400)


@pytest.fixture
def manager_tablet(app, shop):
    return PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)


def test_a_manager_sets_one_fact_aside_and_anybody_lets_it_leave_again(
    manager_tablet, tablet, session, engine, tell, shop
):
    uid = tell()
    form = manager_tablet.get("/tablet/sync").form("/tablet/sync/set-aside")

    manager_tablet.post("/tablet/sync/set-aside", form | {"uid": uid})

    page = tablet.get("/tablet/sync")
    assert "Mis de côté par Malik." in page.text
    tablet.post("/tablet/sync/retry", page.form("/tablet/sync/retry") | {"uid": uid})
    acts = audit.list_about(session, "outbox", uid)
    assert [(act.action, act.staff_id) for act in acts] == [
        ("outbox.retried", shop.ines.id),
        ("outbox.set_aside", shop.manager.id),
    ]


def test_setting_aside_is_not_for_assistants(tablet, engine, tell):
    uid = tell()
    page = tablet.get("/tablet/sync")
    assert not page.soup.select("form[action='/tablet/sync/set-aside']")

    answer = tablet.client.post(
        "/tablet/sync/set-aside", data=page.form("/tablet/sync/now") | {"uid": uid}
    )

    assert answer.status_code == 403
    with writing(engine) as session:
        assert [row.state for row in outbox.list_by_state(session)] == ["pending"]


def test_each_device_of_the_shop_says_when_it_was_last_seen(app, tablet, engine, shop, present):
    tablet.get("/tablet/sync")
    housekeeping.note_seen(engine, sightings.of(app))

    page = tablet.get("/tablet/sync")

    told = {
        row.b.text: row.select_one(".fresh")["data-age"] for row in page.soup.select(".devs .dev")
    }
    assert told == {"kiosk 1": "unknown", "tablet 1": "live"}


# --- what left though it was cancelled --------------------------------------------------------


@pytest.fixture
def late(session, shop):
    """An order that was handed over while the web cancelled it."""
    leave_cancelled(session, shop.order.id, staff=shop.ines)


def leave_cancelled(session, number, *, staff):
    order = session.get_one(Order, number)
    if order.state != "ready":
        pickups.prepare(session, order.uid, staff=staff, place="C-03", now=clock.now())
    lines = [line.uid for line in order.lines]
    who = {"staff": staff, "check": "qr", "now": clock.now()}
    pickups.hand_over(session, order.uid, line_uids=lines, **who)
    told = as_records.of_order(order)
    late_notices.note(session, order, replace(told, state="cancelled"), now=clock.now())
    session.commit()


@pytest.mark.parametrize(
    ("language", "said", "board"),
    [
        ("fr", "Remises malgré une annulation", "1 commande a été remise alors que le web"),
        ("en", "Handed over despite a cancellation", "1 order was handed over though the web"),
    ],
)
def test_what_left_though_it_was_cancelled_is_said(
    tablet, session, shop, late, language, said, board
):
    session.get_one(Device, shop.tablet.id).language = language
    session.commit()

    page = tablet.get("/tablet/sync")

    assert said in page.text and "Inès" in page.soup.find(id="late").text
    assert page.soup.find("form", action=seen_path(shop)) is None
    assert board in tablet.get("/tablet/pickups").text


def test_a_manager_has_seen_it(app, tablet, shop, late):
    manager = PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)

    page = manager.send(manager.get("/tablet/sync"), seen_path(shop))

    assert page.soup.find(id="late") is None
    assert "remise alors que le web" not in tablet.get("/tablet/pickups").text


def test_the_board_says_it_as_it_is_drawn_anew_and_for_no_longer(app, tablet, session, shop):
    board = tablet.get("/tablet/pickups").soup.find(id="board")["hx-get"]
    assert not tablet.block(board).soup.select("#late-notice .banner")

    leave_cancelled(session, shop.order.id, staff=shop.ines)
    notice = tablet.block(board).soup.find(id="late-notice")
    assert notice["hx-swap-oob"] == "outerMorph"
    assert "1 commande a été remise alors que le web l’avait annulée" in notice.text

    manager = PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)
    manager.send(manager.get("/tablet/sync"), seen_path(shop))
    assert not tablet.block(board).soup.select("#late-notice .banner")


def test_many_such_orders_cost_no_more_queries_than_one(app, tablet, session, shop, late):
    tablet.get("/tablet/sync")
    with app.app_context():
        engine = db.engine
    with counted(engine) as of_one:
        tablet.get("/tablet/sync")
    for number in range(4):
        leave_cancelled(session, add_order(session, f"50000{number}").id, staff=shop.ines)

    with counted(engine) as of_five:
        page = tablet.get("/tablet/sync")

    assert len(page.soup.select("#late li")) == 5
    assert len(of_five) == len(of_one) > 0


def seen_path(shop):
    return f"/tablet/sync/late/{shop.order.uid}"
