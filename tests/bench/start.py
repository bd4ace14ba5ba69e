"""From the command to the first answer: `comptoir serve` on a shop's data.

Run: python -m tests.bench.start

The floor is the interpreter that imports the largest of the libraries, and ends.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.servers import COMPTOIR, Server, free_port

ROUNDS = 7
MOST_SECONDS = 2.0
LIBRARIES = "import flask, flask_sqlalchemy, flask_babel, granian.server.embed"


def seconds_to_serve(server: Server) -> float:
    """Start the server, and return after how many seconds it could serve."""
    begun = time.perf_counter()
    server.start()
    seconds = time.perf_counter() - begun
    server.stop()
    return seconds


def seconds_to_import() -> float:
    """Return what the libraries alone take."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", LIBRARIES], check=True)
    return time.perf_counter() - begun


def main() -> None:
    """Print the medians, the ratio and whether the figure is held."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), free_port())
        init = [*COMPTOIR, "init", "--store", "LIL", "--pin", "2580"]
        subprocess.run(init, env=server.settings, check=True, stdout=subprocess.DEVNULL)
        pairs = [(seconds_to_serve(server), seconds_to_import()) for _ in range(ROUNDS)]
    serving, floor = (median(times) for times in zip(*pairs, strict=True))
    held = "held" if serving <= MOST_SECONDS else "NOT held"
    print(f"start to serving {serving:.2f} s (at most {MOST_SECONDS:.0f}: {held})")
    print(f"floor: the libraries alone {floor:.2f} s, ratio {serving / floor:.1f}")


if __name__ == "__main__":
    main()
