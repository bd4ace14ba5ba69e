"""The sheet of a handover: who collects, what is not given, scans, undoing; and what comes back."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from store import (
    arrivals,
    delegates,
    handovers,
    outbox,
    pickup_ends,
    pickup_steps,
    proposals,
    shelf_returns,
    web_returns,
)
from store.arrivals import Coming
from store.models import (
    Order,
    OrderEvent,
    OrderLine,
    OutboxMessage,
    Signature,
    StockLevel,
    Variant,
)
from store.pickup_steps import Happened
from store.records import ReturnRecord
from store.web import clock
from store.web.filters import typo
from tests.page_client import PageClient
from tests.shop import PIN

DRAWN = "M10 20L30 40L50 60"


def plain(page):
    return " ".join(page.text.replace("’", "'").split())


def sheet(shop):
    return f"/tablet/pickups/{shop.order.uid}"


def uids(shop):
    return [line.uid for line in shop.order.lines]


def send(tablet, shop, **fields):
    form = tablet.get(sheet(shop)).form(f"{sheet(shop)}/hand-over")
    form |= {"line": uids(shop), "check": "qr"} | fields
    return tablet.post(f"{sheet(shop)}/hand-over", form, follow=True)


def events(session, kind):
    return session.scalars(select(OrderEvent).where(OrderEvent.type == kind)).all()


def change(session, shop, **values):
    order = session.get_one(Order, shop.order.id)
    for name, value in values.items():
        setattr(order, name, value)
    session.commit()


@pytest.fixture
def delegate(session, shop):
    """Nadia, whom Camille lets collect the order."""
    made = delegates.name(session, shop.order.uid, "Nadia", now=clock.now())
    session.commit()
    return made


@pytest.fixture
def given(tablet, shop):
    """The sheet of an order that was handed over."""
    return send(tablet, shop)


def test_an_article_without_a_price_is_not_said_to_cost_nothing(tablet, session, shop):
    for line in shop.order.lines:
        line.unit_price_minor = 0
    session.commit()

    page = tablet.get(sheet(shop))

    assert "1 × réf. 22699" in plain(page) and "0,00" not in page.text


def test_one_line_is_counted_as_one(tablet, session, shop):
    count = tablet.get(sheet(shop)).soup.select_one("[data-tick-count]")
    assert count["data-tick-count"] == "{n} sur {all} vérifiés"
    session.get_one(OrderLine, shop.order.lines[1].id).state = "cancelled"
    session.commit()

    count = tablet.get(sheet(shop)).soup.select_one("[data-tick-count]")
    assert count["data-tick-count"] == "{n} sur {all} vérifié"


def test_two_articles_of_one_name_are_told_apart(tablet, session, shop):
    cup = session.get_one(Variant, shop.cup.id)
    cup.product.name_en, cup.colour = "Regency Teacup", "bleu ciel"
    line = session.get_one(OrderLine, shop.order.lines[1].id)
    label, line.substitute_sku, line.substitute_label = line.label, cup.sku, "Tasse"
    line.substitute = cup
    line.variant.size = "grand"
    session.commit()

    page = tablet.get(sheet(shop))
    assert plain(page).count("bleu ciel · 1 ×") == 2
    assert f"à la place de {typo(label)}, grand".replace("’", "'") in plain(page)
    line.variant.product.name_en = "Hot Water Bottle"
    session.commit()

    csrf = page.soup.find("input", {"name": "csrf_token"})["value"]
    tablet.post("/language", {"csrf_token": csrf, "language": "en", "next": "/"})
    english = plain(tablet.get(sheet(shop)))
    assert "instead of Hot Water Bottle, large" in english and label not in english


# --- who collects -----------------------------------------------------------------------------


def test_the_sheet_names_whom_the_customer_lets_collect(tablet, shop, delegate):
    page = tablet.get(sheet(shop))

    assert "Camille désigne : Nadia." in plain(page)
    assert delegate.code not in page.text


def test_the_code_of_a_delegate_opens_the_sheet_for_them(tablet, session, shop, delegate):
    page = tablet.send(tablet.get("/tablet/scan"), "/tablet/scan", code=delegate.code)

    assert page.soup.find("input", {"name": "delegate_code"})["value"] == delegate.code
    assert page.soup.find("input", {"name": "who", "value": "delegate"}).has_attr("checked")
    assert page.soup.find("input", {"name": "check", "value": "code"}).has_attr("checked")


@pytest.fixture
def sent(session, shop, delegate):
    """Nadia, who typed her code at the kiosk and waits."""
    coming = Coming(delegate=delegate.uid)
    now = clock.now()
    arrivals.check_in(session, shop.order, store=shop.lille, now=now, proof="code", coming=coming)
    session.commit()
    return delegate


def test_a_relative_who_announced_themselves_is_who_collects(tablet, session, shop, sent):
    page = tablet.get(sheet(shop))

    assert "Code de proche saisi à la borne" in page.text
    assert page.soup.find("input", {"name": "delegate_code"})["value"] == sent.code
    assert page.soup.find("input", {"name": "who", "value": "delegate"}).has_attr("checked")

    fields = page.form(f"{sheet(shop)}/hand-over") | {"line": uids(shop)}
    tablet.post(f"{sheet(shop)}/hand-over", fields)
    assert events(session, "collected")[0].details == {"collected_by": "delegate"}
    session.refresh(sent)
    assert sent.ended_by == "used"


def test_a_relative_whose_code_was_taken_back_is_no_proof(tablet, session, shop, sent):
    delegates.withdraw(session, sent.uid, order=shop.order, now=clock.now())
    session.commit()

    page = tablet.get(sheet(shop))

    assert "valide" not in page.text
    assert page.soup.find("input", {"name": "who", "value": "customer"}).has_attr("checked")


def test_who_shows_the_qr_after_the_phone_is_recognised(tablet, session, shop):
    for proof in ("", "qr"):
        arrivals.check_in(session, shop.order, store=shop.lille, now=clock.now(), proof=proof)
        session.commit()

    assert "QR lu à la borne" in tablet.get(sheet(shop)).text


def test_the_proof_of_an_earlier_visit_is_none(tablet, session, shop):
    arrivals.check_in(session, shop.order, store=shop.lille, now=clock.now(), proof="qr")
    arrivals.leave(session, shop.order.uid, by="customer", now=clock.now())
    session.commit()

    assert "QR lu" not in tablet.get(sheet(shop)).text


def test_the_sheet_says_in_which_car_the_customer_waits(tablet, session, shop):
    coming = Coming(by="car", place="place 4", counter="Comptoir 2")
    arrivals.check_in(session, shop.order, store=shop.lille, now=clock.now(), coming=coming)
    session.commit()

    page = tablet.get(sheet(shop))
    assert "en voiture, place 4" in page.text and "Comptoir 2" not in page.text


def test_a_delegate_collects_with_the_code(tablet, session, shop, delegate):
    page = send(tablet, shop, who="delegate", delegate_code=delegate.code.lower(), check="code")

    assert "À Nadia, un proche, avec son code" in plain(page)
    assert events(session, "collected")[0].details == {"collected_by": "delegate"}


@pytest.mark.parametrize(
    ("code", "said"),
    [("", "Saisissez ou scannez le code"), ("T0000000", "n'est pas celui d'un proche")],
)
def test_a_wrong_code_is_said_and_nothing_typed_is_lost(tablet, session, shop, code, said):
    page = send(tablet, shop, who="delegate", delegate_code=code, signature=DRAWN)

    assert page.status == 422
    assert said in plain(page)
    assert page.soup.find("input", {"name": "who", "value": "delegate"}).has_attr("checked")
    assert page.soup.find("input", {"name": "signature"})["value"] == DRAWN
    assert events(session, "collected") == []


# --- how it was cancelled ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "reason", "said"),
    [
        ("customer", "customer", "par la personne qui a commandé."),
        ("central", "fraud check", "par le système central. Raison : fraud check."),
        ("", "not_available", "par Inès. Un article manquait."),
    ],
)
def test_a_cancelled_order_says_by_whom_and_why(tablet, session, shop, by, reason, said):
    staff = None if by else shop.ines
    happened = Happened(
        type="cancelled", occurred_at=clock.now(), reason=reason, by=by, staff=staff
    )
    order = session.get_one(Order, shop.order.id)
    pickup_steps.happen(session, order, happened, now=clock.now(), tells=True)
    session.commit()

    assert said in plain(tablet.get(sheet(shop)))


# --- what is not given ------------------------------------------------------------------------


def test_what_is_not_ticked_must_be_accounted_for(tablet, session, shop):
    first, second = uids(shop)

    page = send(tablet, shop, line=[first], partial="yes")

    assert "Que devient ce qui n'est pas remis" in plain(page)
    asked = page.soup.find_all("input", {"name": f"rest-{second}"})
    assert [one["value"] for one in asked] == [
        *("later", "changed_mind", "not_suitable", "damaged", "missing")
    ]
    assert page.soup.find("input", {"name": f"rest-{first}"}) is None


@pytest.mark.parametrize(
    ("rest", "state", "kind"),
    [
        ("later", "partly_collected", "collected"),
        ("changed_mind", "collected", "refused"),
        ("damaged", "collected", "refused"),
        ("missing", "partly_collected", "substitute_proposed"),
    ],
)
def test_each_rest_is_recorded_with_the_handover(tablet, session, shop, rest, state, kind):
    first, second = uids(shop)

    send(tablet, shop, line=[first], partial="yes", **{f"rest-{second}": rest})

    session.refresh(shop.order)
    assert shop.order.state == state
    assert len(events(session, "collected")) == len(events(session, kind)) == 1


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("damaged", "refusé : abîmé"),
        ("changed_mind", "refusé : n'en voulait plus"),
        ("not_suitable", "refusé : ne convenait pas"),
    ],
)
def test_the_sheet_says_why_something_was_refused(tablet, shop, rest, said):
    first, second = uids(shop)

    page = send(tablet, shop, line=[first], partial="yes", **{f"rest-{second}": rest})

    assert said in plain(page)


def test_too_many_units_are_refused(tablet, session, shop):
    first, second = uids(shop)
    rest = {f"rest-{second}": "later", f"units-{second}": "7"}

    page = send(tablet, shop, line=[first], partial="yes", **rest)

    assert "dépasse ce qui est commandé" in plain(page)
    assert events(session, "collected") == []


def part(tablet, shop, **fields):
    """The sheet after its first line was given, the second left for later."""
    first, second = uids(shop)
    return send(tablet, shop, line=[first], partial="yes", **{f"rest-{second}": "later"}, **fields)


def test_a_part_that_was_given_has_its_receipt_and_is_undone_from_the_sheet(tablet, session, shop):
    page = part(tablet, shop)

    assert page.soup.select_one("#given .receipt svg")
    assert page.soup.find("a", href=f"{sheet(shop)}/reverse")
    page = undo(tablet, shop)
    session.refresh(shop.order)
    assert shop.order.state == "handover_reversed"
    assert page.soup.find(id="given") is None


def test_the_enter_key_hands_over(tablet, shop):
    page = tablet.get(sheet(shop))

    first = page.soup.find("button", {"form": "hand", "type": "submit"})
    assert first.text == "Remettre" and not first.has_attr("name")


def test_going_back_to_the_lines_keeps_all_that_was_noted(tablet, session, shop, delegate):
    change(session, shop, paid=False)
    first, second = uids(shop)
    noted = {"till_ticket": "A-1", "signature": DRAWN, "who": "delegate"}
    fields = {"line": [first], "partial": "yes", "delegate_code": delegate.code, **noted}

    page = send(tablet, shop, check="code", back="yes", **fields)

    assert page.status == 200
    assert page.soup.find("input", {"name": f"rest-{second}"}) is None
    assert page.soup.find("input", {"name": "line", "value": first}).has_attr("checked")
    assert page.soup.find("input", {"name": "who", "value": "delegate"}).has_attr("checked")
    form = page.form(f"{sheet(shop)}/hand-over")
    for name in ("till_ticket", "signature", "delegate_code"):
        assert form[name] == fields[name]
    assert "partial" not in form
    assert events(session, "collected") == []


def test_an_order_that_is_over_asks_for_nothing(tablet, session, shop):
    first, second = uids(shop)
    form = tablet.get(sheet(shop)).form(f"{sheet(shop)}/hand-over") | {"check": "qr"}
    send(tablet, shop)

    late = {"line": [first], "partial": "yes", f"rest-{second}": "later"}
    page = tablet.post(f"{sheet(shop)}/hand-over", form | late)

    assert page.status == 409
    assert "ont déjà été remis" in plain(page)
    assert "Que devient" not in plain(page)
    assert page.soup.find("input", {"name": f"rest-{second}"}) is None


# --- what changes meanwhile -------------------------------------------------------------------


def news(tablet, page):
    """What the open sheet reads again."""
    return plain(tablet.block(page.soup.find(id="sheet-news")["hx-get"]))


def test_an_open_sheet_says_what_became_of_its_order(tablet, session, shop):
    page = tablet.get(sheet(shop))
    assert news(tablet, page) == ""

    send(tablet, shop)

    assert "par Inès. Voir où elle en est" in news(tablet, page)


def test_an_open_sheet_says_who_takes_care_of_the_customer(tablet, session, shop):
    page = tablet.get(sheet(shop))

    arrivals.check_in(session, shop.order, store=shop.lille, now=clock.now())
    session.commit()
    assert "Cette commande vient de changer." in news(tablet, page)

    arrivals.take(session, shop.order.uid, staff=shop.manager, now=clock.now())
    session.commit()
    assert "s'en occupe déjà." in news(tablet, page)


# --- paid in the shop, signed -----------------------------------------------------------------


def test_an_unpaid_order_asks_for_the_till_ticket(tablet, session, shop):
    change(session, shop, paid=False)

    refused = send(tablet, shop)
    page = send(tablet, shop, till_ticket="a-20417")

    assert "notez le ticket de caisse" in plain(refused)
    assert "Ticket de caisse A-20417" in plain(page)


def test_a_signature_is_kept_and_shown(tablet, session, shop):
    page = send(tablet, shop, signature=DRAWN)

    assert page.soup.find("path", {"d": DRAWN})
    assert session.scalars(select(Signature.strokes)).one() == DRAWN


# --- scanned ----------------------------------------------------------------------------------


def scan(tablet, shop, code):
    form = tablet.get(sheet(shop)).form(f"{sheet(shop)}/check")
    page = tablet.post(f"{sheet(shop)}/check", form | {"code": code})
    return page.soup.find(attrs={"data-checked": True})


def test_a_scanned_article_is_one_of_the_order_or_refused(tablet, session, shop):
    known = scan(tablet, shop, shop.cup.gtin)
    strange = scan(tablet, shop, "99999")

    assert known["data-checked"] == uids(shop)[0]
    assert "en trop" in known["data-again"]
    assert strange["data-checked"] == ""
    assert (strange["data-state"], strange["role"]) == ("refused", "alert")
    assert "n’est pas à remettre ici" in strange.text
    assert events(session, "collected") == []


def test_a_scanned_proof_is_noted(tablet, session, shop, delegate):
    assert scan(tablet, shop, shop.order.code)["data-check"] == "qr"
    assert scan(tablet, shop, shop.camille_card)["data-check"] == "card"
    assert scan(tablet, shop, delegate.code)["data-delegate"] == delegate.code
    assert scan(tablet, shop, "C-NOT-A-CARD")["data-state"] == "refused"


# --- undone -----------------------------------------------------------------------------------


def undo(tablet, shop, **fields):
    path = f"{sheet(shop)}/reverse"
    form = tablet.get(path).form(path)
    form |= {"who": shop.manager.uid, "pin": PIN, "reason": "wrong_customer"} | fields
    return tablet.post(path, form, follow=True)


def test_a_manager_undoes_a_handover_on_any_tablet(tablet, session, shop, given):
    assert "Annuler la remise" in plain(given)

    page = undo(tablet, shop)

    assert "Remettre la 482 915 à Camille R." in plain(page)
    assert events(session, "handover_reversed")[0].staff_id == shop.manager.id


def test_an_assistant_or_a_wrong_pin_undoes_nothing(tablet, session, shop, given):
    wrong = undo(tablet, shop, pin="0000")
    assistant = undo(tablet, shop, who=shop.ines.uid)
    silent = undo(tablet, shop, reason="")

    assert "Ce code n'est pas le bon" in plain(wrong)
    assert "Seul un responsable" in plain(assistant)
    assert "Dites pourquoi" in plain(silent)
    assert events(session, "handover_reversed") == []
    session.refresh(shop.manager)
    assert shop.manager.failed_pins == 1


def test_an_undo_that_stands_while_articles_come_back_says_why_it_is_refused(
    tablet, session, shop, given
):
    path = f"{sheet(shop)}/reverse"
    form = tablet.get(path).form(path)
    form |= {"who": shop.manager.uid, "pin": PIN, "reason": "wrong_customer"}
    back = [web_returns.Returned(sku="22699", quantity=1, reason="changed_mind")]
    web_returns.take_back(
        session, shop.order.uid, back, store=shop.lille, staff=shop.ines, now=clock.now()
    )
    session.commit()

    page = tablet.post(path, form, follow=True)

    assert page.status == 409
    assert "Des articles sont revenus depuis : la remise ne s'annule plus." in plain(page)
    assert "ont déjà été remis" not in plain(page)


def test_an_undo_that_a_colleague_was_quicker_with_says_so(tablet, session, shop, given):
    path = f"{sheet(shop)}/reverse"
    form = tablet.get(path).form(path)
    form |= {"who": shop.manager.uid, "pin": PIN, "reason": "wrong_customer"}
    undo(tablet, shop)

    page = tablet.post(path, form | {"key": "another-key-of-a-form"}, follow=True)

    assert "Cette remise a déjà été annulée, ou une autre l'a suivie." in plain(page)
    assert len(events(session, "handover_reversed")) == 1


# --- ends -------------------------------------------------------------------------------------


def test_one_touch_keeps_an_order_longer(tablet, session, shop):
    page = tablet.send(tablet.get(sheet(shop)), f"{sheet(shop)}/extend")

    session.refresh(shop.order)
    assert shop.order.extensions == 1
    assert page.status == 200


@pytest.fixture
def expired(session, shop):
    """The order of Camille, which she did not fetch."""
    change(session, shop, pickup_by=clock.now().date().replace(year=2020))
    pickup_ends.end_no_show(session, shop.order.uid, terms=pickup_ends.Terms(), now=clock.now())
    session.commit()
    return shop.order


def test_what_another_shop_sent_for_nobody_is_in_stock_by_a_tap(tablet, session, shop):
    asked, had = sent_for_nobody(session, shop), level(session, shop).on_hand
    session.commit()
    assert "À ranger 2" in plain(tablet.get("/tablet/pickups"))  # the other article lay ready

    listed = tablet.get("/tablet/shelf-returns")
    assert "Parti de Roubaix" in listed.text and "ne l'attend plus" in plain(listed)
    page = tablet.send(listed, f"/tablet/transfers/{asked}")

    assert "C'est en stock : à remettre en rayon." in plain(page)
    assert "Parti de Roubaix" not in page.text and "Annulée" in page.text
    assert level(session, shop).on_hand == had + 1


def level(session, shop):
    place = (shop.lille.id, shop.cup.id)
    return session.get_one(StockLevel, place, populate_existing=True)


def sent_for_nobody(session, shop):
    """Ask Roubaix for a cup that Camille then gives up; return the uid of what it was asked by."""
    order, moment = shop.order, clock.now()
    order.state, order.lines[0].state = "accepted", "to_pick"
    session.flush()
    line = order.lines[0]
    lacks = Happened(type="short", occurred_at=moment, reason="not_found", staff=shop.ines)
    pickup_steps.happen(session, order, lacks, lines=[line], now=moment)
    question = proposals.propose(session, order.uid, line.uid, staff=shop.ines, now=moment)
    question.offered = question.offered | {"stores": ["RBX"]}
    session.flush()
    proposals.answer(session, order.uid, question.uid, "transfer:RBX", now=moment)
    asked = session.scalars(select(Order).where(Order.channel == "transfer")).one()
    for kind in ("ready", "collected"):
        told = Happened(type=kind, occurred_at=moment)
        pickup_steps.happen(session, asked, told, now=moment, is_hearsay=True)
    over = Happened(type="cancelled", occurred_at=moment, by="customer")
    pickup_steps.happen(session, order, over, now=moment)
    return asked.uid


def test_what_nobody_fetched_is_put_away_in_two_touches(tablet, session, shop, expired):
    board = tablet.get("/tablet/pickups")
    assert "À ranger 1" in plain(board)

    listed = tablet.get("/tablet/shelf-returns")
    assert "B-04" in listed.text and "Pas retirée" in listed.text
    (task,) = shelf_returns.list_open(session, shop.lille.id)
    session.commit()
    page = tablet.send(listed, f"/tablet/shelf-returns/{task.uid}")

    assert "Rien à ranger" in page.text
    assert "B-04 est libre." in plain(page)


def test_an_expired_order_is_opened_again(tablet, session, shop, expired):
    page = tablet.send(tablet.get(sheet(shop)), f"{sheet(shop)}/reopen")

    assert "Remettre la 482 915" in plain(page)
    session.refresh(shop.order)
    assert shop.order.state == "ready"


# --- come back --------------------------------------------------------------------------------


def take_back(tablet, shop, **fields):
    path = f"/tablet/returns/{shop.order.uid}"
    return tablet.post(path, tablet.get(path).form(path) | fields, follow=True)


def test_an_order_is_found_by_its_number_to_take_something_back(tablet, shop, given):
    page = tablet.get("/tablet/returns?q=482915", status=303)
    assert page.answer.location.endswith(shop.order.uid)

    assert "Aucune commande" in tablet.get("/tablet/returns?q=000000").text
    assert "Scannez le reçu" in tablet.get("/tablet/returns").text
    assert "Scannez le reçu" in tablet.block("/tablet/returns").text


def test_the_receipt_is_scanned_to_take_something_back(tablet, shop, given):
    asked = tablet.get("/tablet/returns").soup.find("form", {"data-scan-form": True})
    form = {one["name"]: one.get("value", "") for one in asked.find_all("input")}
    receipt = f"http://localhost/P/R/RECEIPT/{shop.order.code}"

    page = tablet.post("/tablet/returns", form | {"code": receipt}, follow=True)
    strange = tablet.post("/tablet/returns", form | {"code": shop.camille_card})

    assert "Reprendre ces articles" in page.text
    assert strange.status == 422
    assert "n'est pas celui d'une commande" in plain(strange)


def test_an_article_comes_back_with_its_reason_and_state(tablet, session, shop, given):
    fields = {"units-22699": "1", "reason-22699": "not_suitable", "condition-22699": "resell"}
    session.get_one(Variant, shop.cup.id).colour = "bleu ciel"
    session.commit()
    before = plain(tablet.get(f"/tablet/returns/{shop.order.uid}"))
    assert "bleu ciel · " in before and "sera prévenue" in before

    page = take_back(tablet, shop, **fields)

    assert "C'est repris" in plain(page)
    assert "la boutique en ligne est prévenue" in plain(page)
    assert "Roses », bleu ciel · Ne convient pas · À revendre" in plain(page)
    assert len(events(session, "returned")) == 1


def test_a_return_says_that_the_online_shop_is_told_once_it_is(tablet, app, session, shop, given):
    settings = app.config["COMPTOIR"]
    cut = replace(settings, sync=replace(settings.sync, hub_url="https://hub.example"))
    app.config["COMPTOIR"] = cut
    fields = {"units-22699": "1", "reason-22699": "not_suitable", "condition-22699": "resell"}

    waiting = plain(take_back(tablet, shop, **fields))
    for message in session.scalars(select(OutboxMessage)):
        outbox.mark_delivered(session, message.uid, now=clock.now())
    session.commit()
    told = plain(tablet.get(f"/tablet/returns/{shop.order.uid}?done=yes"))

    assert "le système central sera prévenu." in waiting
    assert "la boutique en ligne sera prévenue" in waiting
    assert "Le stock et le système central sont prévenus." in told
    assert "la boutique en ligne est prévenue" in told


def test_what_came_back_in_another_shop_is_said_and_not_taken_again(tablet, session, shop, given):
    line = {"sku": "22699", "quantity": 1, "reason": "other", "condition": "resell"}
    back = ReturnRecord(uid="elsewhere", store="RBX", at=clock.now(), lines=(line,))
    web_returns.learn(session, shop.order, [back], now=clock.now())
    session.commit()

    page = plain(tablet.get(f"/tablet/returns/{shop.order.uid}"))

    assert "Autre raison · À revendre · Roubaix, le" in page
    assert "Déjà rendu" in page


def test_a_return_that_the_hub_has_set_aside_is_said_where_the_order_is(
    tablet, session, shop, given
):
    fields = {"units-22699": "1", "reason-22699": "not_suitable", "condition-22699": "resell"}
    take_back(tablet, shop, **fields)
    reason = "409 These units have come back before: reason: returned in Lyon at 2026-11-21T13:32Z"
    mine = OutboxMessage.subject == f"order:{shop.order.uid}"
    session.execute(
        update(OutboxMessage)
        .where(mine, OutboxMessage.kind == "order_event")
        .values(state="set_aside", last_error=reason)
    )
    session.commit()

    said = "Déjà reprise à Lyon le samedi 21 novembre à 14 h 32, à voir avec le siège."
    assert said in plain(tablet.get(f"/tablet/returns/{shop.order.uid}"))
    assert said in plain(tablet.get(sheet(shop)))
    waiting = plain(tablet.get("/tablet/sync"))
    assert said in waiting and "Retour d'une commande" in waiting


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Aucun article n'est indiqué."),
        ({"units-22699": "1"}, "Dites pourquoi"),
        ({"units-22699": "9", "reason-22699": "other"}, "peut encore revenir"),
        ({"units-22699": "x"}, "peut encore revenir"),
    ],
)
def test_a_return_that_cannot_be_is_said(tablet, session, shop, given, fields, said):
    page = take_back(tablet, shop, **fields)

    assert page.status == 422
    assert said in plain(page)
    assert events(session, "returned") == []


def test_the_receipt_opens_on_the_customers_phone(app, session, shop, given):
    phone = PageClient(app)

    page = phone.get(f"/p/r/receipt/{shop.order.code}")

    assert "Reçu de la commande" in page.text
    assert "2 articles remis" in plain(page)
    assert handovers.find_last(session, shop.order).event.type == "collected"
    assert phone.get(f"/P/R/RECEIPT/{shop.order.code}", status=302)


def test_there_is_no_receipt_of_what_was_not_handed_over(app, shop):
    PageClient(app).get(f"/p/r/receipt/{shop.order.code}", status=404)


def test_the_pages_speak_english(tablet, session, shop, given):
    csrf = given.soup.find("input", {"name": "csrf_token"})["value"]
    tablet.post("/language", {"csrf_token": csrf, "language": "en", "next": "/"})

    assert "Undo the handover" in tablet.get(sheet(shop)).text
    assert "Return of order" in tablet.get(f"/tablet/returns/{shop.order.uid}").text
    assert "Back to the shelf" in tablet.get("/tablet/shelf-returns").text


# --- what lacks -------------------------------------------------------------------------------


def missed(tablet, shop):
    """Return the sheet after the second article was nowhere to be found."""
    first, second = uids(shop)
    fields = {"line": [first], "partial": "yes", f"rest-{second}": "missing"}
    return tablet.post(f"{sheet(shop)}/hand-over", form_of(tablet, shop) | fields, follow=True)


def form_of(tablet, shop):
    return tablet.get(sheet(shop)).form(f"{sheet(shop)}/hand-over") | {"check": "qr"}


def settle(tablet, shop, page, act, uid):
    form = page.form(f"{sheet(shop)}/lines/{uid}")
    return tablet.post(f"{sheet(shop)}/lines/{uid}", form | {"act": act}, follow=True)


def test_what_is_missing_is_asked_about_on_the_sheet_and_answered_there(tablet, session, shop):
    uid = uids(shop)[1]
    page = missed(tablet, shop)
    offered = [one["value"] for one in page.soup.find_all("button", {"name": "act"})]
    assert "answer:refund" in offered and "found" in offered
    assert "Annuler cet article" in plain(page)

    settle(tablet, shop, page, "answer:refund", uid)

    found = session.get_one(Order, shop.order.id, populate_existing=True)
    assert found.state == "collected"


def test_what_turns_up_at_the_counter_can_be_given_after_all(tablet, session, shop):
    page = settle(tablet, shop, missed(tablet, shop), "found", uids(shop)[1])

    assert len(page.soup.find_all("input", {"name": "line"})) == 1


def test_a_line_is_settled_in_known_ways_only(tablet, shop):
    page = settle(tablet, shop, missed(tablet, shop), "steal", uids(shop)[1])

    assert page.status == 422
