"""The tablet's first page: what a code opens, and how somebody without a card is found."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import audit, codes, staff
from store.models import AuditEntry, Order, Visit
from store.web.clock import now as present

SCAN = "/tablet/scan"


def read(tablet, code: str, **more):
    page = tablet.get(SCAN)
    return tablet.post(SCAN, page.form(SCAN) | {"code": code} | more)


def test_own_card_opens_the_file_the_visit_and_the_audit(tablet, shop, session: Session):
    answer = read(tablet, shop.camille_card)

    assert answer.status == 303
    assert answer.answer.location == f"/tablet/customers/{shop.camille.uid}"
    assert "Camille Roussel" in tablet.get(answer.answer.location).text
    visit = session.scalars(select(Visit)).one()
    assert (visit.customer_id, visit.opened_by, visit.ended_at) == (shop.camille.id, "scan", None)
    entry = audit.list_about(session, "customer", shop.camille.uid)[0]
    assert (entry.action, entry.reason) == ("customer.opened", "code")
    assert (entry.staff_id, entry.device_id) == (shop.ines.id, shop.tablet.id)


def test_same_scan_sent_again_opens_nothing_more(tablet, shop, session: Session):
    fields = tablet.get(SCAN).form(SCAN) | {"code": shop.camille_card}

    first, second = tablet.post(SCAN, fields), tablet.post(SCAN, fields)

    assert first.answer.location == second.answer.location
    assert len(session.scalars(select(Visit)).all()) == 1
    assert len(audit.list_about(session, "customer", shop.camille.uid)) == 1


def test_order_leads_to_its_handover(tablet, shop):
    answer = read(tablet, shop.order.code)

    assert answer.answer.location == f"/tablet/pickups/{shop.order.uid}?proof=qr"
    assert "QR lu par cette tablette" in tablet.get(answer.answer.location).text


def test_the_number_of_an_order_proves_nothing(tablet, shop, session: Session):
    session.get_one(Order, shop.order.id).number = "900001"
    session.commit()

    answer = read(tablet, "900001")

    assert answer.answer.location == f"/tablet/pickups/{shop.order.uid}"


def test_order_of_another_store_says_where_it_waits(tablet, shop, session: Session):
    session.get_one(Order, shop.order.id).store = session.merge(shop.roubaix)
    session.commit()

    answer = read(tablet, shop.order.code)

    assert answer.status == 422
    assert "Cette commande attend à Roubaix" in answer.text
    assert "3 Grand’Rue, Roubaix" in answer.text


def test_article_leads_to_its_stock(tablet, shop):
    answer = read(tablet, shop.cup.gtin)

    assert answer.answer.location == f"/tablet/stock/{shop.cup.sku}"


def test_badge_hands_the_tablet_to_a_colleague(tablet, shop, session: Session):
    badge = codes.generate(codes.Kind.BADGE)
    staff.set_badge(session.merge(shop.manager), badge)
    session.commit()

    answer = read(tablet, badge)

    assert answer.answer.location == SCAN
    page = tablet.get(SCAN)
    assert "Bonjour Malik" in page.text
    assert "La tablette est à Malik." in page.text
    (entry,) = audit.list_about(session, "staff", shop.manager.uid)
    assert (entry.action, entry.device_id) == ("staff.badge", shop.tablet.id)


def test_badge_of_a_locked_person_hands_over_nothing(tablet, shop, session: Session):
    badge = codes.generate(codes.Kind.BADGE)
    manager = session.merge(shop.manager)
    staff.set_badge(manager, badge)
    manager.locked_until = present() + timedelta(minutes=1)
    session.commit()

    answer = read(tablet, badge)

    assert answer.status == 429
    assert "Bonjour Inès" in tablet.get(SCAN).text
    assert audit.list_about(session, "staff", shop.manager.uid) == []


def test_badge_of_another_store_hands_over_nothing(tablet, shop, session: Session):
    badge = codes.generate(codes.Kind.BADGE)
    zoe = next(one for one in staff.list_for(session, shop.roubaix) if one.code == "zoe")
    staff.set_badge(zoe, badge)
    session.commit()

    answer = read(tablet, badge)

    assert answer.status == 422
    assert "Bonjour Inès" in answer.text
    assert "Ce badge n’est pas actif" in answer.text


def test_a_code_that_is_missing_or_too_long_is_told_in_our_words(tablet):
    field = tablet.get(SCAN).soup.select_one("#scan-code")

    assert field["placeholder"] == "Saisir un code"
    assert field.find_parent("form").has_attr("novalidate")  # not in the browser's words
    assert "Aucun code reçu" in read(tablet, "").text
    assert "Ce code a trop de caractères" in read(tablet, "C" * 512).text


def test_unknown_card_says_what_to_do(tablet):
    answer = read(tablet, codes.generate(codes.Kind.CARD))

    assert answer.status == 422
    assert "Cette carte n’est à personne dans ce magasin" in answer.text
    assert "recherchez la personne par son nom" in answer.text


def test_empty_and_endless_codes_are_refused_in_words(tablet):
    assert "Aucun code reçu" in read(tablet, " ").text
    assert "trop long" in read(tablet, "9" * 10_000).text


def test_search_without_a_card_masks_what_it_shows(tablet, shop):
    page = tablet.get(f"{SCAN}?by=name&q=rous")

    assert "1 client trouvé" in page.text
    assert page.soup.find("mark").get_text() == "Rous"
    assert "06 •• •• •• 42" in page.text
    assert "0600000042" not in page.answer.text
    assert "+33600000042" not in page.answer.text
    assert shop.camille.email not in page.answer.text
    assert "Ailleurs" not in page.text


def test_search_answers_the_list_alone_to_htmx(tablet, shop):
    block = tablet.block(f"{SCAN}?by=phone&q=06 00 00 00 42")

    assert "Camille Roussel" in block.text
    assert block.soup.find("h1") is None


def test_search_that_finds_nobody_says_so(tablet):
    assert "0 client trouvé" in tablet.get(f"{SCAN}?q=personne").text


def test_file_of_a_search_opens_with_a_reason(tablet, shop, session: Session):
    page = tablet.get(f"{SCAN}?q=roussel")
    fields = page.form("/tablet/customers") | {"uid": shop.camille.uid, "reason": "call"}

    answer = tablet.post("/tablet/customers", fields)

    assert answer.answer.location == f"/tablet/customers/{shop.camille.uid}"
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.subject_uid, entry.reason) == (shop.camille.uid, "call")
    assert session.scalars(select(Visit)).all() == []


def test_file_does_not_open_without_a_known_reason(tablet, shop, session: Session):
    fields = tablet.get(f"{SCAN}?q=roussel").form("/tablet/customers")

    answer = tablet.post("/tablet/customers", fields | {"uid": shop.camille.uid, "reason": "x"})

    assert answer.status == 422
    assert audit.list_about(session, "customer", shop.camille.uid) == []


def test_file_of_nobody_is_not_found(tablet, shop):
    fields = tablet.get(f"{SCAN}?q=roussel").form("/tablet/customers")

    answer = tablet.post("/tablet/customers", fields | {"uid": str(uuid.uuid4()), "reason": "call"})

    assert answer.status == 404


def test_visit_without_a_card_is_anonymous(tablet, shop, session: Session):
    page = tablet.get(SCAN)

    answer = tablet.post("/tablet/visits", page.form("/tablet/visits"))

    visit = session.scalars(select(Visit)).one()
    assert answer.answer.location == f"/tablet/visits/{visit.uid}"
    assert (visit.customer_id, visit.opened_by) == (None, "tap")
    assert "Visite d’un client sans carte" in tablet.get(answer.answer.location).text


@pytest.mark.parametrize(("source", "kept"), [("wedge", ""), ("camera", "ÉÇÀ&"), ("", "ÉÇÀ&")])
def test_what_a_hand_scanner_wrote_is_not_left_to_be_mended(tablet, source, kept):
    page = tablet.send(tablet.get(SCAN), SCAN, code="ÉÇÀ&", source=source)

    assert page.status == 422
    assert page.soup.select_one("#scan-code").get("value", "") == kept
