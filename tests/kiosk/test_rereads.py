"""The stock block for many kiosks at once: as the pages answer it, behind the same doors."""

import asyncio
from datetime import timedelta

import pytest
from a2wsgi import WSGIMiddleware

from kiosk.screen.rereads import checker
from store import devices, visitors
from store.models import Device
from store.secrets import hashed
from store.web import clock, rereads
from store.web.health import answered
from store.web.rereads import Rereads, finder
from tests.kiosk.test_product import sell
from tests.web.test_live import run

PATH = "/kiosk/products/22699/stock"
SESSION = "comptoir_store_session"
OURS = "visitor of ours"


class Floor:
    """The shop's screens, and how often one of them reached the pages."""

    def __init__(self, app):
        self.app = app
        self.bus = app.extensions["comptoir_bus"]
        self.reached = 0
        pages = WSGIMiddleware(app, workers=2)

        async def counted(scope, receive, send):
            self.reached += 1
            await pages(scope, receive, send)

        self.asgi = Rereads(
            counted, bus=self.bus, find=finder(app), check=checker(app), answered=answered(app)
        )

    def cookies(self, secret="kiosk-secret", *, kind="kiosk", **session):
        held = {"visitor": OURS, "used": True, **session}
        signer = self.app.session_interface.get_signing_serializer(self.app)
        return f"comptoir_store_{kind}={secret}; {SESSION}={signer.dumps(held)}"

    def ask(self, *cookies, path=PATH):
        """Return what screens with these cookies are answered when they ask at once."""

        answers = []

        async def scene():
            answers.extend(await asyncio.gather(*(self._ask(one, path) for one in cookies)))

        run(scene())
        return answers

    async def _ask(self, cookies, path):
        sent = []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            sent.append(message)

        wanted = {"host": "localhost", "hx-request": "true", "hx-request-type": "partial"}
        headers = [(n.encode(), v.encode()) for n, v in {**wanted, "cookie": cookies}.items()]
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"",
                 "http_version": "1.1", "headers": headers}  # fmt: skip
        await self.asgi(scope, receive, send)
        text = b"".join(one.get("body", b"") for one in sent).decode()
        return Answer(sent[0]["status"], sent[0]["headers"], text)


class Answer:
    def __init__(self, status, headers, text):
        self.status, self.text = status, text
        self.headers = {name.decode(): value.decode() for name, value in headers}

    @property
    def has_block(self):
        return 'id="stock"' in self.text


@pytest.fixture
def floor(app, shop, monkeypatch):
    monkeypatch.setattr(rereads, "KEPT_SECONDS", 3600.0)  # a machine may stand still for a second
    return Floor(app)


def test_forty_kiosks_are_answered_by_one_page(floor):
    answers = floor.ask(*[floor.cookies(visitor=f"visitor {n}") for n in range(40)])

    assert {answer.text for answer in answers} == {answers[0].text}
    assert "6</b>" in answers[0].text
    assert len({answer.headers["comptoir-visitor"] for answer in answers}) == 40
    assert floor.reached == 1


def test_the_answer_is_what_the_pages_say_header_by_header(floor):
    first, second = floor.ask(*[floor.cookies()] * 2)

    assert second.text == first.text
    assert second.headers == first.headers
    assert floor.reached == 1


def test_an_english_kiosk_reads_english(floor):
    french, english = floor.ask(floor.cookies(), floor.cookies(language="en"))

    assert "en rayon" in french.text
    assert "in store" in english.text or "on the shelf" in english.text


def test_a_revoked_kiosk_is_refused_at_once(floor, shop, session):
    assert floor.ask(floor.cookies())[0].has_block
    devices.revoke(session, shop.kiosk.uid, now=clock.now())
    session.commit()

    refused = floor.ask(floor.cookies())[0]

    assert not refused.has_block
    assert refused.headers["hx-redirect"] == "/enrol"


def test_a_visitor_who_has_left_is_nobody_at_once(floor, shop, session):
    assert floor.ask(floor.cookies())[0].has_block
    visitors.end(session, OURS, device=shop.kiosk, now=clock.now())
    session.commit()

    late = floor.ask(floor.cookies())[0]

    assert late.headers["comptoir-visitor"] != visitors.mark(OURS)
    assert "set-cookie" in late.headers


@pytest.mark.parametrize(
    "device",
    [
        "comptoir_store_kiosk=another-secret; ",
        "comptoir_store_kiosk=tablet-secret; ",
        "comptoir_store_tablet=tablet-secret; ",
        "comptoir_store_kiosk; =;;\x7f; ",
        "",
    ],
)
def test_who_is_no_kiosk_is_sent_to_the_pages_and_refused(floor, device):
    floor.ask(floor.cookies())
    before = floor.reached

    refused = floor.ask(device + floor.cookies().partition("; ")[2])[0]

    assert not refused.has_block
    assert floor.reached == before + 1


@pytest.mark.parametrize(
    "held",
    [
        lambda floor: floor.cookies().replace(f"{SESSION}=", f"{SESSION}=x"),
        lambda floor: floor.cookies()[:-3],
        lambda floor: floor.cookies().partition("; ")[0],
        lambda floor: floor.cookies(used=False),
        lambda floor: floor.cookies(visitor=None),
    ],
)
def test_a_session_that_is_not_ours_or_new_gets_a_cookie_from_the_pages(floor, held):
    floor.ask(floor.cookies())
    before = floor.reached

    answer = floor.ask(held(floor))[0]

    assert answer.has_block
    assert "set-cookie" in answer.headers
    assert floor.reached == before + 1


def test_a_session_past_its_hours_is_a_new_visitor_s(floor, app):
    cookies = floor.cookies()
    assert floor.ask(cookies)[0].headers["comptoir-visitor"] == visitors.mark(OURS)
    app.permanent_session_lifetime = timedelta(seconds=-1)

    assert floor.ask(cookies)[0].headers["comptoir-visitor"] != visitors.mark(OURS)


def test_no_kiosk_shows_an_older_figure_than_it_was_told(floor, session):
    screens = [floor.cookies(visitor=f"visitor {n}") for n in range(8)]
    assert {figure(answer) for answer in floor.ask(*screens)} == {"6"}

    for sold, left in ((1, "5"), (2, "3"), (-7, "10"), (9, "1")):
        sell(session, sold)
        floor.bus.publish("stock", "22699")

        assert {figure(answer) for answer in floor.ask(*screens)} == {left}


def figure(answer):
    return answer.text.partition("</b>")[0].rpartition(">")[2]


def test_a_kiosk_of_another_shop_sees_its_own_shop(floor, shop, session):
    elsewhere = Device(kind="kiosk", name="Roubaix", store_id=shop.roubaix.id)
    elsewhere.token_hash, elsewhere.enrolled_at = hashed("elsewhere"), clock.now()
    session.add(elsewhere)
    session.commit()

    here, there = floor.ask(floor.cookies(), floor.cookies("elsewhere"))

    assert "Lille" in here.text.partition("k-stock__near")[0]
    assert "Roubaix" in there.text.partition("k-stock__near")[0]


def test_a_kiosk_that_only_reads_again_was_seen(floor, app, shop, monkeypatch):
    floor.ask(floor.cookies())
    noted = app.extensions["comptoir_sightings"]
    noted.take()

    floor.ask(floor.cookies())

    assert list(noted.take()) == [shop.kiosk.id]


def test_what_is_answered_from_memory_is_counted(floor, app):
    floor.ask(floor.cookies())
    floor.ask(*[floor.cookies()] * 5)

    asked = {"endpoint": "kiosk.product_stock", "method": "GET", "status": "200"}
    with app.app_context():
        metrics = app.extensions["comptoir_metrics"]
        counted = metrics.get_sample_value("comptoir_requests_total", asked)
    assert counted == 6
