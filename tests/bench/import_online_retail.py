"""The import of the full Online Retail file: time and memory, beside the bare work.

Run: python -m tests.bench.import_online_retail

The floor reads the same file with csv and writes the same number of rows with bare sqlite3: no
checks, no names, no sums per customer, no search.
"""

import csv
import gzip
import json
import os
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

import psutil

from store.database import PRAGMAS
from tests.servers import COMPTOIR

FULL = Path(__file__).parents[3] / "shared/data/online_retail/online_retail.csv.gz"
MOST_SECONDS = 60
MOST_MEGABYTES = 400


def import_once(folder: Path) -> dict[str, float]:
    """Run the command and return its figures, and its greatest memory in megabytes."""
    environ = {**os.environ, "COMPTOIR_DATA_DIR": str(folder)}
    process = subprocess.Popen(
        [*COMPTOIR, "import", "online-retail", str(FULL), "--json"],
        env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    watched, peak = psutil.Process(process.pid), 0
    while process.poll() is None:
        try:
            peak = max(peak, watched.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.05)
    answer, _ = process.communicate()
    assert process.returncode == 0
    return {**json.loads(answer), "megabytes": peak / 1e6}


def floor(path: Path) -> float:
    """Return the seconds for parsing the file and inserting its lines and invoices bare."""
    database = sqlite3.connect(path, isolation_level=None)
    for name, value in PRAGMAS.items():
        database.execute(f"PRAGMA {name} = {value}")
    database.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, a INT, b TEXT, c INT, d INT)")
    database.execute("CREATE TABLE invoice (id TEXT PRIMARY KEY, at TEXT, customer TEXT)")
    started = time.perf_counter()
    with gzip.open(FULL, "rt", encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        next(rows)
        database.execute("BEGIN IMMEDIATE")
        for number, row in enumerate(rows):
            database.execute(
                "INSERT INTO line (a, b, c, d) VALUES (?, ?, ?, ?)",
                (number, row[1], int(row[3]), round(float(row[5]) * 100) * int(row[3])),
            )
            database.execute(
                "INSERT OR IGNORE INTO invoice VALUES (?, ?, ?)", (row[0], row[4], row[6])
            )
        database.execute("COMMIT")
    database.close()
    return time.perf_counter() - started


def main() -> None:
    """Print the figures and hold them against the limits."""
    if not FULL.exists():
        print(f"not measured: the whole file of Online Retail is not at {FULL}")
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        environ = {**os.environ, "COMPTOIR_DATA_DIR": str(data)}
        init = [*COMPTOIR, "init", "--pin", "2580"]
        subprocess.run(init, env=environ, check=True, stdout=subprocess.DEVNULL)
        first, second = import_once(data), import_once(data)
        bare = floor(Path(folder) / "bare.sqlite3")
    print(
        f"541,909 lines: {first['seconds']:.1f} s, {first['megabytes']:.0f} MB at most; again:"
        f" {second['seconds']:.1f} s; floor {bare:.1f} s, {first['seconds'] / bare:.1f} times"
    )
    assert (first["lines"], first["total_minor"], second["added"]) == (541_909, 974_774_793, 0)
    assert first["seconds"] <= MOST_SECONDS
    assert max(first["megabytes"], second["megabytes"]) <= MOST_MEGABYTES


if __name__ == "__main__":
    main()
