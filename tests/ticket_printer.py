"""A ticket printer on the network, as Epson's command reference describes one, in this process.

It understands what slips need: ESC @, GS v 0 (a raster), GS V (the knife), DLE EOT n (answered at
once) and GS r 1 (answered in its turn). Without paper or with an open cover it stops and keeps what
came in its buffer.
"""

import socket
import threading
from dataclasses import dataclass, field

from PIL import Image

ESC, GS, DLE = 0x1B, 0x1D, 0x10


@dataclass
class TicketPrinter:
    """The printer; each paper that came out is a picture."""

    paper: str = "full"  # full | low | out
    is_cover_open: bool = False
    is_offline: bool = False
    runs_out_after: int | None = None  # papers, then it is out in the middle of the next
    is_silent: bool = False  # takes everything, answers nothing
    papers: list[Image.Image] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def __enter__(self) -> "TicketPrinter":
        self._server = socket.create_server(("127.0.0.1", self.port))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_why) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    @property
    def is_stopped(self) -> bool:
        return self.paper == "out" or self.is_cover_open or self.is_offline

    def _accept(self) -> None:
        while True:
            try:
                link, _address = self._server.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        with link:
            stream = _Stream(link)
            rows: list[bytes] = []
            while (byte := stream.take()) is not None:
                if byte == DLE:
                    stream.take()
                    self._answer(link, self._status(stream.take() or 0))
                elif byte == ESC:
                    stream.skip_escape()
                elif byte == GS and not self._command(stream, link, rows):
                    return

    def _command(self, stream: "_Stream", link: socket.socket, rows: list[bytes]) -> bool:
        """Do what follows GS; False when it has stopped and what comes stays in its buffer."""
        kind = stream.take()
        if kind == 0x76 and len(self.papers) == self.runs_out_after:
            self.paper = "out"
        if self.is_stopped:
            stream.swallow(self, link)
            return False
        match kind:
            case 0x76:  # v 0 m xL xH yL yH
                head = stream.some(6)
                width, height = head[2] + 256 * head[3], head[4] + 256 * head[5]
                rows += [stream.some(width) for _ in range(height)]
            case 0x56:  # V m n
                stream.take_cut()
                self.papers.append(_picture(rows))
                rows.clear()
            case 0x72:  # r n
                stream.take()
                self._answer(link, 0x03 if self.paper == "low" else 0x00)
        return True

    def _answer(self, link: socket.socket, status: int) -> None:
        if not self.is_silent:
            link.sendall(bytes([status]))

    def _status(self, kind: int) -> int:
        fixed = 0x12
        if kind == 1:
            return fixed | (0x08 if self.is_stopped else 0)
        if kind == 2:
            return (
                fixed | (0x04 if self.is_cover_open else 0) | (0x20 if self.paper == "out" else 0)
            )
        if kind == 4:
            return fixed | {"full": 0, "low": 0x0C, "out": 0x6C}[self.paper]
        return fixed


class _Stream:
    """The bytes of one connection."""

    def __init__(self, link: socket.socket) -> None:
        self.link, self.buffer = link, b""

    def take(self) -> int | None:
        if not self.buffer:
            try:
                self.buffer = self.link.recv(65536)
            except OSError:
                return None
        if not self.buffer:
            return None
        first, self.buffer = self.buffer[0], self.buffer[1:]
        return first

    def some(self, count: int) -> bytes:
        found = bytearray()
        while len(found) < count and (byte := self.take()) is not None:
            found.append(byte)
            room = count - len(found)
            found += self.buffer[:room]
            self.buffer = self.buffer[room:]
        return bytes(found)

    def skip_escape(self) -> None:
        following = self.take()
        if following in (0x64, 0x4A, 0x61, 0x33):  # d, J, a and 3 have a number
            self.take()

    def take_cut(self) -> None:
        if self.take() in (0x41, 0x42):
            self.take()

    def swallow(self, printer: TicketPrinter, link: socket.socket) -> None:
        """Take what comes without printing; real-time questions are still answered."""
        last = b""
        while (byte := self.take()) is not None:
            last = (last + bytes([byte]))[-3:]
            if last[:2] == b"\x10\x04" and len(last) == 3 and last[2] in (1, 2, 3, 4):
                printer._answer(link, printer._status(last[2]))


def _picture(rows: list[bytes]) -> Image.Image:
    width = len(rows[0]) * 8
    return Image.frombytes("1", (width, len(rows)), b"".join(rows))
