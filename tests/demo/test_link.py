"""The link carries what it is given while it is open, and nothing once it is cut."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from config.demo.link import LOOK_SECONDS, Link

PATIENCE_SECONDS = 20


def run(journey: Callable[[Path, int], Awaitable[None]], file: Path) -> None:
    async def whole() -> None:
        async with echo() as hub_port:
            link = Link(file, hub_port=hub_port)
            try:
                await asyncio.wait_for(journey(file, await link.start()), 30)
            finally:
                await link.stop()

    with ThreadPoolExecutor(1) as thread:  # a browser test may hold this thread's loop
        thread.submit(asyncio.run, whole()).result()


@asynccontextmanager
async def echo() -> AsyncIterator[int]:
    """A hub that says again whatever it hears."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def say(port: int, words: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(words)
        writer.write_eof()
        return await asyncio.wait_for(reader.read(), PATIENCE_SECONDS)
    finally:
        writer.close()


def test_an_open_link_carries_both_ways(tmp_path: Path) -> None:
    async def journey(_file: Path, port: int) -> None:
        assert await say(port, b"x" * 500_000) == b"x" * 500_000

    run(journey, tmp_path / "link")


def test_a_cut_link_refuses_and_an_open_one_carries_again(tmp_path: Path) -> None:
    async def journey(file: Path, port: int) -> None:
        file.write_text("cut")
        with pytest.raises(ConnectionError):
            await must_fail(port)
        file.write_text("open\n")
        assert await say(port, b"bonjour") == b"bonjour"

    run(journey, tmp_path / "link")


async def must_fail(port: int) -> None:
    """Say something; an end without an answer is a failure too."""
    if not await say(port, b"bonjour"):
        raise ConnectionResetError


def test_cutting_the_link_drops_what_it_carries(tmp_path: Path) -> None:
    async def journey(file: Path, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"bonjour")
        assert await reader.readexactly(7) == b"bonjour"

        file.write_text("cut")

        with pytest.raises(ConnectionError):
            rest = await asyncio.wait_for(reader.read(), PATIENCE_SECONDS + LOOK_SECONDS)
            raise ConnectionResetError(rest)
        writer.close()

    run(journey, tmp_path / "link")


def test_a_hub_that_is_down_looks_like_a_dead_line(tmp_path: Path) -> None:
    async def whole() -> None:
        async with echo() as hub_port:
            pass
        link = Link(tmp_path / "link", hub_port=hub_port)
        port = await link.start()
        with pytest.raises(ConnectionError):
            await must_fail(port)
        await link.stop()

    with ThreadPoolExecutor(1) as thread:  # a browser test may hold this thread's loop
        thread.submit(asyncio.run, whole()).result()
