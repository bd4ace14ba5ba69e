"""The home of the kiosk."""

import pytest


def test_home_offers_the_search_the_departments_and_the_errands(kiosk):
    page = kiosk.get("/kiosk/")

    assert "que cherchez-vous" in page.text
    assert "kitchen" in page.text
    assert {"/kiosk/search", "/kiosk/scan", "/kiosk/pickup", "/kiosk/card"} <= links(page)


def links(page):
    return {link["href"] for link in page.soup.find_all("a", href=True)}


def test_home_never_asks_whether_somebody_is_there(kiosk):
    assert kiosk.get("/kiosk/").soup.find(attrs={"data-idle": True}) is None


@pytest.mark.parametrize("path", ["/kiosk/", "/kiosk/search", "/kiosk/pickup", "/kiosk/settings"])
def test_a_browser_that_is_no_kiosk_is_sent_to_enrol(pages, shop, path):
    answer = pages.get(path, status=303).answer

    assert answer.headers["Location"].startswith("/enrol")


@pytest.mark.parametrize("path", ["/kiosk/", "/kiosk/search?q=tasse", "/kiosk/products/22699"])
def test_every_page_asks_nothing_of_another_server(kiosk, path):
    soup = kiosk.get(path).soup
    addresses = [
        tag.get("src") or tag.get("href") for tag in soup.find_all(["script", "link", "img", "use"])
    ]

    assert addresses
    assert all(address.startswith("/") or address == "data:," for address in addresses)
