"""The tablet says what customers were written, what went wrong, and lets somebody mend it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from store import message_queue, messages
from store.database import writing
from store.message_queue import Carried
from store.models import CustomerMessage, Order, OrderLine, new_uid
from store.web.clock import now as present
from tests.counting import counted

BY_MAIL = Carried(channel="email", sent_to="c••@example.org")


@pytest.fixture(autouse=True)
def can_send(app):
    settings = app.config["COMPTOIR"]
    app.config["COMPTOIR"] = replace(settings, messages=replace(settings.messages, folder="x"))


@pytest.fixture
def sheet(shop):
    return f"/tablet/pickups/{shop.order.uid}"


@pytest.fixture
def message(engine, shop):
    """Write a message of the shop's order a while ago, and let it end."""

    def message(state="sent", *, ago=timedelta(hours=1), kind="ready", reason=""):
        moment = present() - ago
        with writing(engine) as session:
            order = session.get_one(Order, shop.order.id)
            written = messages.write(session, order, kind, occasion="1", now=moment)
            if state in ("sent", *message_queue.REPORTS):
                message_queue.note_sent(session, written.uid, BY_MAIL, now=moment)
            if state in message_queue.REPORTS:
                message_queue.report(session, written.uid, state, reason=reason, now=moment)
            return written.uid

    return message


def states(engine):
    with writing(engine) as session:
        rows = session.query(CustomerMessage).order_by(CustomerMessage.id)
        return [(row.kind, row.state) for row in rows]


def test_the_sheet_says_when_to_whom_and_what_became_of_it(tablet, message, sheet):
    message()

    page = tablet.get(sheet)

    assert "Commande prête" in page.text
    assert "e-mail c••@example.org envoyé" in page.text
    assert "camille.roussel@example.org" not in page.answer.text


def test_no_line_of_the_messages_begins_with_the_point_between_its_facts(tablet, message, sheet):
    message("delivered")

    for path, facts in ((sheet, ".told__row, summary"), ("/tablet/messages", ".told__row")):
        said = [one.get_text() for one in tablet.get(path).soup.select(facts)]
        points = [text[at - 1] for text in said for at, sign in enumerate(text) if sign == "·"]
        assert set(points) == {"\N{NO-BREAK SPACE}"}, path


def test_a_receipt_of_what_was_undone_says_so(tablet, message, sheet, engine):
    message(kind="receipt")
    with writing(engine) as session:
        session.query(CustomerMessage).one().facts = {"void": True}

    page = tablet.get(sheet)

    assert "e-mail c••@example.org · plus valable envoyé" in page.text
    assert "/resend" not in page.answer.text


def test_the_block_is_read_again_alone(tablet, message, sheet):
    message("delivered")

    block = tablet.block(f"{sheet}/messages")

    assert block.soup.find(id="order-messages")
    assert "arrivé" in block.text


def test_a_message_is_sent_again_once_however_often_the_form_comes(tablet, message, sheet, engine):
    uid = message()
    form = tablet.get(sheet).form(f"/tablet/messages/{uid}/resend")

    for _twice in (1, 2):
        answer = tablet.post(f"/tablet/messages/{uid}/resend", form)

    assert answer.status == 303
    assert states(engine) == [("ready", "sent"), ("ready", "waiting")]
    assert "demandé par Inès" in tablet.get(sheet).text


def test_soon_after_it_says_from_when_it_may_be_sent_again(tablet, message, sheet, engine):
    uid = message(ago=timedelta(minutes=1))
    page = tablet.get(sheet)
    assert "renvoi possible à" in page.text
    assert f"/tablet/messages/{uid}/resend" not in page.answer.text

    form = page.form(f"{sheet}/contact")
    answer = tablet.post(f"/tablet/messages/{uid}/resend", form)

    assert answer.status == 409
    assert "Un message vient de partir." in answer.text
    assert states(engine) == [("ready", "sent")]


def test_what_came_back_is_told_in_words_and_by_somebody(tablet, message, engine, shop):
    uid = message("bounced", reason="550 5.1.1 no such user")

    page = tablet.get("/tablet/messages")
    assert "À prévenir vous-même 1" in page.text
    assert "Cette adresse est refusée (550 5.1.1 no such user)." in page.text
    answer = tablet.send(page, f"/tablet/messages/{uid}/told")

    assert "Tout le monde est prévenu" in answer.text
    assert states(engine) == [("ready", "told")]


@pytest.mark.parametrize(
    "reason", ["503 Service Unavailable", "401 Unauthorized", "535 5.7.8 authentication failed"]
)
def test_the_trouble_of_who_sends_is_not_said_to_be_the_address(tablet, message, engine, reason):
    uid = message("waiting")
    with writing(engine) as session:
        mine = update(CustomerMessage).where(CustomerMessage.uid == uid)
        session.execute(mine.values(last_error=reason, attempts=1))

    page = tablet.get("/tablet/messages")

    assert f"L’envoi est refusé ({reason})." in page.text
    assert "Cette adresse est refusée" not in page.text


@pytest.mark.parametrize(
    ("kind", "said", "may_tell"),
    [
        ("placed", "Ce message part par e-mail seulement", False),
        ("ready", "Ni e-mail ni téléphone pour ce message", True),
    ],
)
def test_only_what_presses_is_to_be_told_to_who_left_no_address(
    tablet, message, sheet, engine, kind, said, may_tell
):
    uid = message(kind=kind)
    with writing(engine) as session:
        session.query(CustomerMessage).one().state = "unreachable"

    page = tablet.get(sheet)

    assert said in page.text
    assert (f"/tablet/messages/{uid}/told" in page.answer.text) == may_tell


def test_the_page_costs_the_same_few_queries_however_much_waits(tablet, engine, shop):
    def ask(many):
        with writing(engine) as session:
            for number in range(many):
                order = Order(**facts_of(session.get_one(Order, shop.order.id)), number=f"{number}")
                order.lines = [OrderLine(sku="22699", quantity=1, state="substitute_proposed")]
                session.add(order)
                session.flush()
                messages.write(session, order, "substitution", occasion="1", now=present())
        with counted(engine) as statements:
            assert tablet.get("/tablet/messages").status == 200
        return len(statements)

    assert ask(1) == ask(5)


def facts_of(order):
    """Return what an order of the shop needs to be written at all."""
    facts = {name: getattr(order, name) for name in ("store_id", "placed_at", "state_at")}
    uid = new_uid()
    return facts | {"source": "web", "external_id": uid, "code": uid, "state": "problem"}


def test_what_nobody_took_for_hours_asks_to_call(tablet, message, engine):
    uid = message("waiting", ago=timedelta(hours=3))
    message("waiting", kind="receipt", ago=timedelta(hours=3))

    page = tablet.get("/tablet/messages")

    assert "À prévenir vous-même 1" in page.text and "En route 1" in page.text
    assert "pas parti" in page.text and "appelez le client" in page.text
    answer = tablet.send(page, f"/tablet/messages/{uid}/told")
    assert "Tout le monde est prévenu" in answer.text


def test_a_shop_that_sends_nothing_calls_nobody_for_that(tablet, message, app):
    settings = app.config["COMPTOIR"]
    app.config["COMPTOIR"] = replace(settings, messages=replace(settings.messages, folder=""))
    message("waiting", ago=timedelta(hours=3))

    assert "À prévenir vous-même 0" in tablet.get("/tablet/messages").text


def test_an_address_is_corrected_and_the_message_sent_there(tablet, message, sheet, engine, shop):
    uid = message("bounced")
    page = tablet.get(sheet)

    after = tablet.send(page, f"{sheet}/contact", email="c.roussel@example.org")
    tablet.send(after, f"/tablet/messages/{uid}/resend")

    with writing(engine) as session:
        assert session.get_one(Order, shop.order.id).email == "c.roussel@example.org"
    assert states(engine) == [("ready", "bounced"), ("ready", "waiting")]


def test_half_an_address_is_refused_in_words_and_kept(tablet, message, sheet):
    message("bounced")
    page = tablet.get(sheet)

    answer = tablet.send(page, f"{sheet}/contact", email="c.roussel@")

    assert answer.status == 422
    assert "Cette adresse n'est pas complète." in answer.text.replace("’", "'")
    assert answer.form(f"{sheet}/contact")["email"] == "c.roussel@"


def test_messages_of_another_shop_are_nobody_s_here(tablet, message, engine, shop, sheet):
    uid = message("bounced")
    form = tablet.get(sheet).form(f"/tablet/messages/{uid}/told")
    with writing(engine) as session:
        session.query(CustomerMessage).update({"store_id": shop.roubaix.id})

    assert (
        tablet.get("/tablet/messages").soup.find("form", action=f"/tablet/messages/{uid}/told")
        is None
    )
    assert tablet.post(f"/tablet/messages/{uid}/told", form).status == 404


def test_without_anybody_who_sends_the_page_says_so(app, tablet, message):
    settings = app.config["COMPTOIR"]
    app.config["COMPTOIR"] = replace(settings, messages=replace(settings.messages, folder=""))
    message("waiting")

    page = tablet.get("/tablet/messages")

    assert "Aucun envoi n'est réglé" in page.text.replace("’", "'")
    assert "aucun envoi réglé" in page.text
