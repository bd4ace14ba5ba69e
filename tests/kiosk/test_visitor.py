"""One visitor after the other: nothing of the first reaches the second, however late it comes."""

from dataclasses import replace

import pytest


def visitor(kiosk):
    with kiosk.client.session_transaction() as held:
        return held.get("visitor")


def end(kiosk):
    fields = kiosk.get("/kiosk/search").form("/kiosk/end")
    return kiosk.post("/kiosk/end", fields).answer


def show_card(kiosk, shop):
    fields = kiosk.get("/kiosk/card").form("/kiosk/scan")
    return kiosk.post("/kiosk/scan?page=card", fields | {"code": shop.camille_card}).answer


def mark(page):
    return page.soup.find("meta", attrs={"name": "visitor"})["content"]


def test_a_visitor_keeps_one_id_until_the_end(kiosk):
    kiosk.get("/kiosk/")
    first = visitor(kiosk)
    kiosk.get("/kiosk/search?q=tasse")
    assert visitor(kiosk) == first

    end(kiosk)

    assert visitor(kiosk) not in (None, first)


def test_pages_and_answers_carry_the_mark_of_their_visitor(kiosk):
    page = kiosk.get("/kiosk/products/22699")
    block = kiosk.block("/kiosk/products/22699/stock")
    end(kiosk)
    after = kiosk.block("/kiosk/products/22699/stock")

    assert mark(page) == page.answer.headers["Comptoir-Visitor"]
    assert block.answer.headers["Comptoir-Visitor"] == mark(page)
    assert after.answer.headers["Comptoir-Visitor"] != mark(page)


def test_the_mark_is_not_the_id(kiosk):
    page = kiosk.get("/kiosk/")

    assert visitor(kiosk) not in page.answer.text


def test_a_form_of_a_stale_tab_goes_home_and_does_nothing(kiosk, shop):
    stale = kiosk.get("/kiosk/card").form("/kiosk/scan")
    end(kiosk)

    answer = kiosk.client.post("/kiosk/scan", data=stale | {"code": shop.camille_card})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/")
    assert kiosk.get("/kiosk/card/balance", status=303).answer.headers["Location"] == "/kiosk/card"


def test_the_balance_tells_the_next_voucher_where_the_shop_has_them(app, kiosk, shop):
    settings = app.config["COMPTOIR"]
    with_vouchers = replace(settings.loyalty, reward_points=500, reward_minor=1000)
    app.config["COMPTOIR"] = replace(settings, loyalty=with_vouchers)

    show_card(kiosk, shop)

    assert "plus que 216 points" in kiosk.get("/kiosk/card/balance").text


@pytest.fixture
def revenant(kiosk, shop):
    """The kiosk after an answer to the first visitor has brought the old cookie back."""
    show_card(kiosk, shop)
    assert "Camille" in kiosk.get("/kiosk/card/balance").text
    name = "comptoir_store_session"
    old = kiosk.client.get_cookie(name).value
    end(kiosk)
    kiosk.client.set_cookie(name, old)
    return kiosk


def test_a_cookie_that_comes_back_opens_nothing(revenant):
    answer = revenant.get("/kiosk/card/balance", status=303).answer

    assert answer.headers["Location"] == "/kiosk/card"


def test_a_cookie_that_comes_back_is_a_new_visitor_s(revenant):
    gone = visitor(revenant)
    html = revenant.get("/kiosk/search").text

    assert visitor(revenant) != gone
    assert "Camille" not in html


def test_a_form_sent_with_a_cookie_that_came_back_goes_home(revenant, shop, app):
    app.config["WTF_CSRF_ENABLED"] = False  # the old form and the old cookie do agree

    answer = revenant.client.post("/kiosk/scan", data={"code": shop.camille_card})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/")


def test_the_enrolment_outlives_the_end(kiosk):
    answer = end(kiosk)

    assert '"cookies"' not in answer.headers["Clear-Site-Data"]
    assert kiosk.get("/kiosk/").status == 200


def test_the_home_asks_only_once_somebody_has_done_something(kiosk):
    assert kiosk.get("/kiosk/").soup.find(attrs={"data-idle": True}) is None

    kiosk.get("/kiosk/search?q=tasse")
    assert kiosk.get("/kiosk/").soup.find(attrs={"data-idle": True}) is not None

    end(kiosk)
    assert kiosk.get("/kiosk/").soup.find(attrs={"data-idle": True}) is None
