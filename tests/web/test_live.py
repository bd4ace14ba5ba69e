"""The live stream: who follows is told, misses nothing, and is forgotten when gone."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest

from store.web.live import BACKLOG, QUEUE, Bus, EventStream

ALL = frozenset({"stock:22423", "orders"})
PATIENCE_SECONDS = 120


class Browser:
    """The far end of one stream."""

    def __init__(self):
        self.status = None
        self.text = ""
        self._leaving = asyncio.Event()

    async def receive(self):
        await self._leaving.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.status = message.get("status", self.status)
        self.text += message.get("body", b"").decode()

    def leave(self):
        self._leaving.set()

    @property
    def events(self):
        frames = [frame.splitlines() for frame in self.text.split("\n\n")]
        named = [dict(line.split(": ", 1) for line in frame if ": " in line) for frame in frames]
        return [(frame["event"], frame["data"]) for frame in named if "event" in frame]

    @property
    def last_id(self):
        return [line[4:] for line in self.text.splitlines() if line.startswith("id: ")][-1]

    async def until(self, count):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.events) < count:
                await asyncio.sleep(0.005)


@asynccontextmanager
async def following(bus, *, since="", last_id="", authorise=lambda _cookies, topics: topics):
    bus.attach(asyncio.get_running_loop())
    browser = Browser()
    scope = {
        "headers": [(b"last-event-id", last_id.encode())] if last_id else [],
        "query_string": f"topics={','.join(ALL)}&since={since or bus.position()}".encode(),
    }
    stream = asyncio.create_task(EventStream(bus, authorise)(scope, browser.receive, browser.send))
    while browser.status is None:
        await asyncio.sleep(0.005)
    yield browser
    browser.leave()
    await asyncio.wait_for(stream, PATIENCE_SECONDS)


async def nobody_follows(bus):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while bus.followers:
            await asyncio.sleep(0.005)


def run(coroutine):
    """Run the scene in a thread of its own: a browser test may hold this one's loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, asyncio.wait_for(coroutine, 2 * PATIENCE_SECONDS)).result()


def test_a_follower_hears_its_topics_and_no_others():
    async def scene():
        bus = Bus()
        async with following(bus) as browser:
            for kind, key in (
                ("stock", "99999"),
                ("stock", "22423"),
                ("visits", "v"),
                ("orders", "o"),
            ):
                bus.publish(kind, key)
            await browser.until(2)

        assert browser.events == [("stock", "22423"), ("orders", "o")]

    run(scene())


def test_what_happened_between_the_page_and_its_stream_is_told():
    async def scene():
        bus = Bus()
        rendered = bus.position()
        bus.publish("stock", "22423")
        async with following(bus, since=rendered) as browser:
            await browser.until(1)

        assert browser.events == [("stock", "22423")]

    run(scene())


def test_what_is_told_while_the_stream_opens_is_told_once():
    async def scene():
        bus = Bus()
        rendered = bus.position()

        def publish_while_it_looks(_cookies, topics):
            bus.publish("orders", "o")
            return topics

        async with following(bus, since=rendered, authorise=publish_while_it_looks) as browser:
            bus.followers.copy().pop().tell(bus.missed(rendered, ALL)[0])  # and by the queue
            bus.publish("stock", "22423")
            await browser.until(2)

        assert browser.events == [("orders", "o"), ("stock", "22423")]

    run(scene())


def test_a_browser_that_comes_back_is_told_what_it_missed_once():
    async def scene():
        bus = Bus()
        async with following(bus) as first:
            bus.publish("orders", "seen")
            await first.until(1)
        bus.publish("orders", "missed")
        async with following(bus, last_id=first.last_id) as second:
            await second.until(1)

        assert second.events == [("orders", "missed")]

    run(scene())


@pytest.mark.parametrize("position", ["", "other-boot-3", "nonsense", "-", "x-٣"])
def test_a_browser_whose_place_is_lost_reads_everything_again(position):
    async def scene():
        bus = Bus()
        async with following(bus, since=position or "-", last_id=position) as browser:
            await browser.until(2)

        assert sorted(browser.events) == [("orders", "*"), ("stock", "22423")]

    run(scene())


def test_a_browser_away_for_longer_than_the_backlog_reads_everything_again():
    bus = Bus()
    before = bus.position()
    for _ in range(BACKLOG + 1):
        bus.publish("stock", "99999")

    assert {signal.kind for signal in bus.missed(before, ALL)} == {"stock", "orders"}


def test_a_client_that_left_is_freed_at_once():
    async def scene():
        bus = Bus()
        async with following(bus):
            assert len(bus.followers) == 1

        assert not bus.followers

    run(scene())


def test_a_client_too_slow_to_read_is_closed_rather_than_kept_in_memory():
    async def scene():
        bus = Bus()
        async with following(bus) as browser:
            (follower,) = bus.followers
            for _ in range(QUEUE + 5):
                bus.publish("stock", "22423")
            await nobody_follows(bus)

            assert follower.queue.qsize() <= QUEUE
            assert browser.events

    run(scene())


def test_a_stranger_is_refused():
    async def scene():
        bus = Bus()
        async with following(bus, authorise=lambda _cookies, _topics: None) as browser:
            assert browser.status == 403
            assert not bus.followers

    run(scene())


def test_closing_all_ends_every_stream():
    async def scene():
        bus = Bus()
        async with following(bus):
            bus.close_all()

            await nobody_follows(bus)

    run(scene())
