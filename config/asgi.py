"""One application out of three: the live stream, the pages, and the work behind them."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, Protocol

from store.web.live import Bus

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]


class Worker(Protocol):
    """Work that goes on beside the pages, such as the exchange with the central system."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Hybrid:
    """Sends `/events` to native asynchronous code and everything else to Flask's threads.

    Open streams then hold no thread: with threads alone, 20 streams block a server of 16.
    Workers start once the process that serves is up, and stop with it.
    """

    def __init__(
        self, *, bus: Bus, events: Asgi, pages: Asgi, workers: Sequence[Worker] = ()
    ) -> None:
        self.bus = bus
        self.events = events
        self.pages = pages
        self.workers = workers

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.live(receive, send)
        elif scope["path"] == "/events":
            await self.events(with_one_cookie(scope), receive, send)
        else:
            await self.pages(with_one_cookie(scope), as_coroutine(receive), send)

    async def live(self, receive: Receive, send: Send) -> None:
        """Answer the server's start and stop."""
        await receive()
        self.bus.attach(asyncio.get_running_loop())
        for worker in self.workers:
            worker.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.gather(*(asyncio.to_thread(worker.stop) for worker in self.workers))
        await send({"type": "lifespan.shutdown.complete"})


def with_one_cookie(scope: Message) -> Message:
    """Return the request with all its cookies in one field, as pages read them.

    Over HTTP/2 a browser sends each in a field of its own (RFC 9113, 8.2.3).
    """
    cookies = [value for name, value in scope["headers"] if name == b"cookie"]
    if len(cookies) < 2:
        return scope
    others = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
    return {**scope, "headers": [*others, (b"cookie", b"; ".join(cookies))]}


def as_coroutine(receive: Receive) -> Receive:
    """Return `receive` as a2wsgi needs it: granian's gives a future, from which no body is read."""

    async def awaited() -> Message:
        return await receive()

    return awaited
