"""Blocks that many screens read again at one change: drawn once, and sent to all of them.

Two hundred screens that follow one figure ask for it at the same moment. Each is let in by itself,
by a check that looks at many at once; what they then see is the same for a shop and a language.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from store.errors import ComptoirError
from store.web.health import Answered
from store.web.live import Bus, Receive, Send
from store.web.together import Together

Message = MutableMapping[str, Any]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]
View = TypeVar("View", bound=Callable[..., Any])

SHARED = "is_shared"
KEPT_SECONDS = 1.0  # the words of a block tell ages
MOST = 128  # drawings kept
OWN = (b"set-cookie",)


def shared(view: View) -> View:
    """Promise that a view's answer depends on its address, the shop and the language alone."""
    setattr(view, SHARED, True)
    return view


@dataclass(frozen=True, kw_only=True)
class Screen:
    """Who was let in: what a shared block depends on, and the headers of this screen alone."""

    store_id: int
    language: str
    headers: tuple[Header, ...] = ()


Check = Callable[[Sequence[str]], Sequence[Screen | None]]


@dataclass(kw_only=True)
class Drawing:
    """One drawing of a block, begun when the stream stood at `number`."""

    number: int
    begun_at: float
    headers: list[Header] = field(default_factory=list)
    body: bytes = b""
    is_whole: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def shows(self, number: int, at: float) -> bool:
        """Tell whether this is new enough for who asks at this position and moment."""
        return self.number >= number and at - self.begun_at <= KEPT_SECONDS

    def hear(self, message: Message, own: Sequence[bytes]) -> None:
        """Keep what is sent to the screen that asked first, less what is its own."""
        if message["type"] == "http.response.start":
            if message["status"] == 200:
                self.headers = [one for one in message["headers"] if one[0] not in own]
        elif self.headers:
            self.body += message.get("body", b"")
            self.is_whole = not message.get("more_body", False)


class Rereads:
    """Answers what is `shared` and was drawn already; everything else is left to the pages.

    A screen that the check does not know is the pages' to refuse, in their words.
    """

    def __init__(
        self,
        pages: Asgi,
        *,
        bus: Bus,
        find: Callable[[str], str | None],
        check: Check,
        answered: Answered,
    ) -> None:
        self.pages = pages
        self.bus = bus
        self._find = find
        self._checks = Together(check, name="rereads")
        self._answered = answered
        self._drawings: OrderedDict[tuple[Any, ...], Drawing] = OrderedDict()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        endpoint = self._find(scope["path"]) if scope["method"] == "GET" else None
        if endpoint is None:
            return await self.pages(scope, receive, send)
        # before the check: what is told while it goes on, the screen will ask for again
        number, at = self.bus.number, time.monotonic()
        screen = await self._let_in(scope)
        if screen is None:
            return await self.pages(scope, receive, send)
        key = (scope["path"], scope["query_string"], screen.store_id, screen.language)
        drawing = self._drawings.get(key)
        if drawing is None or not drawing.shows(number, at):
            drawing = self._begin(key, Drawing(number=number, begun_at=at))
            return await self._draw(drawing, screen, scope, receive, send)
        await drawing.ended.wait()
        if not drawing.is_whole:
            return await self.pages(scope, receive, send)
        await self._send(drawing, screen, send)
        return self._answered.count(endpoint, "GET", 200, time.monotonic() - at)

    async def _let_in(self, scope: Message) -> Screen | None:
        cookies = [value for name, value in scope["headers"] if name == b"cookie"]
        try:
            return await self._checks.ask(b"; ".join(cookies).decode("latin-1"))
        except (ComptoirError, SQLAlchemyError):
            return None

    def _begin(self, key: tuple[Any, ...], drawing: Drawing) -> Drawing:
        self._drawings[key] = drawing
        self._drawings.move_to_end(key)
        while len(self._drawings) > MOST:
            self._drawings.popitem(last=False)
        return drawing

    async def _draw(
        self, drawing: Drawing, screen: Screen, scope: Message, receive: Receive, send: Send
    ) -> None:
        own = (*OWN, *(name for name, _value in screen.headers))

        async def sent_and_kept(message: Message) -> None:
            drawing.hear(message, own)
            await send(message)

        try:
            await self.pages(scope, receive, sent_and_kept)
        finally:
            drawing.ended.set()

    async def _send(self, drawing: Drawing, screen: Screen, send: Send) -> None:
        headers = [*drawing.headers, *screen.headers]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": drawing.body, "more_body": False})


def finder(app: Flask) -> Callable[[str], str | None]:
    """Return what names the endpoint of a path whose view is `shared`."""
    addresses = app.url_map.bind("localhost")

    @lru_cache(maxsize=1024)
    def find(path: str) -> str | None:
        try:
            endpoint, _values = addresses.match(path, method="GET")
        except HTTPException:
            return None
        return endpoint if hasattr(app.view_functions[endpoint], SHARED) else None

    return find
