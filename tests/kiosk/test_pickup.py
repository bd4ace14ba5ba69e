"""Checking in at the kiosk: an order is announced, or the reason is said with the next step."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from store import codes, delegates
from store.models import AuditEntry, Change, Order, OutboxMessage
from store.web import clock


def show(kiosk, code, page="pickup", **fields):
    """Give a code to the page as the camera would."""
    form = kiosk.get("/kiosk/pickup").form("/kiosk/scan")
    return kiosk.post(f"/kiosk/scan?page={page}", form | {"code": code} | fields, follow=True)


@pytest.mark.parametrize("code", ["qr", "482915", "482 915"])
def test_check_in_announces_the_customer_and_gives_a_number(kiosk, session, shop, code):
    page = show(kiosk, shop.order.code if code == "qr" else code)

    assert "Merci Camille, votre arrivée est signalée" in page.text
    assert "Votre numéro 1" in page.text
    session.refresh(shop.order)
    assert shop.order.state == "customer_waiting"


def test_an_order_number_alone_announces_nobody(kiosk, session, shop):
    shop.order.pickup_code = "111222"
    session.commit()

    page = show(kiosk, shop.order.number)

    assert page.status == 403
    assert "ne suffit pas" in page.text
    assert "Camille" not in page.text
    session.refresh(shop.order)
    assert shop.order.state == "ready"


def test_check_in_rings_the_tablets_and_tells_the_central_system(kiosk, session, shop):
    show(kiosk, shop.order.code)

    assert ("orders", shop.order.uid) in session.execute(select(Change.kind, Change.key)).all()
    assert session.scalars(select(OutboxMessage.kind)).all() == ["order_event"]


def test_check_in_shows_neither_family_name_nor_goods_nor_place(kiosk, shop):
    page = show(kiosk, shop.order.code)

    for secret in ("Roussel", "Tasse", "Présentoir", "B-04", "roussel@"):
        assert secret not in page.answer.text


def test_a_relative_is_greeted_by_their_own_name(kiosk, session, shop):
    delegate = delegates.name(session, shop.order.uid, "Nadia", now=clock.now())
    session.commit()

    page = show(kiosk, delegate.code)

    assert "Merci Nadia" in page.text and "Camille" not in page.text


def test_the_same_code_twice_is_one_arrival(kiosk, session, shop):
    show(kiosk, shop.order.code)
    page = show(kiosk, shop.order.code)

    assert "Votre numéro 1" in page.text
    assert len(session.scalars(select(OutboxMessage.id)).all()) == 1


def test_waiting_says_who_comes(kiosk, session, shop):
    show(kiosk, shop.order.code)
    session.refresh(shop.order)
    shop.order.taken_by = shop.ines
    session.commit()

    assert "Inès s'en occupe" in kiosk.block("/kiosk/pickup/waiting").text.replace("’", "'")


def test_waiting_forgets_by_itself(kiosk, shop):
    page = show(kiosk, shop.order.code)

    assert page.soup.find(attrs={"data-leave-after": "20"})["action"] == "/kiosk/end"


def test_waiting_without_an_arrival_leads_back(kiosk):
    answer = kiosk.get("/kiosk/pickup/waiting", status=303).answer

    assert answer.headers["Location"] == "/kiosk/pickup"


def add_order(session, shop, **facts):
    """An order of Camille's with the given facts; closed ones have closed lines."""
    now = clock.now()
    order = Order(
        **{
            "source": "web",
            "external_id": "W-777777",
            "number": "777777",
            "store": shop.lille,
            "customer_name": "Camille Roussel",
            "placed_at": now - timedelta(days=3),
            "state": "ready",
            "state_at": now,
            "code": codes.generate(codes.Kind.ORDER),
            "pickup_code": "777777",
            **facts,
        }
    )
    session.add(order)
    session.commit()
    return order


REFUSALS = [
    ({"state": "collected", "closed_by": "Inès"}, "Cette commande a été remise", "par Inès"),
    ({"state": "cancelled"}, "annulée", "conseiller"),
    ({"state": "expired"}, "gardée jusqu'au", "conseiller va voir"),
    ({"state": "accepted"}, "pas encore prête", "promise pour"),
]


@pytest.mark.parametrize(("facts", "said", "next_step"), REFUSALS)
def test_each_refusal_says_why_and_what_to_do(kiosk, session, shop, facts, said, next_step):
    now = clock.now()
    add_order(
        session,
        shop,
        **facts,
        closed_at=now - timedelta(hours=1),
        pickup_by=(now - timedelta(days=2)).date(),
        promised_at=now + timedelta(days=1),
    )

    page = show(kiosk, "777777")

    words = page.soup.select_one(".k-refusal").get_text(" ", strip=True).replace("’", "'")
    assert page.status == 409
    assert said in words
    assert next_step in words


def test_a_late_order_is_said_to_be_late(kiosk, session, shop):
    add_order(session, shop, state="accepted", promised_at=clock.now() - timedelta(hours=1))

    assert "pris du retard" in show(kiosk, "777777").text


def test_another_store_is_named_with_its_distance_and_hours(kiosk, session, shop):
    order = add_order(session, shop, store=shop.roubaix)

    page = show(kiosk, order.code)

    assert page.status == 409
    for words in ("attend à Roubaix", "3 Grand", "10 km", "ouv"):
        assert words in page.text


@pytest.mark.parametrize(
    "code", ["999999", "", "R" * 31, "x" * 10_000, "https://evil.example/", "🙂", "WIFI:S:shop;;"]
)
def test_an_unknown_code_is_said_in_words_that_help(kiosk, shop, code):
    page = show(kiosk, code)

    assert page.status == 422
    assert page.soup.select_one(".k-refusal strong").get_text(strip=True)


def test_a_card_of_nobody_is_said_in_a_customers_words(kiosk, shop):
    page = show(kiosk, codes.generate(codes.Kind.CARD))

    assert "Est-ce bien notre carte" in page.text
    assert "recherchez la personne" not in page.text.lower()


def test_the_digits_of_another_store_say_which_and_nothing_of_the_order(kiosk, session, shop):
    order = add_order(session, shop, store=shop.roubaix)

    page = show(kiosk, order.pickup_code)

    assert page.status == 409
    assert "attend à Roubaix" in page.text
    assert "Camille" not in page.text


def test_digits_that_two_other_stores_gave_lead_nowhere(kiosk, session, shop):
    add_order(session, shop, store=shop.roubaix)
    add_order(session, shop, store=shop.roubaix, external_id="W-2", number="2")

    assert "Aucune commande" in show(kiosk, "777777").text


def test_a_product_or_a_card_shown_here_leads_to_its_own_page(kiosk, shop):
    assert "Tasse et soucoupe" in show(kiosk, shop.cup.gtin).text
    assert "Camille R." in show(kiosk, shop.camille_card).text


def test_the_card_shows_points_and_tier_and_is_noted(kiosk, session, shop):
    page = show(kiosk, shop.camille_card, page="card")

    assert "1 284 points" in page.text.replace("\u202f", " ")
    assert "Palier Or" in page.text
    assert "roussel" not in page.answer.text.lower()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "card.shown")).one()
    assert (entry.subject_uid, entry.device_id) == (shop.camille.uid, shop.kiosk.id)


def test_the_card_screen_asks_sooner_whether_somebody_is_there(kiosk, shop):
    page = show(kiosk, shop.camille_card)

    assert page.soup.find(attrs={"data-idle": True})["data-idle"] == "30"


def test_look_ups_are_limited(app, kiosk, shop):
    form = kiosk.get("/kiosk/pickup").form("/kiosk/scan")
    app.config["COMPTOIR"] = limited(app.config["COMPTOIR"], 3)

    answers = [
        kiosk.client.post("/kiosk/scan", data=form | {"code": f"{n:06}"}).status_code
        for n in range(5)
    ]

    assert answers == [422, 422, 422, 429, 429]


def limited(settings, per_minute):
    return replace(settings, limits=replace(settings.limits, lookups_per_minute=per_minute))
