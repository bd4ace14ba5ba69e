"""A signed QR at the kiosk: believed without a network, whatever this server knows of the order."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from store import codes, order_tickets, pickups, restorations
from store.models import Order
from store.order_tickets import Signer, Ticket
from store.web import clock, ticketing
from tests.kiosk.test_pickup import show
from tests.test_pickups import record

UID = "6a0f3c52-6f7e-4d0e-9d0e-3b8c0f1f7a11"


def ticket(app, **facts):
    """What the hub would have signed for an order that has not come; here the hub is ourselves."""
    told = {
        "order": UID,
        "store_mark": order_tickets.mark_of("LIL"),
        "expires_on": clock.now().date() + timedelta(days=30),
        "number": "WEB-7001",
        **facts,
    }
    return app.config["COMPTOIR_TICKETS"].sign(Ticket(**told))


def refused(page):
    assert page.status in (409, 422)
    return (
        page.soup.select_one(".k-refusal")
        .get_text(" ", strip=True)
        .replace("’", "'")
        .replace("\xa0", " ")
    )


def test_the_signed_qr_of_a_known_order_announces_its_customer(kiosk, app, shop, session):
    with app.test_request_context():
        text = ticketing.of(session.get(Order, shop.order.id))
    session.commit()

    assert "Merci Camille, votre arrivée est signalée" in show(kiosk, text).text


def test_an_order_that_has_not_come_is_welcomed_and_looked_for(kiosk, app, shop, session):
    page = show(kiosk, ticket(app))

    assert "Votre QR code est authentique" in page.text
    assert "Votre numéro 1" in page.text
    order = session.scalars(select(Order).where(Order.uid == UID)).one()
    assert (order.is_provisional, order.number) == (True, "WEB-7001")


def test_who_came_before_the_order_was_ready_reads_that_it_is(kiosk, app, shop, session):
    counters(app, "Comptoir 2")
    show(kiosk, ticket(app))
    order = pickups.upsert(session, record(uid=UID), now=clock.now(), own_store="LIL")
    session.commit()
    assert "pas encore prête" in kiosk.get("/kiosk/pickup/waiting").text

    pickups.prepare(session, UID, staff=shop.ines, place="C-03", now=clock.now())
    session.commit()

    for page in (kiosk.get("/kiosk/pickup/waiting"), kiosk.get(f"/p/r/{order.code}")):
        assert "Votre commande est prête" in page.text and "pas encore prête" not in page.text
        assert "Votre numéro 1" in page.text and "Retrait Comptoir 2" in page.text
    said = kiosk.get("/kiosk/pickup/waiting").soup.find(id="progress").select_one(".banner--ok")
    assert said.get("role") is None  # nothing is to be done at once
    region = said.find_parent(attrs={"aria-live": "polite"})
    assert region["hx-swap"] == "outerMorph"  # one that is new is not heard


def test_who_came_before_the_order_was_ready_reads_the_same_on_the_phone(kiosk, app, shop, session):
    show(kiosk, shop.order.code)
    show(kiosk, ticket(app))
    order = pickups.upsert(session, record(uid=UID), now=clock.now(), own_store="LIL")
    session.commit()
    path = f"/p/r/{order.code}"

    waiting = kiosk.get("/kiosk/pickup/waiting"), kiosk.get(path)

    for page in waiting:
        said = " ".join(page.text.split())
        assert "pas encore prête : un conseiller vient vous dire quand" in said
        assert "Votre numéro 2" in said and "Avant vous 1" in said
    assert "Attendez notre message" not in waiting[1].text
    assert "À montrer à la borne ou au comptoir" in waiting[1].text

    left = kiosk.send(waiting[1], f"{path}/leave")

    assert "Votre numéro" not in left.text and "Attendez notre message" in left.text


def test_every_doubtful_ticket_has_its_own_words(kiosk, app, shop):
    other = Signer([bytes(range(32))])
    with app.test_request_context():
        theirs = Ticket(
            order=UID, store_mark=order_tickets.mark_of("LIL"), expires_on=clock.now().date()
        )
    said = {
        "forged": refused(show(kiosk, forged(ticket(app)))),
        "foreign": refused(show(kiosk, other.sign(theirs))),
        "old": refused(show(kiosk, ticket(app, expires_on=clock.now().date() - timedelta(days=1)))),
        "elsewhere": refused(show(kiosk, ticket(app, store_mark=order_tickets.mark_of("RBX")))),
        "unheard": refused(show(kiosk, ticket(app, store_mark=b"0000"))),
    }

    assert "n'a pas été fait par nous" in said["forged"]
    assert "autre enseigne" in said["foreign"]
    assert "n'est plus valable depuis" in said["old"]
    assert "attend à Roubaix" in said["elsewhere"] and "10 km" in said["elsewhere"]
    assert "dans un autre magasin" in said["unheard"]
    assert len(set(said.values())) == len(said)


def forged(text):
    """Change a character of the signature, and mend the check."""
    body = text[:150] + ("0" if text[150] != "0" else "1") + text[151:-1]
    return body + codes.check_character(body)


def test_a_shop_put_back_from_a_backup_says_what_it_cannot_know(kiosk, session, shop):
    restorations.note(session, now=clock.now())
    session.commit()

    assert "avons remis une sauvegarde" in refused(show(kiosk, "999999"))
    assert "avons remis une sauvegarde" in refused(show(kiosk, codes.generate(codes.Kind.ORDER)))


def test_six_digits_that_two_orders_have_open_neither(kiosk, session, shop):
    other = Order(
        source="till",
        external_id="2",
        number="2",
        store=shop.lille,
        placed_at=clock.now(),
        state="ready",
        state_at=clock.now(),
        code=codes.generate(codes.Kind.ORDER),
        pickup_code="482915",
    )
    session.add(other)
    session.commit()

    assert "Deux commandes attendent" in refused(show(kiosk, "482915"))


def test_guessing_six_digits_ends_soon_but_the_qr_still_helps(kiosk, session, shop):
    for guess in range(10):
        show(kiosk, f"90000{guess}")

    page = show(kiosk, "482915")

    assert page.status == 429
    assert "Trop de codes faux" in page.text
    assert "Merci Camille" in show(kiosk, shop.order.code).text


def test_the_digits_of_another_store_are_a_guess_too(kiosk, session, shop):
    other = session.get(Order, shop.order.id)
    other.store_id = shop.roubaix.id
    session.commit()
    for _guess in range(10):
        assert "attend à Roubaix" in refused(show(kiosk, "482915"))

    assert show(kiosk, "482915").status == 429


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_confirmation_says_counter_and_wait(kiosk, app, session, shop, language):
    now = clock.now()
    session.add(
        Order(
            source="web",
            external_id="old",
            number="1",
            store=shop.lille,
            placed_at=now,
            state="collected",
            state_at=now,
            code=codes.generate(codes.Kind.ORDER),
            arrived_at=now - timedelta(minutes=60),
            taken_at=now - timedelta(minutes=58),
            closed_at=now - timedelta(minutes=57),
        )
    )
    session.commit()
    counters(
        app,
        "kiosk 1 > Comptoir 2: après les lanternes | Counter 2: past the lanterns",
        "Comptoir 1",
    )
    kiosk.send(kiosk.get("/kiosk/settings"), "/kiosk/settings", language=language)

    page = show(kiosk, shop.order.code)

    assert ("après les lanternes" if language == "fr" else "past the lanterns") in page.text
    assert ("Comptoir 2" if language == "fr" else "Counter 2") in page.text
    assert "2 min" in page.text.replace("\xa0", " ")


def counters(app, *lines):
    settings = app.config["COMPTOIR"]
    pickups = type(settings.pickups)(**{**vars(settings.pickups), "counters": lines})
    app.config["COMPTOIR"] = type(settings)(**{**vars(settings), "pickups": pickups})
