"""The customer's card: who may see it, what it shows, in how few queries."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import audit, customers, openings, purchases
from store.models import AuditEntry, Consent, Note, PointsMovement, Purchase, Visit
from store.records import PurchaseLineRecord, PurchaseRecord
from store.web.clock import now as present
from tests.counting import counted


@pytest.fixture
def card(tablet, shop):
    """Camille's card as Inès sees it after the scan."""
    page = tablet.get("/tablet/scan")
    answer = tablet.post("/tablet/scan", page.form("/tablet/scan") | {"code": shop.camille_card})
    assert answer.status == 303
    return f"/tablet/customers/{shop.camille.uid}"


def bought(session: Session, shop, count: int, **more) -> None:
    for place in range(count):
        session.add(
            Purchase(
                source="till",
                external_id=f"T-{place}",
                customer_id=shop.camille.id,
                store_id=shop.lille.id,
                occurred_at=present() - timedelta(days=place + 1),
                total_minor=1840,
                currency="EUR",
                lines_count=3,
                summary=f"Lanterne {place:02}",
                **more,
            )
        )
    session.commit()


def test_card_of_a_file_that_is_not_open_leads_to_the_scan(tablet, shop):
    answer = tablet.get(f"/tablet/customers/{shop.camille.uid}", status=303)

    assert answer.answer.location == "/tablet/scan"
    assert "Cette fiche s’est refermée." in tablet.get("/tablet/scan").text


def test_card_shows_who_it_is_and_what_waits(tablet, card, shop):
    page = tablet.get(card)

    assert page.soup.h1.get_text() == "Camille Roussel"
    assert "Carte Or" in page.text
    assert "Lille · chez nous depuis mars 2021" in page.text
    assert "1 284 points" in page.text
    assert "482 915" in page.text
    assert "2 articles · 13,90 €" in page.text
    assert "Casier B-04, gardé jusqu’au" in page.text
    assert page.soup.find("a", href=f"/tablet/pickups/{shop.order.uid}")
    assert "Visite en cours" in page.text
    assert shop.camille.email not in page.answer.text
    assert shop.camille.phone not in page.answer.text


def test_card_in_english(tablet, card):
    with tablet.client.session_transaction() as kept:
        kept["language"] = "en"

    page = tablet.get(card)

    assert "Gold card" in page.text
    assert "Pickup waiting" in page.text
    assert "€13.90" in page.text


def test_articles_have_their_english_name_on_an_english_card(tablet, card, shop, session: Session):
    shop.cup.product.name_en = "Regency Teacup and Saucer"
    for number, goods in enumerate((shop.cup, shop.cake_stand)):
        line = PurchaseLineRecord(sku=goods.sku, quantity=1, amount_minor=295)
        record = PurchaseRecord(
            source="till",
            external_id=f"T-{number}",
            customer=("crm", "C-1001"),
            store="LIL",
            occurred_at=present() - timedelta(days=number + 1),
            total_minor=295,
            currency="EUR",
            lines=(line,),
        )
        purchases.take_in(session, [record], now=present())
    session.commit()
    french = tablet.get(card)
    with tablet.client.session_transaction() as kept:
        kept["language"] = "en"

    english = tablet.get(card)

    assert french.text.count("Tasse et soucoupe Regency") == 2
    assert "Teacup" not in french.text
    assert english.text.count("Regency Teacup and Saucer") == 2  # its row and the timeline
    assert "Tasse et soucoupe" not in english.text
    assert "Présentoir à gâteaux Regency" in english.text


def test_card_opened_by_a_colleague_is_not_open_to_me(tablet, card, shop):
    tablet.post("/tablet/lock", tablet.get("/tablet/scan").form("/tablet/lock"))
    tablet.sign_in(shop.manager.uid)

    tablet.get(card, status=303)
    assert "Camille Roussel" not in tablet.get("/tablet/customers").text


def test_card_stays_open_for_who_takes_over_after_the_lock(tablet, card, shop, session: Session):
    tablet.post("/tablet/lock", tablet.get(card).form("/tablet/lock"))
    page = tablet.get(f"/tablet/sign-in?who={shop.manager.uid}")

    answer = tablet.post("/tablet/sign-in", page.form("/tablet/sign-in") | {"pin": "2580"})

    assert answer.answer.location == card
    assert "Camille Roussel" in tablet.get(card).text
    newest = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (newest.action, newest.reason, newest.staff_id) == (
        "customer.opened",
        "resumed",
        shop.manager.id,
    )


def test_card_closes_by_itself_after_half_an_hour(tablet, shop, session: Session):
    customers.open_file(
        session,
        shop.camille,
        staff=shop.ines,
        device=shop.tablet,
        reason="code",
        now=present() - openings.OPEN_FOR,
    )
    session.commit()

    tablet.get(f"/tablet/customers/{shop.camille.uid}", status=303)


def test_card_shows_consents_points_and_notes(tablet, card, shop, session: Session):
    for channel, state in (("email", "granted"), ("sms", "withdrawn")):
        session.add(
            Consent(
                customer_id=shop.camille.id,
                purpose="marketing",
                channel=channel,
                state=state,
                source="crm",
                source_id=channel,
                stated_at=present(),
            )
        )
    session.add(
        PointsMovement(
            customer_id=shop.camille.id,
            points=16,
            source="till",
            source_id="1",
            reason="Achat",
            occurred_at=present(),
        )
    )
    session.add(
        Note(
            customer_id=shop.camille.id,
            author="Malik",
            text="Préfère un e-mail.",
            written_at=present(),
        )
    )
    session.commit()

    text = tablet.get(card).text

    assert "E-mail : oui" in text
    assert "SMS : non" in text
    assert "1 300 points dont + 16 à confirmer" in text
    assert "Préfère un e-mail." in text
    assert "visible par Camille" in text


def test_timeline_is_paged_and_every_event_comes_once(tablet, card, shop, session: Session):
    bought(session, shop, 20)
    page, seen = tablet.get(card), []

    while True:
        seen += [title.get_text() for title in page.soup.find_all(class_="tl__s")]
        more = page.soup.find(id="more")
        if more is None:
            break
        page = tablet.get(more["href"])

    lanterns = [text for text in seen if text.startswith("Lanterne")]
    assert lanterns == [f"Lanterne {place:02} et 2 autres" for place in range(20)]


def test_next_page_comes_alone_to_htmx(tablet, card, shop, session: Session):
    bought(session, shop, 20)
    more = tablet.get(card).soup.find(id="more")["href"]

    block = tablet.block(more)

    assert block.soup.find("h1") is None
    assert len(block.soup.find_all("li")) == 8
    assert block.soup.find(id="more")["href"] != more


def test_cursor_that_was_never_given_out_is_refused(tablet, card):
    tablet.get(f"{card}?before=nonsense", status=422)


@pytest.mark.parametrize("count", [0, 40])
def test_card_is_read_in_as_many_queries_whatever_there_is(tablet, card, shop, session, app, count):
    bought(session, shop, count)
    tablet.get(card)
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine

    with counted(engine) as statements:
        tablet.get(card)

    assert len(statements) == 10, statements  # two of them for the shelf checks and new orders


def test_note_is_kept_and_signed(tablet, card, shop, session: Session):
    page = tablet.get(card)

    answer = tablet.send(page, f"{card}/notes", note="Préfère un appel le matin.")

    assert "Préfère un appel le matin." in answer.text
    note = session.scalars(select(Note)).one()
    assert (note.author, note.customer_id) == ("Inès", shop.camille.id)


def test_note_with_a_delicate_word_must_be_confirmed(tablet, card, session: Session):
    fields = tablet.get(card).form(f"{card}/notes") | {"note": "Très radin aujourd'hui"}

    asked = tablet.post(f"{card}/notes", fields)

    assert asked.status == 422
    assert "« radin »" in asked.text
    assert asked.form(f"{card}/notes")["note"] == "Très radin aujourd'hui"
    assert session.scalars(select(Note)).all() == []
    session.rollback()  # a session that looks holds the only pen

    tablet.post(f"{card}/notes", fields | {"confirmed": "yes"})
    assert session.scalars(select(Note)).one().text == "Très radin aujourd'hui"


@pytest.mark.parametrize(("text", "words"), [("", "Écrivez d’abord"), ("x" * 281, "dépasse 280")])
def test_note_that_cannot_be_kept_says_why(tablet, card, text, words):
    fields = tablet.get(card).form(f"{card}/notes") | {"note": text}

    answer = tablet.post(f"{card}/notes", fields)

    assert answer.status == 422
    assert words in answer.text


def test_visit_starts_once_from_the_card(tablet, shop, session: Session):
    page = tablet.get("/tablet/scan?q=roussel")
    opened = page.form("/tablet/customers") | {"uid": shop.camille.uid, "reason": "call"}
    card = tablet.post("/tablet/customers", opened).answer.location
    fields = tablet.get(card).form(f"{card}/visit")

    for _ in range(2):
        assert tablet.post(f"{card}/visit", fields).answer.location == card

    assert session.scalars(select(Visit)).one().opened_by == "tap"
    assert "Terminer la visite" in tablet.get(card).text


def test_nothing_of_a_closed_file_can_be_changed(tablet, card, shop, session: Session):
    page = tablet.get(card)
    openings.close(session, shop.camille.uid, staff=shop.ines, device=shop.tablet, now=present())
    session.commit()

    for action in (f"{card}/notes", f"{card}/visit"):
        fields = page.form(f"{card}/notes") | {"note": "Trop tard"}
        assert tablet.post(action, fields).answer.location == "/tablet/scan"
    assert session.scalars(select(Note)).all() == []


def test_clients_lists_who_is_inside_and_what_is_open(tablet, card):
    text = tablet.get("/tablet/customers").text

    assert "Dans le magasin 1" in text
    assert "Camille R." in text
    assert "Fiches ouvertes ici 1" in text
    assert "Camille Roussel" in text


def test_opening_is_written_for_the_customer_to_read(card, shop, session: Session):
    entries = audit.list_about(session, "customer", shop.camille.uid)

    assert [entry.action for entry in entries] == ["customer.opened"]
    assert audit.look_over(session).broken_id is None


def test_the_next_voucher_is_told_where_the_shop_has_them(app, tablet, card):
    settings = app.config["COMPTOIR"]
    with_vouchers = replace(settings.loyalty, reward_points=500, reward_minor=1000)
    app.config["COMPTOIR"] = replace(settings, loyalty=with_vouchers)

    page = tablet.get(card)

    points = page.soup.select_one(".cust__pts")
    assert points.span.get_text() == "points\u00a0· bon de 10,00\u00a0€ dans 216"
    assert (points.progress["value"], points.progress["max"]) == ("1284", "1500")
