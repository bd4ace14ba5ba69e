"""The demo's servers as processes: started, waited for, started again when they die."""

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Mapping

from config.demo.faults import DiedAtStart

READY_SECONDS = 60.0
LOOK_SECONDS = 0.05
STOP_SECONDS = 9.0
# one that dies again at once is given more and more time
PAUSES = (0.1, 0.5, 2.0, 5.0)
LIVED_SECONDS = 10.0
Tell = Callable[[str, int], None]


class Child:
    """One server and the port on which it answers."""

    def __init__(self, name: str, *, port: int, environ: Mapping[str, str], died: Tell) -> None:
        self.name = name
        self.port = port
        self.environ = dict(environ)
        self.died = died
        self.is_stopping = False
        self.process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the server and return once it serves; raises DiedAtStart."""
        process = await self._spawn()
        await self._until_ready(process)
        self._keeper = asyncio.create_task(self._keep(process))

    async def stop(self) -> None:
        """End the server; one that does not end by itself is killed."""
        self.is_stopping = True
        if self._keeper:
            self._keeper.cancel()
        process = self.process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _spawn(self) -> asyncio.subprocess.Process:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "config.demo.child", "serve",
            env=self.environ,
            stdin=asyncio.subprocess.PIPE,  # closes when the demo ends, however it ends
            stdout=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the demo, which then ends both
        )  # fmt: skip
        return self.process

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not await answers(self.port):
            if process.returncode is not None or time.monotonic() > deadline:
                raise DiedAtStart(self.name, process.returncode or 1)
            await asyncio.sleep(LOOK_SECONDS)

    async def _keep(self, process: asyncio.subprocess.Process) -> None:
        deaths = 0
        while True:
            started = time.monotonic()
            status = await process.wait()
            if self.is_stopping:
                return
            self.died(self.name, status)
            deaths = 0 if time.monotonic() - started > LIVED_SECONDS else deaths + 1
            await asyncio.sleep(PAUSES[min(deaths, len(PAUSES) - 1)])
            process = await self._spawn()


async def answers(port: int) -> bool:
    """Tell whether a server on this machine says that it can serve."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")
        await writer.drain()
        status = await asyncio.wait_for(reader.readline(), 2)
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()
    return b" 200 " in status
