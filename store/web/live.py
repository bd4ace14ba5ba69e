"""Live screens: after each commit, a browser that follows a topic is told to read it again.

A message carries a topic and a key, never data. A browser that missed messages, or is new,
gets them by number; one that was away for too long is told of every topic that it follows.
"""

import asyncio
import secrets
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Authorise = Callable[[str, frozenset[str]], frozenset[str] | None]

HEARTBEAT_SECONDS = 15
AUTHORISE_AGAIN_SECONDS = 60
BACKLOG = 5_000  # messages kept for those who come back
# said after a silence, since a browser that hears nothing takes its line for dead (stream.js); no
# comment, which scripts do not see, and without a number, for it is no place in the stream
BEAT = b"event: beat\ndata: \n\n"
QUEUE = 500  # messages a slow client may lag behind before it is cut off
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


@dataclass(frozen=True)
class Signal:
    """Something of this kind and key has changed; `number` counts up from the start, `boot`."""

    boot: str
    number: int
    kind: str
    key: str

    @cached_property
    def topic(self) -> str:
        """Return the topic of this one thing."""
        return f"{self.kind}:{self.key}"

    @cached_property
    def frame(self) -> bytes:
        """Return the message that every stream sends."""
        return (
            f"event: {self.kind}\nid: {self.boot}-{self.number}\ndata: {self.key or '*'}\n\n"
        ).encode()

    def is_of(self, topics: frozenset[str]) -> bool:
        """Tell whether somebody who follows these topics wants to know."""
        return self.kind in topics or self.topic in topics


@dataclass(eq=False)
class Follower:
    """One open stream; its queue ends with None when it must close."""

    topics: frozenset[str]
    queue: asyncio.Queue[Signal | None] = field(
        default_factory=lambda: asyncio.Queue(maxsize=QUEUE)
    )

    def tell(self, signal: Signal) -> None:
        """Queue a signal; a client too slow to drain its queue is closed and comes back."""
        try:
            self.queue.put_nowait(signal)
        except asyncio.QueueFull:
            self.close()

    async def news(self, seconds: float) -> list[Signal | None]:
        """Return what is told, all that lies there at once; nothing after a silence."""
        try:
            async with asyncio.timeout(seconds):  # a `wait_for` would make a task for each message
                news = [await self.queue.get()]
        except TimeoutError:
            return []
        while not self.queue.empty():
            news.append(self.queue.get_nowait())
        return news

    def close(self) -> None:
        """Make the stream end once the client has been sent what was queued, or at once."""
        while self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Bus:
    """Carries signals from the threads that commit to the loop that holds the streams."""

    def __init__(self) -> None:
        self.boot = secrets.token_hex(4)
        self.followers: set[Follower] = set()
        self._backlog: deque[Signal] = deque(maxlen=BACKLOG)
        self._lock = threading.Lock()
        self._number = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Deliver on this loop from now on."""
        self._loop = loop

    @property
    def number(self) -> int:
        """Return how many signals there were since the start."""
        return self._number

    def position(self) -> str:
        """Return the point in the stream that a page rendered now has seen."""
        return f"{self.boot}-{self._number}"

    def publish(self, kind: str, key: str) -> None:
        """Tell every follower; callable from any thread, before and after `attach`."""
        with self._lock:
            self._number += 1
            signal = Signal(self.boot, self._number, kind, key)
            self._backlog.append(signal)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._deliver, signal)

    def _deliver(self, signal: Signal) -> None:
        for follower in tuple(self.followers):
            if signal.is_of(follower.topics):
                follower.tell(signal)

    def missed(self, position: str, topics: frozenset[str]) -> list[Signal]:
        """Return what somebody who saw `position` has missed, or all topics when that is lost."""
        boot, _, number = position.partition("-")
        with self._lock:
            newest, kept = self._number, list(self._backlog)
        oldest = kept[0].number if kept else newest + 1
        if boot != self.boot or not number.isdigit() or not oldest - 1 <= int(number) <= newest:
            return [
                Signal(self.boot, newest, *topic.partition(":")[::2]) for topic in sorted(topics)
            ]
        return [s for s in kept if s.number > int(number) and s.is_of(topics)]

    def close_all(self) -> None:
        """End every stream, so that the server can stop."""
        for follower in tuple(self.followers):
            follower.close()


class EventStream:
    """The ASGI application behind `/events?topics=stock:22423,orders&since=POSITION`."""

    def __init__(self, bus: Bus, authorise: Authorise) -> None:
        self.bus = bus
        self.authorise = authorise
        # one thread: hundreds come at once after a restart, each is asked in a third of a ms, and
        # every further thread would hold a connection and its memory
        self._doorman = ThreadPoolExecutor(1, thread_name_prefix="doorman")

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request: 403 to strangers, else a stream until the client leaves."""
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        topics = frozenset(topic for topic in asked.get("topics", [""])[0].split(",") if topic)
        cookies = headers.get("cookie", "")
        allowed = await self._allowed(cookies, topics)
        if allowed is None:
            await _refuse(send)
            return
        position = headers.get("last-event-id") or asked.get("since", [""])[0]
        await self._stream(receive, send, Follower(allowed), position, cookies)

    async def _stream(
        self, receive: Receive, send: Send, follower: Follower, position: str, cookies: str
    ) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        self.bus.followers.add(follower)  # before looking back, so that nothing falls between
        writer = asyncio.create_task(self._write(send, follower, position, cookies))
        leaving = asyncio.create_task(_until_gone(receive))
        try:
            await asyncio.wait({writer, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.bus.followers.discard(follower)
            for task in (writer, leaving):
                task.cancel()
            await asyncio.gather(writer, leaving, return_exceptions=True)

    async def _write(self, send: Send, follower: Follower, position: str, cookies: str) -> None:
        loop = asyncio.get_running_loop()
        check_at = loop.time() + AUTHORISE_AGAIN_SECONDS
        await _say(send, b"retry: 1000\n\n")
        missed = self.bus.missed(position, follower.topics)
        await _tell(send, missed)
        told = missed[-1].number if missed else 0  # it may lie in the queue as well
        while True:
            news = await follower.news(HEARTBEAT_SECONDS)
            await _tell(send, [signal for signal in news if signal and signal.number > told])
            if None in news:
                break
            if not news:
                await _say(send, BEAT)
            if loop.time() > check_at:
                if await self._allowed(cookies, follower.topics) is None:
                    break
                check_at = loop.time() + AUTHORISE_AGAIN_SECONDS
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _allowed(self, cookies: str, topics: frozenset[str]) -> frozenset[str] | None:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._doorman, self.authorise, cookies, topics)


async def _tell(send: Send, signals: Iterable[Signal]) -> None:
    frames = b"".join(signal.frame for signal in signals)
    if frames:
        await _say(send, frames)


async def _say(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
