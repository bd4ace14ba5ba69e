"""Preparing on the tablet: a round is scanned, what lacks is settled, baskets are laid down."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update

from store import pickups, proposals, staging, waves
from store.models import (
    CustomerMessage,
    Order,
    OrderLine,
    Proposal,
    StockLevel,
    Store,
    Wave,
    new_uid,
)
from store.records import OrderLineRecord
from tests.conftest import NOW
from tests.page_client import PageClient
from tests.test_pickups import record

QUEUE = "/tablet/preparing"


def plain(text):
    return " ".join(text.replace("’", "'").split())


@pytest.fixture
def order(session, shop):
    """Two cups and a cake stand to prepare; the cups stand in aisle A2."""
    made = pickups.upsert(session, record(), now=NOW)
    session.get_one(StockLevel, (shop.lille.id, shop.cup.id)).aisle = "A2"
    staging.add(session, shop.lille, "C-01", size="medium", capacity=2)
    session.commit()
    return made.uid


@pytest.fixture
def round_of(session, shop, order):
    """A round with that order in its first basket."""
    wave = waves.start(session, shop.lille, order_uids=[order], staff=shop.ines, now=NOW)
    session.commit()
    return f"{QUEUE}/{wave.uid}"


def scan(tablet, page, gtin):
    return tablet.send(page, f"{page.path}/scan", code=gtin)


def line(session, sku):
    query = select(OrderLine).join(Order).where(Order.number == "500001", OrderLine.sku == sku)
    found = session.scalars(query.execution_options(populate_existing=True)).all()
    session.commit()
    return found


def state(session):
    found = session.scalar(select(Order.state).where(Order.number == "500001"))
    session.commit()
    return found


def at_line(session, path, order, sku):
    return f"{path}/lines/{order}/{line(session, sku)[0].uid}"


def tell_that_it_lacks(tablet, session, path, order):
    """Tell on the sheet of a line that it is damaged; return its address and its page."""
    at = at_line(session, path, order, "22699")
    fields = {"act": "short", "missing": "2", "reason": "damaged"}
    return at, tablet.post(at, tablet.get(at).form(at) | fields, follow=True)


def test_the_queue_ticks_what_is_to_be_prepared(tablet, order):
    page = tablet.get(QUEUE)

    assert ticked(page) == [order]
    assert "3 articles" in plain(page.text)


def ticked(page):
    return [box["value"] for box in page.soup.find_all("input", {"name": "order", "checked": True})]


def test_a_queue_that_is_re_read_keeps_what_is_ticked(tablet, session, order):
    other = pickups.upsert(session, record(number="500002", external_id="W-2"), now=NOW).uid
    session.commit()
    queue = tablet.get(QUEUE).soup.find(id="queue")
    assert queue["hx-include"] == "#queue [name=order], #queue [name=chosen]"

    assert ticked(tablet.block(f"{QUEUE}?chosen=yes&order={other}")) == [other]
    assert ticked(tablet.block(f"{QUEUE}?chosen=yes")) == []
    form = tablet.get(QUEUE).form(QUEUE)
    assert ticked(tablet.post(QUEUE, form | {"order": []})) == []


def test_a_round_is_started_and_walked_by_aisle(tablet, session, order):
    page = tablet.post(QUEUE, tablet.get(QUEUE).form(QUEUE) | {"order": [order]}, follow=True)

    aisles = [one.get_text() for one in page.soup.select(".take__a")]
    assert aisles == ["A2", "–"]
    assert state(session) == "accepted"


def test_a_round_of_nothing_is_refused(tablet, order):
    page = tablet.post(QUEUE, tablet.get(QUEUE).form(QUEUE) | {"order": []}, follow=True)

    assert page.status == 422
    assert "Aucune commande n'est cochée." in plain(page.text)


def test_scans_are_counted_into_their_basket(tablet, session, shop, round_of):
    scan_form = tablet.get(round_of).form(f"{round_of}/scan")
    fields = scan_form | {"code": shop.cup.gtin}
    page = tablet.post(f"{round_of}/scan", fields, follow=True)

    assert line(session, "22699")[0].checked == 1
    assert "1/2" in page.text


def test_nothing_typed_is_no_wrong_article(tablet, round_of):
    page = tablet.send(tablet.get(round_of), f"{round_of}/scan", code="")

    assert "Aucun code reçu" in page.text
    assert page.soup.find(class_="scan-typed").has_attr("novalidate")


def test_a_wrong_article_and_one_too_many_are_told_aloud(tablet, session, shop, round_of):
    form = tablet.get(round_of).form(f"{round_of}/scan")
    wrong = tablet.post(f"{round_of}/scan", form | {"code": "02000000999992"})

    assert wrong.status == 422
    said = wrong.soup.find(attrs={"data-aloud": True})
    assert said["data-refused"] == "yes"
    assert "Cet article n'est dans aucun bac." in plain(said.get_text())

    for _unit in range(2):
        form = tablet.get(round_of).form(f"{round_of}/scan")
        last = tablet.post(f"{round_of}/scan", form | {"code": shop.cake_stand.gtin})
    assert "C'est un de trop." in plain(last.text)


def test_the_viewfinder_says_what_is_refused_and_nothing_of_what_counts(tablet, shop, round_of):
    htmx = {"HX-Request": "true", "HX-Request-Type": "partial"}
    tips = []
    for _unit in range(2):
        form = tablet.get(round_of).form(f"{round_of}/scan") | {"code": shop.cake_stand.gtin}
        told = tablet.client.post(f"{round_of}/scan", data=form, headers=htmx).text
        tips.append(BeautifulSoup(told, "html.parser").find(id="scan-answer"))

    counted, refused = tips
    assert counted is None
    assert refused["hx-swap-oob"] == "innerHTML"
    assert plain(refused.get_text()).strip() == "C'est un de trop."


def test_the_headline_follows_each_scan_and_each_change(tablet, shop, round_of):
    assert "0 sur 3 articles" in tablet.get(round_of).soup.find(id="wave-lead").get_text()

    form = tablet.get(round_of).form(f"{round_of}/scan") | {"code": shop.cup.gtin}
    htmx = {"HX-Request": "true", "HX-Request-Type": "partial"}
    scanned = tablet.client.post(f"{round_of}/scan", data=form, headers=htmx).text
    followed = tablet.block(round_of).soup

    for answer in (BeautifulSoup(scanned, "html.parser"), followed):
        head = answer.find(id="wave-head")
        assert head["hx-swap-oob"]
        assert "1 sur 3 articles" in plain(head.get_text())


def test_what_a_colleague_made_ready_is_asked_for_no_more(tablet, session, shop, order, round_of):
    pickups.prepare(session, order, staff=shop.manager, place="B-04", now=NOW)
    session.commit()
    page = tablet.get(round_of)

    assert page.soup.h1.get_text() == "Tournée terminée"
    assert "Déjà prête, par Malik" in plain(page.text)
    assert "B-04" in page.text
    assert not page.soup.select("a.part")

    form = tablet.get(round_of).form(f"{round_of}/scan") | {"code": shop.cup.gtin}
    refused = tablet.post(f"{round_of}/scan", form)
    assert "Cet article n'est dans aucun bac." in plain(refused.text)


def test_what_the_web_cancelled_leaves_its_basket(tablet, session, shop, order, round_of):
    form = tablet.get(round_of).form(f"{round_of}/scan") | {"code": shop.cup.gtin}
    tablet.post(f"{round_of}/scan", form)
    pickups.upsert(session, record(state="cancelled"), now=NOW)
    session.commit()
    page = tablet.get(round_of)
    assert "remettez ses articles en rayon" in plain(page.text)

    path = f"{round_of}/baskets/{order}/empty"
    queue = tablet.post(path, page.form(path), follow=True)
    assert "Rien à préparer" in queue.text
    assert tablet.get(round_of).soup.h1.get_text() == "Tournée terminée"


def test_the_same_scan_twice_is_one_unit(tablet, session, shop, round_of):
    form = tablet.get(round_of).form(f"{round_of}/scan") | {"code": shop.cup.gtin}

    for _again in range(2):
        tablet.post(f"{round_of}/scan", form)

    assert line(session, "22699")[0].checked == 1


def test_what_lacks_is_told_and_the_customer_asked(tablet, session, shop, order, round_of):
    path = at_line(session, round_of, order, "22699")
    fields = {"act": "short", "missing": "2", "reason": "not_found"}
    page = tablet.post(path, tablet.get(path).form(path) | fields, follow=True)

    assert "La question attend d'être envoyée. Vous pouvez répondre" in plain(page.text)
    choices = {one["value"] for one in page.soup.find_all("button", {"name": "act"})}
    assert choices >= {"answer:rest", "answer:refund"}
    assert state(session) == "problem"
    message = session.scalars(select(CustomerMessage)).one()
    message.state = "sent"
    session.commit()
    assert "La question est partie chez le client." in plain(tablet.get(path).text)


@pytest.mark.parametrize("is_paid", [True, False])
def test_only_what_was_paid_is_said_to_be_given_back(
    tablet, session, shop, order, round_of, is_paid
):
    path = at_line(session, round_of, order, "22699")
    fields = {"act": "short", "missing": "2", "reason": "not_found"}
    tablet.post(path, tablet.get(path).form(path) | fields, follow=True)
    session.execute(update(Order).values(paid=is_paid))
    session.commit()

    (cancel,) = tablet.get(path).soup.select('[value="answer:refund"]')

    assert ("Le site rembourse" in cancel.text) == is_paid
    assert ("Rien n'était payé" in plain(cancel.text)) != is_paid


def test_a_substitute_without_a_price_is_not_said_to_cost_nothing(
    tablet, session, shop, order, round_of
):
    path = at_line(session, round_of, order, "22699")
    fields = {"act": "short", "missing": "2", "reason": "not_found"}
    tablet.post(path, tablet.get(path).form(path) | fields, follow=True)
    offer = {"for": "22699", "sku": "22423", "label": "Présentoir", "price_minor": 0}
    session.scalars(select(Proposal)).one().offered = {"substitutes": [offer], "stores": []}
    session.commit()

    (shown,) = tablet.get(path).soup.select('[value="answer:substitute:22423"]')

    assert "Présentoir" in shown.text
    assert "0,00" not in shown.text


def test_staff_answers_for_the_customer(tablet, session, shop, order, round_of):
    path, page = tell_that_it_lacks(tablet, session, round_of, order)

    form = page.form(path) | {"act": "answer:rest"}
    tablet.post(path, form, follow=True)

    assert [one.state for one in line(session, "22699")] == ["cancelled"]


def test_an_open_sheet_says_that_the_customer_has_answered_meanwhile(
    tablet, session, order, round_of
):
    path, page = tell_that_it_lacks(tablet, session, round_of, order)
    news = page.soup.find(id="sheet-news")["hx-get"]
    assert plain(tablet.block(news).text) == ""

    asked = session.scalars(select(Proposal)).one()
    proposals.answer(session, order, asked.uid, "rest", is_ours=True, now=NOW)
    session.commit()

    told = tablet.block(news)
    assert "Cet article vient de changer. Voir où il en est" in plain(told.text)
    assert told.soup.a["href"] == path


def test_a_sheet_of_a_line_that_was_substituted_meanwhile_leads_back_to_the_walk(
    tablet, session, order, round_of
):
    path, page = tell_that_it_lacks(tablet, session, round_of, order)
    news = page.soup.find(id="sheet-news")["hx-get"]
    line(session, "22699")[0].uid = new_uid()  # as a substitute has
    session.commit()

    refused = tablet.post(path, page.form(path) | {"act": "found"})
    gone = tablet.get(path, status=410)

    assert "Cet article vient de changer." in plain(gone.text)
    assert refused.status == 409
    assert "Cet article vient de changer. Rien n'a été noté." in plain(refused.text)
    assert refused.soup.find(id="wave") is not None and refused.soup.find("dialog") is None
    told = tablet.block(news)
    assert "Cet article vient de changer." in plain(told.text)
    assert told.soup.a["href"] == round_of


def test_a_number_that_cannot_lack_is_refused(tablet, session, order, round_of):
    path = at_line(session, round_of, order, "22699")

    for missing in ("0", "3", "", "²"):
        fields = {"act": "short", "missing": missing, "reason": "not_found"}
        page = tablet.post(path, tablet.get(path).form(path) | fields)
        assert page.status == 422
        assert page.soup.find(class_="field__error") is not None


@pytest.mark.parametrize(("ordered", "kind"), [(8, "radio"), (30, "number")])
def test_as_many_can_lack_as_were_ordered(tablet, session, shop, ordered, kind):
    lines = (OrderLineRecord(sku="22699", quantity=ordered, unit_price_minor=295),)
    order = pickups.upsert(session, record(lines=lines), now=NOW).uid
    wave = waves.start(session, shop.lille, order_uids=[order], staff=shop.ines, now=NOW)
    path = at_line(session, f"{QUEUE}/{wave.uid}", order, "22699")

    page = tablet.get(path)
    fields = page.soup.find_all("input", {"name": "missing"})
    assert {field["type"] for field in fields} == {kind}
    assert fields[-1].get("max", fields[-1]["value"]) == str(ordered)

    fields = {"act": "short", "missing": str(ordered), "reason": "not_found"}
    assert tablet.post(path, page.form(path) | fields, follow=True).status == 200
    assert [one.state for one in line(session, "22699")] == ["substitute_proposed"]


def test_a_place_that_is_refused_stays_as_it_was_typed(tablet, session, order, round_of):
    for sku in ("22699", "22423"):
        path = at_line(session, round_of, order, sku)
        tablet.post(path, tablet.get(path).form(path) | {"act": "pick"})
    path = f"{round_of}/baskets/{order}"
    page = tablet.get(round_of)
    assert page.form(path)["place"] == "C-01"

    refused = tablet.post(path, page.form(path) | {"place": "nowhere"})

    assert refused.status == 422
    assert refused.form(path)["place"] == "nowhere"
    assert refused.soup.find("input", {"name": "place"}).has_attr("hx-morph-skip")


def test_a_line_is_taken_by_hand_and_put_back(tablet, session, order, round_of):
    path = at_line(session, round_of, order, "22423")
    tablet.post(path, tablet.get(path).form(path) | {"act": "pick"}, follow=True)
    assert line(session, "22423")[0].state == "picked"

    tablet.post(path, tablet.get(path).form(path) | {"act": "put_back"}, follow=True)
    assert line(session, "22423")[0].state == "to_pick"


def test_a_whole_basket_is_laid_down_by_scanning_its_place(tablet, session, order, round_of):
    for sku in ("22699", "22423"):
        path = at_line(session, round_of, order, sku)
        tablet.post(path, tablet.get(path).form(path) | {"act": "pick"})

    page = tablet.get(round_of)
    assert page.soup.find("input", {"name": "place"})["value"] == "C-01"
    tablet.post(f"{round_of}/scan", page.form(f"{round_of}/scan") | {"code": "c-01"}, follow=True)

    assert state(session) == "ready"


def test_a_place_without_a_whole_basket_is_refused(tablet, session, round_of):
    form = tablet.get(round_of).form(f"{round_of}/scan")
    page = tablet.post(f"{round_of}/scan", form | {"code": "C-01"})

    assert page.status == 422
    assert "Aucun bac n'est complet." in plain(page.text)


def test_an_unknown_place_is_refused(tablet, session, order, round_of):
    for sku in ("22699", "22423"):
        path = at_line(session, round_of, order, sku)
        tablet.post(path, tablet.get(path).form(path) | {"act": "pick"})
    path = f"{round_of}/baskets/{order}"
    page = tablet.post(path, tablet.get(round_of).form(path) | {"place": "Z-99"})

    assert page.status == 422
    assert "Ce casier n'existe pas." in plain(page.text)


def test_a_round_is_stopped_and_taken_over(tablet, app, session, shop, round_of):
    colleague = PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)
    colleague.send(colleague.get(round_of), f"{round_of}/take-over")
    wave = session.scalars(select(Wave).execution_options(populate_existing=True)).one()
    assert wave.staff_id == shop.manager.id
    session.commit()

    colleague.send(colleague.get(round_of), f"{round_of}/end")
    assert "En attente" in colleague.get(QUEUE).text


def test_nobody_walks_the_round_of_another_shop(tablet, session, shop, order):
    wave = Wave(store_id=shop.roubaix.id, started_at=NOW)
    session.add(wave)
    session.commit()

    tablet.get(f"{QUEUE}/{wave.uid}", status=404)


# --- the manager's page -----------------------------------------------------------------------

PROMISES = "/tablet/promises"


@pytest.fixture
def manager(app, shop):
    return PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)


def change(manager, **fields):
    return manager.post(PROMISES, manager.get(PROMISES).form(PROMISES) | fields, follow=True)


def store_of(session, shop):
    found = session.get_one(Store, shop.lille.id, populate_existing=True)
    session.commit()
    return found


def test_a_manager_limits_and_pauses_what_is_promised(manager, session, shop):
    change(manager, act="limit", per_hour="4", lead_minutes="60")
    page = change(manager, act="pause", lasts="1h")

    store = store_of(session, shop)
    assert (store.pickups_per_hour, store.lead_minutes) == (4, 60)
    assert store.pickups_paused_until is not None
    assert "Rien n'est promis avant" in plain(page.text)

    change(manager, act="resume")
    assert store_of(session, shop).pickups_paused_until is None


def test_who_prepares_reads_that_nothing_new_is_promised(manager, tablet):
    change(manager, act="pause", lasts="1h")
    assert "Rien n'est promis avant aujourd'hui à" in plain(tablet.get(QUEUE).text)

    change(manager, act="resume")
    assert "Rien n'est promis" not in plain(tablet.get(QUEUE).text)


def test_a_manager_closes_a_day_and_takes_it_back(manager, session, shop):
    change(manager, act="day", day="2099-12-24", opens="09:00", closes="17:00")
    change(manager, act="day", day="2099-12-25", closed="yes")
    days = {"2099-12-24": [["09:00", "17:00"]], "2099-12-25": []}
    assert store_of(session, shop).special_hours == days

    change(manager, act="usual", day="2099-12-25")
    assert list(store_of(session, shop).special_hours) == ["2099-12-24"]


def test_who_could_come_on_a_closed_day_has_a_day_more(manager, session, shop):
    """Thursday the 24th of December is closed, on the 25th the shop opens as usual."""
    order = pickups.upsert(session, record(pickup_by=date(2026, 12, 24)), now=NOW)
    pickups.prepare(session, order.uid, staff=shop.ines, place="C-03", now=NOW)
    session.commit()

    change(manager, act="day", day="2026-12-24", closed="yes")

    session.refresh(order)
    assert (order.state, order.pickup_by) == ("ready", date(2026, 12, 25))
    session.commit()
    change(manager, act="day", day="2026-12-25", closed="yes")
    session.refresh(order)
    assert order.pickup_by == date(2026, 12, 26)


def test_a_manager_lists_the_staging_places(manager, session, shop):
    page = change(manager, act="place", name="b-07", size="large", capacity="3")
    uid = page.soup.find("input", {"name": "uid"})["value"]
    assert "B-07" in page.text

    assert "B-07" not in change(manager, act="close_place", uid=uid).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"act": "limit", "per_hour": "0", "lead_minutes": "60"}, "De 1 à 1 000 commandes"),
        ({"act": "limit", "per_hour": "", "lead_minutes": "soon"}, "une semaine"),
        ({"act": "day", "day": "2020-01-01", "closed": "yes"}, "un jour à venir"),
        ({"act": "day", "day": "2099-01-01", "opens": "", "closes": "17:00"}, "par exemple 09:00"),
        ({"act": "place", "name": "", "size": "small", "capacity": "1"}, "par exemple B-04"),
        ({"act": "place", "name": "A", "size": "small", "capacity": "0"}, "De 1 à 99"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_changes(manager, fields, said):
    page = change(manager, **fields)

    assert page.status == 422
    assert said in plain(page.text)


def test_assistants_do_not_change_what_is_promised(tablet):
    tablet.get(PROMISES, status=403)


def test_a_manager_prints_the_labels_of_the_places(manager, tablet):
    path = f"{PROMISES}/places.pdf"
    manager.get(path, status=404)
    for name in ("b-10", "B-04"):
        page = change(manager, act="place", name=name, size="small", capacity="1")
    assert page.soup.find("a", href=path)

    answer = manager.client.get(path)

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    tablet.get(path, status=403)
