"""All benchmarks, one after another: python -m tests.bench"""

import subprocess
import sys

BENCHES = (
    "start",
    "import_online_retail",
    "card",
    "screens",
    "board",
    "movements",
    "search",
    "scan_to_paint",
    "recovery",
)

if __name__ == "__main__":
    for name in BENCHES:
        print(f"\n== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=True)
