"""The link between the demo's store and hub: a TCP proxy that a file cuts and restores."""

import asyncio
from pathlib import Path

from config.demo.data import is_cut

HOST = "127.0.0.1"
LOOK_SECONDS = 0.1
CHUNK_BYTES = 1 << 16


class Link:
    """Carries connections to the hub while the file says open; cut, it drops and refuses them."""

    def __init__(self, file: Path, *, hub_port: int) -> None:
        self.file = file
        self.hub_port = hub_port
        self.carried: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Begin to listen and return the port."""
        self._server = await asyncio.start_server(self._carry, HOST, 0)
        self._watch = asyncio.create_task(self._look())
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Drop everything and listen no more."""
        if self._watch and self._server:
            self._watch.cancel()
            self._server.close()
            self._drop()

    async def _look(self) -> None:
        while True:
            if is_cut(self.file):
                self._drop()
            await asyncio.sleep(LOOK_SECONDS)

    def _drop(self) -> None:
        for writer in tuple(self.carried):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if is_cut(self.file):
            writer.transport.abort()
            return
        try:
            hub_reader, hub_writer = await asyncio.open_connection(HOST, self.hub_port)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, hub_writer}
        self.carried |= ends
        try:
            await asyncio.gather(self._pump(reader, hub_writer), self._pump(hub_reader, writer))
        finally:
            self.carried -= ends
            for end in ends:
                end.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass bytes on, and the end of them; when either side is lost, so is the other."""
        try:
            while data := await reader.read(CHUNK_BYTES):
                if is_cut(self.file):
                    self._drop()
                    return
                writer.write(data)
                await writer.drain()
            writer.write_eof()
        except OSError:
            writer.transport.abort()
