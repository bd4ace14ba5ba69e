"""The account of a visit: written once, told once, whoever is quicker."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import outbox, products, search_index
from store.models import Note, OutboxMessage, Visit
from store.web.clock import now as present
from tests.shop import cushions

SCAN = "/tablet/scan"


@pytest.fixture
def visit(tablet, shop) -> str:
    """The path of Camille's visit, opened by her card."""
    page = tablet.get(SCAN)
    card = tablet.post(SCAN, page.form(SCAN) | {"code": shop.camille_card}).answer.location
    link = tablet.get(card).soup.find("a", href=re.compile("^/tablet/visits/"))
    return link["href"]


def only(session: Session) -> Visit:
    session.expire_all()
    return session.scalars(select(Visit)).one()


def outbox_rows(session: Session) -> list[OutboxMessage]:
    session.expire_all()
    return list(session.scalars(select(OutboxMessage)))


def test_visit_is_closed_in_four_touches_after_the_card(tablet, visit, session: Session):
    page = tablet.get(visit)  # the first: "Terminer la visite"

    closed = tablet.send(page, visit, outcome="bought")  # the outcome, then "Enregistrer"

    assert "Visite de Camille R. enregistrée." in closed.text
    assert only(session).outcome == "bought"
    assert only(session).ended_at is not None


def test_every_answer_is_recorded_and_told_once(tablet, visit, shop, session: Session):
    fields = tablet.get(visit).form(visit) | {
        "reason": "gift",
        "outcome": "not_found",
        "why": "left_size",
        "next_step": "call_back",
        "note": "Cherche la taille 38.",
    }

    first, second = tablet.post(visit, fields), tablet.post(visit, fields)

    assert first.answer.location == second.answer.location
    recorded = only(session)
    assert (recorded.reason, recorded.outcome, recorded.next_step) == (
        "gift",
        "left_size",
        "call_back",
    )
    (told,) = outbox_rows(session)
    assert (told.uid, told.subject) == (recorded.uid, f"customer:{shop.camille.uid}")
    assert told.payload["outcome"] == "left_size"
    assert session.scalars(select(Note)).one().text == "Cherche la taille 38."


def test_recorded_visit_closes_the_file(tablet, visit, shop):
    tablet.send(tablet.get(visit), visit, outcome="bought")

    tablet.get(f"/tablet/customers/{shop.camille.uid}", status=303)


def test_visit_without_an_outcome_asks_for_it_and_keeps_what_was_typed(
    tablet, visit, session: Session
):
    fields = tablet.get(visit).form(visit) | {"note": "Revient samedi.", "reason": "browse"}

    asked = tablet.post(visit, fields)

    assert asked.status == 422
    assert "Dites comment la visite s’est terminée." in asked.text
    kept = asked.form(visit)
    assert (kept["note"], kept["reason"]) == ("Revient samedi.", "browse")
    assert only(session).ended_at is None
    assert outbox_rows(session) == []


def test_note_that_is_too_long_is_refused_in_words(tablet, visit, session: Session):
    fields = tablet.get(visit).form(visit) | {"note": "x" * 281, "outcome": "bought"}

    asked = tablet.post(visit, fields)

    assert asked.status == 422
    assert "La note dépasse 280 caractères." in asked.text
    assert only(session).ended_at is None


def test_delicate_word_of_a_note_is_flagged_then_taken(tablet, visit, session: Session):
    fields = tablet.get(visit).form(visit) | {"note": "Semble malade", "outcome": "thinking"}

    asked = tablet.post(visit, fields)
    taken = tablet.post(visit, fields | {"confirmed": "yes"})

    assert asked.status == 422
    assert "« malade »" in asked.text
    assert taken.status == 303
    assert only(session).note == "Semble malade"


def test_later_keeps_the_account_as_a_draft(tablet, visit, shop, session: Session):
    fields = tablet.get(visit).form(visit) | {"note": "À finir", "later": "yes"}

    answer = tablet.post(visit, fields)

    assert answer.answer.location == f"/tablet/customers/{shop.camille.uid}"
    page = tablet.get(visit)
    assert page.form(visit)["note"] == "À finir"
    assert "Brouillon enregistré à" in page.text
    assert only(session).ended_at is None
    assert outbox_rows(session) == []


def test_second_tablet_is_told_that_the_visit_is_recorded(tablet, visit, session: Session):
    first, second = tablet.get(visit).form(visit), tablet.get(visit).form(visit)
    tablet.post(visit, first | {"outcome": "bought"})

    late = tablet.post(visit, second | {"outcome": "thinking"})

    assert late.status == 409
    assert "Cette visite est déjà enregistrée." in late.text
    assert only(session).outcome == "bought"
    assert len(outbox_rows(session)) == 1


def test_recorded_visit_leads_back_to_the_scan(tablet, visit):
    tablet.send(tablet.get(visit), visit, outcome="bought")

    answer = tablet.get(visit, status=303)

    assert answer.answer.location.startswith(f"{SCAN}?closed=")


def test_anonymous_visit_is_told_without_a_customer(tablet, shop, session: Session):
    path = tablet.post("/tablet/visits", tablet.get(SCAN).form("/tablet/visits")).answer.location

    closed = tablet.send(tablet.get(path), path, outcome="left_price")

    assert "Visite enregistrée." in closed.text
    (told,) = outbox_rows(session)
    assert told.subject == f"visit:{only(session).uid}"
    assert told.payload["customer"] is None


# --- when the lock was quicker ----------------------------------------------------------------


def fall_asleep(tablet) -> None:
    with tablet.client.session_transaction() as kept:
        kept["seen_at"] -= 24 * 60 * 60


@pytest.mark.parametrize("more", [{"outcome": "bought"}, {"later": "yes"}])
def test_account_that_comes_after_the_lock_is_kept_and_the_tablet_locks(
    tablet, visit, session: Session, more
):
    fields = tablet.get(visit).form(visit) | {"note": "Revient samedi."} | more
    fall_asleep(tablet)

    answer = tablet.post(visit, fields)

    assert only(session).note == "Revient samedi."
    assert answer.answer.location == "/tablet/sign-in?kept=yes"
    assert tablet.get(SCAN, status=303).answer.location == "/tablet/sign-in"


def test_person_who_comes_back_after_a_late_account_sees_it_recorded(tablet, visit, shop):
    fields = tablet.get(visit).form(visit) | {"outcome": "bought"}
    fall_asleep(tablet)
    tablet.post(visit, fields)

    tablet.sign_in(shop.ines.uid)

    assert "enregistrée" in tablet.get(f"{SCAN}?closed={visit.rpartition('/')[2]}").text


def test_an_article_without_a_price_is_not_shown_to_cost_nothing(tablet, visit, shop, session):
    shop.cup.price_minor = 0
    session.commit()

    tablet.post(f"{visit}/products", tablet.get(visit).form(visit) | {"code": shop.cup.sku})

    page = tablet.get(visit)
    assert "Prix en caisse" in page.text and "0,00" not in page.text


def test_late_account_to_mend_is_shown_and_unlocks_nothing(tablet, visit, session: Session):
    fields = tablet.get(visit).form(visit) | {"note": "Revient samedi."}
    fall_asleep(tablet)

    asked = tablet.post(visit, fields)

    assert asked.form(visit)["note"] == "Revient samedi."
    assert tablet.get(SCAN, status=303).answer.location == "/tablet/sign-in"


def test_account_without_a_person_is_not_taken_for_kept(tablet, visit, session: Session):
    fields = tablet.get(visit).form(visit) | {"outcome": "bought"}
    with tablet.client.session_transaction() as kept:
        del kept["staff"]

    answer = tablet.post(visit, fields)

    assert answer.answer.location == "/tablet/sign-in"
    assert only(session).ended_at is None


# --- what became of it ------------------------------------------------------------------------


def test_store_on_its_own_keeps_its_visits(tablet, visit):
    closed = tablet.send(tablet.get(visit), visit, outcome="bought")

    assert "Gardée dans ce magasin." in closed.text


def test_words_follow_the_delivery(tablet, visit, session: Session, app, monkeypatch):
    settings = app.config["COMPTOIR"]
    sync = type(settings.sync)(**{**vars(settings.sync), "hub_url": "http://hub.invalid"})
    app.config["COMPTOIR"] = type(settings)(**{**vars(settings), "sync": sync})

    closed = tablet.send(tablet.get(visit), visit, outcome="bought")
    outbox.mark_delivered(session, only(session).uid, now=present())
    session.commit()
    block = tablet.block(f"{visit}/delivery")

    assert "Sera transmise au siège." in closed.text
    assert "Transmise au siège." in block.text


def test_delivery_of_an_open_or_foreign_visit_says_nothing(tablet, visit):
    assert "enregistrée" not in tablet.block(f"{visit}/delivery").text
    assert "enregistrée" not in tablet.block("/tablet/visits/nobody/delivery").text


# --- articles ---------------------------------------------------------------------------------


def test_scanned_article_joins_the_visit_once(tablet, visit, shop):
    products = f"{visit}/products"
    fields = tablet.get(products).form(products) | {"code": shop.cup.gtin}

    for _ in range(2):
        assert tablet.post(products, fields).answer.location == visit

    page = tablet.get(visit)
    assert page.text.count("Tasse et soucoupe") == 2  # its name, and what its choice is about
    assert page.form(visit)[f"shown-{shop.cup.sku}"] == "shown"


def test_article_is_found_by_its_name_and_added_by_a_touch(tablet, visit, session, shop):
    search_index.write(session, shop.cup.product)
    session.commit()
    products = f"{visit}/products"

    page = tablet.send(tablet.get(products), products, code="Tasse")

    assert page.status == 200
    assert page.soup.find(attrs={"data-scan": True}) is None  # the list has its room
    form = page.soup.find("button", value=shop.cup.sku).find_parent("form")
    assert form["action"] == products
    sent = {one["name"]: one["value"] for one in form.find_all("input")}
    added = tablet.post(products, sent | {"code": shop.cup.sku}, follow=True)
    assert shop.cup.product.name in added.text


def test_an_article_found_by_its_name_is_offered_with_its_colour(tablet, visit, session):
    _ivory, red = cushions(session, 4, 40)
    search_index.write(session, products.get_by_sku(session, red).product)
    session.commit()

    page = tablet.send(tablet.get(f"{visit}/products"), f"{visit}/products", code="Coussin")

    assert page.soup.find("button", value=red).b.get_text() == "Coussin, rouge"


def test_a_typed_bar_code_with_a_wrong_digit_is_no_name(tablet, visit, session, shop):
    wrong = "4006381333932"
    shop.cup.product.name = f"Lot {wrong}"
    search_index.write(session, shop.cup.product)
    session.commit()
    products = f"{visit}/products"

    page = tablet.send(tablet.get(products), products, code="4006 3813 33932")

    assert page.status == 422
    assert "Un caractère de ce code est faux" in page.text
    assert page.soup.find(id="scan-code")["value"] == "4006 3813 33932"
    assert page.soup.find("button", value=shop.cup.sku) is None


def test_a_scan_that_is_no_article_is_not_looked_for_as_a_name(tablet, visit):
    products = f"{visit}/products"
    fields = tablet.get(products).form(products) | {"code": "Tasse", "source": "wedge"}

    assert tablet.post(products, fields).status == 422


def test_article_scanned_on_the_account_comes_into_the_list(tablet, visit, shop, session: Session):
    products = f"{visit}/products"
    fields = tablet.get(visit).form(products) | {"code": shop.cake_stand.gtin}
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}

    answer = tablet.client.post(products, data=fields, headers=headers)

    assert answer.status_code == 200
    assert "Présentoir à gâteaux" in answer.text
    assert "<h1" not in answer.text
    assert [line.sku for line in only(session).lines] == [shop.cake_stand.sku]


def test_what_became_of_an_article_is_recorded(tablet, visit, shop, session: Session):
    products = f"{visit}/products"
    fields = tablet.get(products).form(products) | {"code": shop.cup.gtin}
    tablet.post(products, fields)

    tablet.send(tablet.get(visit), visit, outcome="bought", **{f"shown-{shop.cup.sku}": "wanted"})

    (told,) = outbox_rows(session)
    assert told.payload["products"] == [{"sku": shop.cup.sku, "kind": "wanted"}]


def test_card_is_no_article(tablet, visit, shop, session: Session):
    products = f"{visit}/products"
    fields = tablet.get(products).form(products) | {"code": shop.camille_card}

    refused = tablet.post(products, fields)

    assert refused.status == 422
    assert "Ce code n’est pas celui d’un article" in refused.text
    assert only(session).lines == []


def test_unknown_article_is_refused_in_place_to_htmx(tablet, visit):
    products = f"{visit}/products"
    fields = tablet.get(visit).form(products) | {"code": "4006381333931"}
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}

    answer = tablet.client.post(products, data=fields, headers=headers)

    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#scan-answer"
    assert "Cet article n’est pas au catalogue" in answer.text


def test_visit_of_another_store_is_not_found(tablet, visit, shop, session: Session):
    only(session).store = session.merge(shop.roubaix)
    session.commit()

    tablet.get(visit, status=404)
