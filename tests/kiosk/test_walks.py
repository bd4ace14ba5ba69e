"""A hundred customers walk at random, each leaves, and whoever comes next finds nothing of them."""

import random

import pytest

WALKS = 100
STEPS = 7
# what is one customer's own: nobody else gets there
OWN = (
    *("/kiosk/card/balance", "/kiosk/pickup/waiting", "/kiosk/handoff", "/kiosk/reservation"),
    "/kiosk/maintenance",
)
OPEN = (
    *("/kiosk/search", "/kiosk/products/22699", "/kiosk/products/22423", "/kiosk/card"),
    *("/kiosk/pickup", "/kiosk/list", "/kiosk/settings", "/kiosk/scan", "/kiosk/staff"),
    *("/kiosk/products/22699/reserve", "/kiosk/list", "/kiosk/"),
)
LOOKS = 2  # open pages, beside the home and the list, that the next customer looks at
COOKIE = "comptoir_store_session"


class Customer:
    """Somebody at the kiosk, who touches whatever there is."""

    def __init__(self, client, shop, dice):
        self.client, self.shop, self.dice = client, shop, dice
        self.word = f"quelquechose{dice.randrange(10**9)}"

    def walk(self):
        acts = (
            *(self.search, self.look, self.show_card, self.announce, self.keep, self.reserve),
            *(self.hand_off, self.call, self.set_comfort, self.read),
        )
        for _step in range(STEPS):
            self.dice.choice(acts)()

    def send(self, path, **fields):
        key = f"{self.dice.getrandbits(120):036x}"
        return self.client.post(f"/kiosk/{path}", data={"key": key, **fields})

    def search(self):
        self.client.get(f"/kiosk/search?q={self.word}")

    def look(self):
        self.client.get(f"/kiosk/products/{self.dice.choice(('22699', '22423'))}")

    def show_card(self):
        assert self.send("scan?page=card", code=self.shop.camille_card).status_code == 303
        assert "Camille" in self.client.get("/kiosk/card/balance").text

    def announce(self):
        self.send("scan?page=pickup", code="482915")
        self.client.get("/kiosk/pickup/waiting")

    def keep(self):
        self.send("list", sku=self.dice.choice(("22699", "22423")))

    def reserve(self):
        self.send("products/22423/reserve", name=self.word)
        self.client.get("/kiosk/reservation")

    def hand_off(self):
        self.keep()
        self.send("handoff")
        self.client.get("/kiosk/handoff")

    def call(self):
        self.send("help")

    def set_comfort(self):
        self.send("settings", language="en", text="large", contrast="more", next="/kiosk/")

    def read(self):
        self.client.get(self.dice.choice(OWN + OPEN))


@pytest.fixture
def client(app, kiosk):
    app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    return kiosk.client


def seen(client, *others):
    """Return what somebody new finds, page by page."""
    return {path: client.get(path) for path in (*OWN, "/kiosk/list", "/kiosk/", *others)}


def traces(answers, customer):
    """Return the places that tell of the customer."""
    secrets = ("Camille", "482915", "1 284", "1 284", customer.word)
    return [
        (path, secret)
        for path, answer in answers.items()
        for secret in secrets
        if secret in answer.text or secret in str(answer.headers)
    ]


@pytest.mark.parametrize("part", range(4))
def test_the_next_customer_finds_nothing_of_a_random_walk(client, shop, part):
    for walk in range(part, WALKS, 4):
        client.get("/kiosk/")
        first = Customer(client, shop, random.Random(walk))
        first.walk()
        old = client.get_cookie(COOKIE).value

        ended = first.send("end")
        assert ended.headers["Clear-Site-Data"] == '"cache", "storage"'
        answers = seen(client, *first.dice.sample(OPEN, LOOKS))

        assert traces(answers, first) == [], walk
        assert all(a.headers["Cache-Control"] == "no-store" for a in answers.values())
        assert forgotten(answers), walk
        # a late answer brings the first one's cookie back
        client.set_cookie(COOKIE, old)
        answers = seen(client)
        assert traces(answers, first) == [], walk
        assert forgotten(answers), walk
        first.send("end")


def forgotten(answers):
    """Tell whether the pages of one's own lead away, and no comfort is left."""
    home = answers["/kiosk/"].text
    leads = all(answers[path].status_code == 303 for path in OWN)
    return leads and 'lang="fr"' in home and "data-text" not in home and "data-contrast" not in home


@pytest.mark.parametrize("path", OPEN)
def test_no_page_leads_out_of_the_kiosk(kiosk, path):
    soup = kiosk.get(path).soup

    links = [a.get("href", "") for a in soup.find_all(["a", "area"])]
    assert [link for link in links if link and not link.startswith(("/kiosk/", "#"))] == []
    assert soup.find_all(attrs={"target": True}) == []
    assert soup.find_all("input", type="file") == []
    assert soup.find_all(["iframe", "object", "embed"]) == []
    actions = [form["action"] for form in soup.find_all("form")]
    assert [action for action in actions if not action.startswith("/kiosk/")] == []
