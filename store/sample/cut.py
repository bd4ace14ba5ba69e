"""Make sales.csv.gz anew from the full Online Retail file: `python -m store.sample.cut FILE`.

The choice depends on the file alone, so that anybody can check what was kept.
"""

import csv
import gzip
import io
import sys
import zlib
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from store.imports.online_retail.codes import is_article

HERE = Path(__file__).resolve().parent
PRODUCTS, CUSTOMERS, ANONYMOUS, CORRECTIONS = 600, 1000, 250, 40
# what one person carries home, in the file's pounds
BASKET = (Decimal(3), Decimal(200))
LINES_OF_A_BASKET = 25

Row = list[str]
Invoices = dict[str, list[Row]]


def read(path: Path) -> tuple[Row, Invoices]:
    """Return the header and the rows of each invoice, in the order of the file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    invoices: Invoices = {}
    for row in rows:
        invoices.setdefault(row[0], []).append(row)
    return header, invoices


def total(rows: Iterable[Row]) -> Decimal:
    """Return what rows come to."""
    return sum((int(row[3]) * Decimal(row[5]) for row in rows), Decimal(0))


def draw(key: str) -> int:
    """Return a number that depends on the key alone."""
    return zlib.crc32(key.encode())


def baskets(invoices: Invoices) -> Invoices:
    """Return the invoices that one person could carry home."""
    low, high = BASKET
    return {n: rows for n, rows in invoices.items() if n.isdigit() and low < total(rows) <= high}


def choose_products(found: Invoices, named: set[str]) -> set[str]:
    """Return the codes that have a name of ours, filled up with those sold most."""
    counts = Counter(code for rows in found.values() for code in {row[1].upper() for row in rows})
    best = [code for code, _ in counts.most_common() if is_article(code) and code not in named]
    return named | set(best[: PRODUCTS - len(named)])


def choose_customers(found: Invoices) -> set[str]:
    """Return those who come most often, of equals by a draw."""
    counts = Counter(rows[0][6] for rows in found.values() if rows[0][6])
    ranked = sorted(counts, key=lambda customer: (-min(counts[customer], 3), draw(customer)))
    return set(ranked[:CUSTOMERS])


def is_correction(rows: list[Row]) -> bool:
    """Tell whether an invoice only corrects the stock."""
    return not rows[0][6] and all(Decimal(row[5]) == 0 for row in rows)


def cut(invoices: Invoices, named: set[str]) -> list[Row]:
    """Return the kept rows: the chosen people's baskets and returns, some without a name."""
    small = baskets(invoices)
    products, customers = choose_products(small, named), choose_customers(small)
    nameless = sorted((n for n, rows in small.items() if not rows[0][6]), key=draw)[:ANONYMOUS]
    notes = sorted((n for n, rows in invoices.items() if is_correction(rows)), key=draw)
    keep = {n for n, rows in small.items() if rows[0][6] in customers} | set(nameless)
    keep |= {n for n, rows in invoices.items() if n[0] == "C" and is_small_return(rows, customers)}
    keep |= set(notes[:CORRECTIONS])
    kept = [wanted(rows, products) for n, rows in invoices.items() if n in keep]
    return [row for rows in kept if any(is_article(row[1]) for row in rows) for row in rows]


def is_small_return(rows: list[Row], customers: set[str]) -> bool:
    """Tell whether one of the chosen customers brought some things back."""
    return rows[0][6] in customers and -BASKET[1] <= total(rows) < 0


def wanted(rows: list[Row], products: set[str]) -> list[Row]:
    """Return the rows of a basket that are kept."""
    kept = [row for row in rows if row[1].upper() in products or not is_article(row[1])]
    return kept[:LINES_OF_A_BASKET]


def main() -> None:
    """Write the cut beside this module."""
    header, invoices = read(Path(sys.argv[1]))
    with (HERE / "names_fr.csv").open(encoding="utf-8", newline="") as stream:
        named = {row["sku"] for row in csv.DictReader(stream)}
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *cut(invoices, named)])
    packed = gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)
    (HERE / "sales.csv.gz").write_bytes(packed)


if __name__ == "__main__":
    main()
