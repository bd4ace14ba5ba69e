"""A pickup on its customer's phone: where it stands, coming, putting off, relatives, questions."""

import dataclasses
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from store import arrivals, handovers, order_tickets, pickups, proposals
from store.models import Delegate, StockLevel, Store
from store.pickup_board import today_in
from store.web import clock, ticketing
from tests.kiosk.acts import heard_lately, with_central


@pytest.fixture(autouse=True)
def today(pages_clock, session, shop):
    """The order's days are those of the phone's clock."""
    shop.order.pickup_by = clock.now().date() + timedelta(days=3)
    session.commit()


def path(shop, act=""):
    return f"/p/r/{shop.order.code}{act}"


def put(session, shop, **facts):
    for name, value in facts.items():
        setattr(shop.order, name, value)
    session.commit()


def state(session, shop):
    session.refresh(shop.order)
    found = shop.order.state
    session.commit()
    return found


def test_an_order_is_followed_without_end_while_codes_are_guessed_a_few_times(app, pages, shop):
    settings = app.config["COMPTOIR"]
    few = dataclasses.replace(settings.limits, lookups_per_minute=3)
    app.config["COMPTOIR"] = dataclasses.replace(settings, limits=few)

    followed = [pages.client.get(path(shop)).status_code for _time in range(9)]
    guessed = [pages.client.get("/p/r/R0000").status_code for _time in range(5)]

    assert followed == [200] * 9
    assert guessed == [404, 404, 404, 429, 429]


def test_a_ready_order_shows_what_its_customer_needs(pages, app, shop):
    page = pages.get(path(shop))

    assert "Votre commande est prête" in page.text
    assert "2 articles vous attendent à Lille" in page.text
    for shown in ("482 915", "12 Grand’Place", "13,90", "payée en ligne", "Je suis arrivé(e)"):
        assert shown in page.text, shown
    link = page.soup.find("a", string="Itinéraire")["href"]
    assert link == "https://www.openstreetmap.org/directions?to=50.6366%2C3.0635"
    with app.test_request_context():
        assert order_tickets.read(ticketing.of(shop.order), trusted=ticketing.own_keys())


def test_the_code_of_another_order_opens_nothing(pages, session, shop):
    session.get_one(Store, shop.lille.id).phone = "03 20 00 00 01"
    session.commit()
    page = pages.get("/p/r/R0000", status=404)
    assert (
        "commande est introuvable" in page.text and "Le lien est peut-être incomplet" in page.text
    )
    assert page.soup.find("a", href="tel:0320000001") is not None


def test_i_am_here_gives_a_number_and_rings(pages, session, shop):
    page = pages.send(pages.get(path(shop)), path(shop, "/arrive"), by="counter")

    assert "Votre arrivée est signalée" in page.text
    assert "Votre numéro 1" in page.text
    assert state(session, shop) == "customer_waiting"


def closed_now(session, shop, **hours):
    """Let the shop open on Mondays only: the pages live on a Saturday afternoon."""
    shop.lille.opening_hours = hours or {"mo": [["10:00", "19:00"]]}
    session.commit()


def test_nobody_is_promised_while_the_shop_is_closed(pages, session, shop):
    form = pages.get(path(shop)).form(path(shop, "/arrive"))
    closed_now(session, shop)

    shown = pages.get(path(shop))
    refused = pages.post(path(shop, "/arrive"), form)

    assert refused.status == 409
    for page in (shown, refused):
        assert "Le magasin est fermé, il ouvre lundi à 10 h" in page.text
        assert page.soup.find("form", action=path(shop, "/arrive")) is None
    assert state(session, shop) == "ready"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Le magasin est fermé, il ouvre le samedi 28 novembre à 9 h."),
        ("en", "The store is closed, it opens on Saturday 28 November at 09:00."),
    ],
)
def test_an_opening_in_a_week_is_told_with_its_date(pages, session, shop, language, said):
    closed_now(session, shop, sa=[["09:00", "10:00"]])

    page = pages.get(path(shop), **{"Accept-Language": language})

    assert said in page.text


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Le magasin est fermé."), ("en", "The store is closed.")]
)
def test_a_shop_that_tells_of_no_opening_promises_nobody(pages, session, shop, language, said):
    form = pages.get(path(shop)).form(path(shop, "/arrive"))
    closed_now(session, shop, sa=[])

    shown = pages.get(path(shop), **{"Accept-Language": language})
    refused = pages.post(path(shop, "/arrive"), form)

    assert (refused.status, state(session, shop)) == (409, "ready")
    assert said in shown.text


def test_who_waits_when_the_shop_closes_still_comes_in_and_leaves(pages, session, shop):
    page = pages.send(pages.get(path(shop)), path(shop, "/arrive"), by="car", place="place 4")
    closed_now(session, shop)

    page = pages.send(page, path(shop, "/arrive"), by="counter")

    session.refresh(shop.order)
    assert shop.order.arrival_by == "counter"
    assert page.soup.find("form", action=path(shop, "/leave"))


def test_a_shop_of_unknown_hours_is_told_at_any_time(pages, session, shop):
    shop.lille.opening_hours = {}
    session.commit()

    pages.send(pages.get(path(shop)), path(shop, "/arrive"), by="counter")

    assert state(session, shop) == "customer_waiting"


def test_the_demo_is_told_at_any_time_and_says_so(pages, session, shop, app):
    settings = app.config["COMPTOIR"]
    demo = dataclasses.replace(settings.demo, on=True)
    app.config["COMPTOIR"] = dataclasses.replace(settings, demo=demo)
    closed_now(session, shop)

    page = pages.get(path(shop))
    pages.send(page, path(shop, "/arrive"), by="counter")

    assert "Le magasin est fermé, il ouvre lundi à 10 h. Dans la démo" in page.text
    assert state(session, shop) == "customer_waiting"


def test_i_am_here_by_car_says_where(pages, session, shop):
    page = pages.send(pages.get(path(shop)), path(shop, "/arrive"), by="car", place="place 4")

    assert "Restez dans la voiture" in page.text and "place 4" in page.text
    session.refresh(shop.order)
    assert (shop.order.arrival_by, shop.order.arrival_place) == ("car", "place 4")


def test_who_waits_by_car_comes_in_after_all(pages, session, shop, app):
    with_counters(app, "Comptoir 2")
    page = pages.send(pages.get(path(shop)), path(shop, "/arrive"), by="car", place="place 4")

    page = pages.send(page, path(shop, "/arrive"), by="counter")

    assert "Rendez-vous ici : Comptoir 2" in page.text.replace("\xa0", " ")
    assert "En voiture" not in page.text.partition("Je ne peux pas attendre")[0]
    assert "Votre numéro 1" in page.text


def test_a_place_too_long_is_said_beside_it_and_kept(pages, session, shop):
    long = "x" * 61
    page = pages.send(pages.get(path(shop)), path(shop, "/arrive"), by="car", place=long)

    assert page.status == 422
    assert "60 signes au plus" in page.text
    assert page.soup.find("input", {"name": "place"})["value"] == long
    assert state(session, shop) == "ready"


def test_who_cannot_wait_says_so(pages, session, shop):
    page = pages.send(pages.get(path(shop)), path(shop, "/arrive"), by="counter")

    page = pages.send(page, path(shop, "/leave"))

    assert "Je suis arrivé(e)" in page.text
    assert state(session, shop) == "ready"


def test_the_counter_and_who_comes_are_said(pages, session, shop, app):
    with_counters(app, "Comptoir 2: à droite | Counter 2: on your right", "kiosk 1 > Comptoir 1")
    page = pages.send(pages.get(path(shop)), path(shop, "/arrive"), by="counter")
    assert "Comptoir 2" in page.text and "à droite" in page.text

    arrivals.take(session, shop.order.uid, staff=shop.ines, now=clock.now())
    session.commit()

    assert "Inès s’occupe de vous" in pages.block(path(shop)).text


def with_counters(app, *lines):
    settings = app.config["COMPTOIR"]
    from_file = type(settings.pickups)(**{**vars(settings.pickups), "counters": lines})
    app.config["COMPTOIR"] = type(settings)(**{**vars(settings), "pickups": from_file})


def test_one_tap_puts_the_last_day_off_once(pages, session, shop):
    before = shop.order.pickup_by
    page = pages.send(pages.get(path(shop)), path(shop, "/extend"))

    session.refresh(shop.order)
    assert shop.order.pickup_by == before + timedelta(days=3)
    assert page.soup.find("form", action=path(shop, "/extend")) is None


def test_a_relative_gets_a_code_that_can_be_taken_back(pages, session, shop):
    page = pages.send(pages.get(path(shop)), path(shop, "/delegate"), first_name="Noor")
    delegate = session.query(Delegate).one()
    session.commit()
    assert "Noor" in page.text and delegate.code[:4] in page.text

    page = pages.send(page, path(shop, f"/delegate/{delegate.uid}/withdraw"))

    assert "Noor" not in page.text


def test_who_asked_for_a_relatives_code_is_led_to_it(pages, shop):
    form = pages.get(path(shop)).form(path(shop, "/delegate")) | {"first_name": "Noor"}

    answer = pages.post(path(shop, "/delegate"), form).answer

    assert answer.location.endswith("#relative-code")
    assert "Noor" in pages.get(path(shop)).soup.select_one("details #relative-code").text


def test_a_relative_without_a_name_is_asked_for_it(pages, shop):
    page = pages.send(pages.get(path(shop)), path(shop, "/delegate"), first_name="x" * 41)

    assert page.status == 422
    assert "prénom de 40 signes" in page.text


def test_a_missing_article_is_asked_about_and_answered(pages, session, shop):
    line = shop.order.lines[0]
    line.state, shop.order.state = "short", "problem"
    question = proposals.propose(
        session, shop.order.uid, line.uid, staff=shop.ines, now=clock.now()
    )
    session.commit()

    page = pages.get(path(shop))
    assert "Un article manque : à vous de choisir" in page.text.replace("\xa0", " ")
    page = pages.send(page, path(shop, "/answer"), question=question.uid, choice="rest")

    session.refresh(shop.order)
    session.expire_all()
    assert [line.state for line in shop.order.lines] == ["cancelled", "picked"]
    assert "à vous de choisir" not in page.text


@pytest.fixture
def asked(session, shop):
    """The question about a missing cup, with a stand of the same price in its place."""
    line = next(one for one in shop.order.lines if one.sku == "22699")
    line.state, shop.order.state = "short", "problem"
    made = proposals.propose(session, shop.order.uid, line.uid, staff=None, now=clock.now())
    made.offered = {"substitutes": [offer(line, "22423")], "stores": []}
    session.commit()
    return made


def offer(line, sku):
    return {"for": line.sku, "sku": sku, "label": "Tasse rose", "price_minor": 100}


def answer(pages, shop, choice):
    return pages.send(pages.get(path(shop)), path(shop, "/answer"), choice=choice)


def test_a_substitute_without_a_price_is_not_said_to_cost_nothing(pages, session, shop, asked):
    made = offer(asked.line, "22423") | {"price_minor": 0}
    asked.offered = {"substitutes": [made], "stores": []}
    session.commit()

    page = pages.get(path(shop))

    assert "Présentoir à gâteaux Regency" in page.soup.select_one(".p-ask").text
    assert "0,00" not in page.soup.select_one(".p-ask").text


def test_a_question_about_several_units_says_how_many_and_the_price_of_each(
    pages, session, shop, asked
):
    for units, told, price in (
        (1, "Il manque : Tasse et soucoupe", "à la place, 1,00 €"),
        (2, "Il manque : 2 × Tasse et soucoupe", "à la place, 1,00 € l’unité"),
    ):
        asked.line.quantity = units
        session.commit()

        question = pages.get(path(shop)).soup.select_one(".p-ask")

        assert told in plain(question.h2.text)
        (offered,) = question.select(".p-choice span.faint:-soup-contains('à la place')")
        assert plain(offered.text) == price


def plain(text):
    return text.replace("\xa0", " ")


def test_a_substitute_that_has_just_gone_is_said_and_asked_anew(pages, session, shop, asked):
    session.execute(update(StockLevel).values(reserved=StockLevel.on_hand))
    session.commit()

    page = answer(pages, shop, "substitute:22423")

    assert page.status == 422
    assert "vient de partir" in page.soup.find(role="alert").text
    assert pages.block(path(shop)).soup.find(id="answer-said").has_attr("hx-preserve")
    choices = [one["value"] for one in page.soup.find_all("input", {"name": "choice"})]
    assert choices == ["rest", "refund"]
    assert page.form(path(shop, "/answer"))["question"] != asked.uid

    assert "a été annulée" in answer(pages, shop, "refund").text


def test_an_answer_that_was_not_offered_is_said(pages, shop, asked):
    page = answer(pages, shop, "substitute:99999")

    assert page.status == 422
    assert "Choisissez l’une de ces réponses" in page.soup.find(role="alert").text
    assert page.form(path(shop, "/answer"))["question"] == asked.uid


def test_the_last_answer_says_that_it_cancels_the_whole_order(pages, shop, asked):
    page = pages.get(path(shop))

    last = page.soup.find("input", {"name": "choice", "value": "refund"}).parent
    assert "Annuler toute la commande" in last.text


def test_what_is_offered_has_its_colour_and_the_names_of_the_screen(pages, session, shop, asked):
    shop.cake_stand.product.name_en, shop.cake_stand.colour = "Regency cake stand", "rose"
    session.commit()

    french = pages.get(path(shop)).soup.select_one(".p-choice").text
    english = pages.get(path(shop), **{"Accept-Language": "en"}).soup.select_one(".p-choice").text

    assert "Présentoir à gâteaux Regency, rose" in french
    assert "Regency cake stand, pink" in english


def test_who_waits_for_another_shop_is_promised_no_hour(pages, session, shop):
    shop.order.lines[0].state = "awaiting_transfer"
    put(session, shop, state="picking", promised_at=clock.now() + timedelta(hours=1))

    page = pages.get(path(shop))

    assert "Un article vient d’un autre magasin. Attendez notre message" in page.text
    assert "Promise pour" not in page.text


def test_a_shop_asks_nothing_about_an_order_of_another_one(pages, session, shop, asked):
    put(session, shop, store=shop.roubaix)

    page = pages.get(path(shop))

    assert "Nous cherchons une solution" in page.text
    assert page.soup.find("form", action=path(shop, "/answer")) is None


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("substitute:22423", "Présentoir à gâteaux Regency à la place de Tasse et soucoupe"),
        ("rest", "le reste seulement"),
        ("refund", "annuler toute la commande"),
    ],
)
def test_an_answer_kept_for_another_shop_is_said_to_have_come(
    pages, app, session, shop, asked, choice, said
):
    settings = app.config["COMPTOIR"]
    server = dataclasses.replace(settings.server, role="hub")
    app.config["COMPTOIR"] = dataclasses.replace(settings, server=server)
    put(session, shop, store=shop.roubaix)

    page = answer(pages, shop, choice)

    assert "Votre réponse est notée" in page.text
    assert said in page.text
    assert page.soup.find("form", action=path(shop, "/answer")) is None


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": "accepted", "promised_at": None}, "Pas encore prête"),
        ({"state": "problem"}, "Nous cherchons une solution"),
        ({"state": "collected", "closed_by": "Inès"}, "C’est remis"),
        ({"state": "cancelled"}, "Un paiement déjà fait est rendu"),
        ({"state": "expired"}, "n’est plus gardée"),
    ],
)
def test_an_order_that_cannot_be_collected_says_so_and_offers_no_arrival(
    pages, session, shop, facts, words
):
    put(session, shop, pickup_by=None, **facts)

    page = pages.get(path(shop))

    assert words in page.text.replace("'", "’")
    assert page.soup.find("form", action=path(shop, "/arrive")) is None


def test_what_was_handed_over_has_a_receipt_to_go_to(pages, session, shop):
    receipt = f"/p/r/receipt/{shop.order.code}"
    assert pages.get(path(shop)).soup.find("a", href=receipt) is None
    shop.order.lines[0].state = "collected"
    put(session, shop, state="partly_collected")

    link = pages.get(path(shop)).soup.find("a", href=receipt)

    assert link.find("b").get_text() == "Mon reçu"
    assert pages.get(link["href"]).status == 200


def test_what_was_refused_is_not_counted_among_what_was_given(pages, session, shop):
    stand = next(one for one in shop.order.lines if one.sku == "22423")
    outcomes = {line.uid: handovers.Outcome() for line in shop.order.lines}
    outcomes[stand.uid] = handovers.Outcome(given=0, rest="damaged")
    handing = handovers.Handing(lines=outcomes, check="known")
    handovers.give(session, shop.order.uid, handing, staff=shop.ines, now=clock.now())
    session.commit()

    articles = pages.get(path(shop)).soup.find(id="articles")

    assert plain(articles.summary.b.text) == "1 article, 2,95 €"
    assert "Présentoir" not in articles.text
    receipt = pages.get(f"/p/r/receipt/{shop.order.code}").soup.find("main")
    refused = receipt.find("b", string="1 article refusé").parent
    assert "Présentoir" in refused.text and "Tasse" not in refused.text


def test_a_receipt_of_what_was_undone_leads_to_its_order(pages, session, shop):
    receipt = f"/p/r/receipt/{shop.order.code}"
    pages.get(receipt, status=404)
    lines = [line.uid for line in shop.order.lines]
    given = {"line_uids": lines, "staff": shop.ines, "check": "qr", "now": clock.now()}
    pickups.hand_over(session, shop.order.uid, **given)
    why = {"reason": "wrong_order", "staff": shop.manager, "now": clock.now()}
    handovers.reverse(session, shop.order.uid, **why)
    session.commit()

    page = pages.get(receipt, status=302)

    assert page.answer.location == path(shop)


def test_a_last_day_that_has_passed_says_so(pages, session, shop):
    put(session, shop, pickup_by=clock.now().date() - timedelta(days=1))

    page = pages.get(path(shop))

    assert "était gardée jusqu" in page.text
    assert page.soup.find("form", action=path(shop, "/arrive")) is None


def test_an_order_that_ended_before_its_last_day_was_kept_until_it_ended(pages, session, shop):
    ended = clock.now() - timedelta(days=3)
    put(session, shop, state="expired", closed_at=ended, pickup_by=clock.now().date())

    page = pages.get(path(shop))

    last = today_in(shop.lille, ended)
    assert re.search(rf"gardée jusqu’au \w+ {last.day}\b", page.text)


def test_the_language_is_one_touch_away(pages, shop):
    page = pages.get(path(shop), **{"Accept-Language": "fr"})

    in_english = pages.send(page, "/language", language="en")

    assert in_english.answer.request.path == path(shop)
    assert "Pickup code" in in_english.text


def test_an_order_of_another_store_says_where_it_waits(pages, session, shop):
    put(session, shop, store=shop.roubaix)

    page = pages.get(path(shop))

    assert "vous attendent à Roubaix" in page.text and "3 Grand’Rue" in page.text
    assert page.soup.find("form", action=path(shop, "/arrive")) is None
    assert page.soup.find("a", href="tel:0320000000")


def test_an_arrival_that_came_too_late_shows_how_it_stands(pages, session, shop):
    page = pages.get(path(shop))
    lines = [line.uid for line in shop.order.lines]
    pickups.hand_over(
        session, shop.order.uid, line_uids=lines, staff=shop.ines, check="qr", now=clock.now()
    )
    session.commit()

    page = pages.send(page, path(shop, "/arrive"), by="counter")

    assert "C’est remis" in page.text and "par Inès" in page.text


def test_a_block_read_again_brings_the_counter_with_it(pages, shop):
    block = pages.block(path(shop))

    assert block.soup.find(id="pickup-bar").has_attr("hx-swap-oob")
    assert block.soup.find(id="order")


def test_a_reservation_keeps_its_own_words(pages, session, shop, app):
    with_central(app)
    heard_lately(session, clock.now())
    put(session, shop, channel="phone", paid=False)

    page = pages.get(path(shop))

    assert "Votre réservation est prête" in page.text and "à payer au retrait" in page.text


def test_a_delivery_of_somebody_else_opens_nothing(pages, session, shop):
    put(session, shop, fulfilment="delivery")

    assert "introuvable" in pages.get(path(shop), status=404).text


def test_a_page_is_sent_compressed_but_what_repeats_a_form_is_not(pages, shop):
    lightly = {"Accept-Encoding": "gzip"}

    read = pages.client.get(path(shop), headers=lightly)
    form = pages.get(path(shop)).form(path(shop, "/arrive"))
    said = {**form, "by": "car", "place": "x" * 61}
    refused = pages.client.post(path(shop, "/arrive"), data=said, headers=lightly)

    assert (read.content_encoding, refused.content_encoding) == ("gzip", None)
    assert len(read.data) < 6000


def test_before_it_is_ready_the_code_invites_nobody(pages, session, shop):
    put(session, shop, state="picking", promised_at=clock.now() - timedelta(hours=1))

    page = pages.get(path(shop))

    assert "Elle a pris du retard" in page.text and "Il servira au retrait" in page.text
    assert "À montrer à la borne" not in page.text


def test_the_last_day_is_said_to_be_today(pages, session, shop):
    shop.lille.time_zone = "UTC"
    put(session, shop, pickup_by=clock.now().date())

    assert "Aujourd’hui est le dernier jour." in pages.get(path(shop)).text


def test_what_only_the_shop_can_say_is_one_tap_away(pages, session, shop):
    shop.lille.phone = "03 20 12 34 56"
    put(session, shop, pickup_by=clock.now().date() - timedelta(days=2))

    page = pages.get(path(shop))

    bar = " ".join(page.soup.find(id="pickup-bar").text.split())
    assert "Appeler le 03 20 12 34 56" in bar


def test_a_shop_without_a_telephone_asks_nobody_to_call_it(pages, session, shop):
    put(session, shop, pickup_by=clock.now().date() - timedelta(days=2))

    assert "appelez" not in pages.get(path(shop)).text


@pytest.mark.parametrize(("is_paid", "said"), [(True, 0), (False, 3)])
def test_an_order_whose_prices_are_not_known_is_not_said_to_cost_nothing(
    pages, session, shop, is_paid, said
):
    for line in shop.order.lines:
        line.unit_price_minor = 0
    put(session, shop, paid=is_paid)

    page = pages.get(path(shop))

    assert "2 articles" in page.text and "0,00" not in page.text
    assert page.text.count("Prix en caisse") == said


def test_a_relative_gets_a_picture_to_show_at_the_kiosk(pages, session, shop):
    page = pages.send(pages.get(path(shop)), path(shop, "/delegate"), first_name="Nadia")

    assert page.soup.find("svg", {"aria-label": "QR pour Nadia"})
