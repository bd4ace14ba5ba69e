"""The whole demo: link, hub and store, from the first line printed to the last signal."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from config import folder
from config.demo import data
from config.demo.children import Child, Tell
from config.demo.link import Link
from store.sample import files

HOST = "127.0.0.1"
# a demo shall be lively: what is waited for in a shop would bore here; each can be set
PACE = {
    "COMPTOIR_SYNC__INTERVAL_SECONDS": "1",
    "COMPTOIR_SYNC__BREAKER_OPEN_SECONDS": "2",
    "COMPTOIR_SYNC__BACKOFF_BASE_SECONDS": "0.5",
    "COMPTOIR_SYNC__BACKOFF_MAX_SECONDS": "5",
    "COMPTOIR_SERVER__LOG_LEVEL": "error",
    "COMPTOIR_LOYALTY__REWARD_POINTS": "500",
}
# what the environment may say of another server is not for these two
NOT_OURS = ("DATABASE__URL", "SYNC__TOKEN", "SYNC__HUB_URL", "SERVER__SECRET_KEY", "HTTPS__MODE")


@dataclass(frozen=True, kw_only=True)
class Demo:
    """Where the demo lives and listens."""

    home: Path
    port: int
    hub_port: int

    @property
    def store_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def hub_url(self) -> str:
        return f"http://{HOST}:{self.hub_port}"


def run(demo: Demo, *, ready: Callable[[Demo], None], died: Tell) -> None:
    """Make the demo, once, and serve it until SIGTERM or Ctrl-C.

    Raises DataFolderInUse, PortTaken, NotADemo or DiedAtStart.
    """
    with folder.hold(demo.home):
        for port in (demo.port, demo.hub_port):
            folder.check_port(HOST, port)
        data.prepare(demo.home)
        asyncio.run(serve(demo, ready=ready, died=died))


async def serve(demo: Demo, *, ready: Callable[[Demo], None], died: Tell) -> None:
    """Run the link and both servers until a signal comes."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    link = Link(demo.home / data.LINK, hub_port=demo.hub_port)
    link_port = await link.start()
    hub = Child(data.HUB, port=demo.hub_port, environ=hub_environ(demo), died=died)
    store = Child(data.STORE, port=demo.port, environ=store_environ(demo, link_port), died=died)
    try:
        await asyncio.gather(hub.start(), store.start())
        ready(demo)
        await stop.wait()
    finally:
        await asyncio.gather(store.stop(), hub.stop())
        await link.stop()


def store_environ(demo: Demo, link_port: int) -> dict[str, str]:
    """Return the environment of the store, which knows the hub by the link only."""
    return {
        **common_environ(os.environ),
        "COMPTOIR_DATA_DIR": str(demo.home / data.STORE),
        "COMPTOIR_SERVER__ROLE": "store",
        "COMPTOIR_SERVER__PORT": str(demo.port),
        "COMPTOIR_SERVER__PUBLIC_URL": demo.store_url,
        "COMPTOIR_STORE__CODE": files.home_store(),
        "COMPTOIR_SYNC__HUB_URL": f"http://{HOST}:{link_port}",
        "COMPTOIR_SYNC__TOKEN_FILE": str(demo.home / data.STORE / data.KEY_TO_HUB),
        "COMPTOIR_MESSAGES__FOLDER": str(demo.home / data.STORE / data.MAILS),
        "COMPTOIR_DEMO__LINK_FILE": str(demo.home / data.LINK),
        "COMPTOIR_DEMO__OTHER_URL": demo.hub_url,
    }


def hub_environ(demo: Demo) -> dict[str, str]:
    """Return the environment of the hub."""
    return {
        **common_environ(os.environ),
        "COMPTOIR_DATA_DIR": str(demo.home / data.HUB),
        "COMPTOIR_SERVER__ROLE": "hub",
        "COMPTOIR_SERVER__PORT": str(demo.hub_port),
        "COMPTOIR_SERVER__PUBLIC_URL": demo.hub_url,
        "COMPTOIR_STORE__CODE": "",
        "COMPTOIR_DEMO__OTHER_URL": demo.store_url,
    }


def common_environ(environ: Mapping[str, str]) -> dict[str, str]:
    foreign = {f"COMPTOIR_{name}{end}" for name in NOT_OURS for end in ("", "_FILE")}
    kept = {name: value for name, value in environ.items() if name not in foreign}
    return {**PACE, **kept, "COMPTOIR_SERVER__HOST": HOST, "COMPTOIR_DEMO__ON": "true"}
