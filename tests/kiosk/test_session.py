"""The session of one customer: its comforts, and its end."""

import pytest

from store import screens


def test_a_comfort_stays_until_the_end(kiosk):
    page = kiosk.get("/kiosk/settings")
    kiosk.send(page, "/kiosk/settings", reach="low", text="large", contrast="more")

    html = kiosk.get("/kiosk/products/22699").soup.html
    assert (html["data-reach"], html["data-text"], html["data-contrast"]) == (
        "low",
        "large",
        "more",
    )

    end(kiosk)
    html = kiosk.get("/kiosk/").soup.html
    assert not html.has_attr("data-reach")
    assert not html.has_attr("data-text")


def end(kiosk):
    fields = kiosk.get("/kiosk/search").form("/kiosk/end")
    return kiosk.post("/kiosk/end", fields).answer


@pytest.mark.parametrize("address", ["http://[", "http://localhost]", "x" * 9000, "\x7f"])
def test_a_page_that_is_no_address_leads_home(kiosk, address):
    settings = kiosk.client.get("/kiosk/settings", headers={"Referer": address})
    assert settings.status_code == 200

    fields = kiosk.get("/kiosk/settings").form("/kiosk/settings") | {"text": "large", "next": ""}
    chosen = kiosk.client.post("/kiosk/settings", data=fields, headers={"Referer": address})

    assert (chosen.status_code, chosen.location) == (303, "/kiosk/")


@pytest.mark.parametrize("path", ["/kiosk/\r\nX: y", "/kiosk/\t/x", "/kiosk/\\x", "//x"])
def test_a_choice_leads_to_no_odd_path(kiosk, path):
    fields = kiosk.get("/kiosk/settings").form("/kiosk/settings") | {"text": "large"}

    chosen = kiosk.client.post("/kiosk/settings", data=fields | {"next": path})

    assert (chosen.status_code, chosen.location) == (303, "/kiosk/")


def test_a_comfort_doubles_the_time_before_the_question(kiosk):
    before = idle_of(kiosk)

    kiosk.send(kiosk.get("/kiosk/settings"), "/kiosk/settings", text="large")

    assert idle_of(kiosk) == [2 * seconds for seconds in before]


def test_more_time_is_the_kiosk_s_own_and_ends_with_the_session(kiosk, session, shop, now):
    before = idle_of(kiosk)
    screens.set_times(session, shop.kiosk, {"more_time_factor": 6}, now=now)
    session.commit()
    assert "6 fois plus" in kiosk.get("/kiosk/settings").text

    kiosk.send(kiosk.get("/kiosk/settings"), "/kiosk/settings", time="more", text="large")
    assert idle_of(kiosk) == [6 * seconds for seconds in before]
    end(kiosk)

    assert idle_of(kiosk) == before


def test_the_question_offers_more_time_until_it_was_asked_for(kiosk):
    question = kiosk.get("/kiosk/search").soup.find("dialog")
    offer = question.find(attrs={"data-idle-more": True})
    assert (offer["data-idle-more"], offer["data-countdown-more"]) == ("240", "80")

    kiosk.send(kiosk.get("/kiosk/settings"), "/kiosk/settings", time="more")

    question = kiosk.get("/kiosk/search").soup.find("dialog")
    assert question.find(attrs={"data-idle-more": True}) is None


def idle_of(kiosk):
    dialog = kiosk.get("/kiosk/search").soup.find(attrs={"data-idle": True})
    return [int(dialog["data-idle"]), int(dialog["data-countdown"])]


def test_an_unknown_comfort_is_not_kept(kiosk):
    kiosk.send(kiosk.get("/kiosk/settings"), "/kiosk/settings", text="<huge>", language="tlh")

    html = kiosk.get("/kiosk/").soup.html
    assert (html["lang"], html.get("data-text")) == ("fr", None)


def test_the_language_changes_without_losing_the_page(kiosk):
    fields = kiosk.get("/kiosk/search?q=tasse").form("/kiosk/settings")
    came_from = {"Referer": "http://localhost/kiosk/search?q=tasse&page=1"}

    answer = kiosk.client.post(
        "/kiosk/settings", data=fields | {"language": "en"}, headers=came_from
    )

    assert answer.headers["Location"] == "/kiosk/search?q=tasse&page=1"
    assert "No item found" in kiosk.get("/kiosk/search?q=hippopotame").text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/kiosk/", "//evil.example", "/tablet/scan", "/kiosk/\\evil"]
)
def test_no_choice_leads_away_from_the_kiosk(kiosk, elsewhere):
    fields = kiosk.get("/kiosk/settings").form("/kiosk/settings")

    answer = kiosk.client.post(
        "/kiosk/settings", data=fields | {"next": elsewhere}, headers={"Referer": elsewhere}
    )

    assert answer.headers["Location"] == "/kiosk/"


def test_the_end_wipes_session_and_browser(kiosk, shop):
    card = kiosk.get("/kiosk/card").form("/kiosk/scan")
    kiosk.post("/kiosk/scan?page=card", card | {"code": shop.camille_card}, follow=True)

    answer = end(kiosk)

    assert answer.headers["Location"] == "/kiosk/"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert kiosk.get("/kiosk/card/balance", status=303).answer.headers["Location"] == "/kiosk/card"


@pytest.mark.parametrize("path", ["/kiosk/", "/kiosk/search?q=tasse", "/kiosk/products/22699"])
def test_no_page_is_kept_by_the_browser(kiosk, path):
    assert kiosk.get(path).answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/kiosk/search", "/kiosk/products/22699", "/kiosk/pickup", "/kiosk/card", "/kiosk/list"],
)
def test_every_inner_page_can_be_ended_and_calls_for_help(kiosk, path):
    page = kiosk.get(path)

    assert page.form("/kiosk/end")
    assert page.form("/kiosk/help")


def test_after_a_page_that_broke_off_its_session_is_ended_by_the_next_page(kiosk):
    kiosk.send(kiosk.get("/kiosk/settings"), "/kiosk/settings", text="large")

    page = kiosk.get("/kiosk/afresh")

    assert page.soup.find(attrs={"data-leave-after": "0"})["action"] == "/kiosk/end"
    assert not kiosk.send(page, "/kiosk/end").soup.html.has_attr("data-text")


def test_where_nobody_had_begun_a_page_that_broke_off_leads_home_at_once(kiosk):
    kiosk.get("/kiosk/")

    assert kiosk.get("/kiosk/afresh", status=303).answer.headers["Location"] == "/kiosk/"
