"""A block for many screens: one drawing, never older than what the screen was told."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy.exc import OperationalError

from store.errors import DatabaseBusy
from store.web import rereads
from store.web.health import Answered
from store.web.live import Bus
from store.web.rereads import Rereads, Screen
from tests.web.test_live import run


@pytest.fixture(autouse=True)
def kept_for_long(monkeypatch):
    monkeypatch.setattr(rereads, "KEPT_SECONDS", 3600.0)  # a machine may stand still for a second


class Pages:
    """Pages that answer what the figure is when they are asked, and only once they may."""

    def __init__(self, *, status=200):
        self.status = status
        self.figure = "6"
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self, scope, receive, send):
        self.asked += 1
        figure = self.figure
        await self.may_answer.wait()
        headers = [(b"vary", b"HX-Request"), (b"set-cookie", b"first"), (b"mark", b"first")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": figure.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def until_asked(self, times):
        async with asyncio.timeout(10):
            while self.asked < times:
                await asyncio.sleep(0.005)


def check(lot):
    """Let everybody in but strangers; a cookie is "language" or "language/mark"."""
    marks = [cookie.split("/") for cookie in lot]
    return [
        None
        if language == "stranger"
        else Screen(store_id=1, language=language, headers=((b"mark", "".join(mark).encode()),))
        for language, *mark in marks
    ]


def over(pages, bus, check=check):
    return Rereads(
        pages,
        bus=bus,
        find=lambda path: "stock" if path == "/stock" else None,
        check=check,
        answered=Answered(CollectorRegistry()),
    )


async def ask(app, cookie="fr", *, path="/stock", method="GET"):
    """Return the text and the headers of an answer."""
    sent = []

    async def send(message):
        sent.append(message)

    headers = [(b"cookie", cookie.encode())]
    scope = {"method": method, "path": path, "query_string": b"", "headers": headers}
    await app(scope, None, send)
    text = b"".join(message.get("body", b"") for message in sent).decode()
    return text, dict(sent[0]["headers"])


def test_many_who_ask_at_once_get_one_drawing():
    async def scene():
        pages = Pages()
        app = over(pages, Bus())
        answers = await asyncio.gather(*(ask(app) for _ in range(50)))

        assert {text for text, _headers in answers} == {"6"}
        assert pages.asked == 1

    run(scene())


def test_the_headers_of_one_screen_go_to_no_other():
    async def scene():
        app = over(Pages(), Bus())
        _text, first = await ask(app, "fr/first")
        _text, second = await ask(app, "fr/second")

        assert first[b"set-cookie"] == b"first"
        assert second == {b"vary": b"HX-Request", b"mark": b"second"}

    run(scene())


def test_another_language_has_its_own_drawing():
    async def scene():
        pages = Pages()
        app = over(pages, Bus())
        await ask(app, "fr")
        await ask(app, "en")

        assert pages.asked == 2

    run(scene())


def test_what_was_told_while_a_drawing_was_made_is_in_the_next():
    async def scene():
        pages, bus = Pages(), Bus()
        app = over(pages, bus)
        pages.may_answer.clear()
        early = asyncio.create_task(ask(app))
        await pages.until_asked(1)
        pages.figure = "5"
        bus.publish("stock", "22699")
        late = [asyncio.create_task(ask(app)) for _ in range(10)]
        await pages.until_asked(2)
        pages.may_answer.set()

        assert (await early)[0] == "6"
        assert {text for text, _headers in await asyncio.gather(*late)} == {"5"}
        assert pages.asked == 2

    run(scene())


def test_a_drawing_made_before_the_last_change_is_never_sent():
    async def scene():
        pages, bus = Pages(), Bus()
        app = over(pages, bus)
        for number in range(20):
            pages.figure = str(number)
            bus.publish("stock", "22699")

            assert (await ask(app))[0] == str(number)

    run(scene())


def test_a_drawing_is_kept_for_a_moment_only(monkeypatch):
    monkeypatch.setattr(rereads, "KEPT_SECONDS", -1.0)

    async def scene():
        pages = Pages()
        app = over(pages, Bus())
        await ask(app)
        await ask(app)

        assert pages.asked == 2

    run(scene())


def test_an_answer_that_is_no_block_is_kept_for_nobody():
    async def scene():
        pages = Pages(status=303)
        app = over(pages, Bus())
        answers = await asyncio.gather(*(ask(app, f"fr/{number}") for number in range(5)))

        assert pages.asked == 5
        assert all(headers[b"mark"] == b"first" for _text, headers in answers)

    run(scene())


@pytest.mark.parametrize(
    "asked", [{"cookie": "stranger"}, {"path": "/other"}, {"method": "POST"}, {"method": "HEAD"}]
)
def test_everything_else_is_left_to_the_pages(asked):
    async def scene():
        pages = Pages()
        app = over(pages, Bus())
        await ask(app)
        await ask(app, **asked)

        assert pages.asked == 2

    run(scene())


@pytest.mark.parametrize("error", [DatabaseBusy(), OperationalError("", {}, Exception("gone"))])
def test_a_check_that_cannot_be_made_lets_nobody_in(error):
    def failing(lot):
        raise error

    async def scene():
        pages = Pages()
        app = over(pages, Bus(), failing)
        await ask(app)
        await ask(app)

        assert pages.asked == 2

    run(scene())


def test_only_so_many_drawings_are_kept():
    async def scene():
        app = over(Pages(), Bus())
        for number in range(rereads.MOST + 5):
            await ask(app, f"language-{number}")

        assert len(app._drawings) == rereads.MOST

    run(scene())
