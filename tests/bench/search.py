"""The search at 4,000 and at 200,000 products, and the floor beside it.

Run: python -m tests.bench.search [--products 200000]. The databases are kept in
BENCH_DIR; see many_products.

Times are those of the server for the answer that a typing customer gets: from the request to the
last byte of the results, without a network; its CPU time beside it says the same on a machine that
has other work. The floor is the CPU time of the same statements with the same values by bare
sqlite3, in the same turn. The queries are drawn from the words of the catalogue itself.
"""

import argparse
import random
import sqlite3
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import serving, sources
from config.app import create_app
from store import words
from store.database import make_engine
from store.models import Product, Variant
from store.vocabulary import Vocabulary
from store.web.extensions import db
from store.word_book import PRODUCTS
from tests.bench import kept, many_products
from tests.bench.card import Times, told

ROUNDS = 1
AS_HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
LETTERS = "abcdefghilmnoprstuv"
PRICES = ("0-100", "95-95", "0-500", "500-2000", "9900-0")
SIZES = ("S", "XL", "45 cm")
COLOURS = ("rouge", "bleu", "doré")
NO_WORDS = ("hippopotame", "xylophone quantique", "zzzz", "🙂", "مصباح", "%", "12345")


@dataclass
class Asked:
    """One kind of query: what is asked at which kiosk, and the milliseconds of page and floor."""

    queries: list[dict[str, str]]
    kiosk: str = "kiosk-secret"
    page: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        lanes = (("", self.page), ("; CPU", self.cpu), ("; floor's CPU", self.floor))
        told = [f"{name} {three(Times(sorted(times)))}" for name, times in lanes]
        return f"{len(self.queries):>4} queries, p50/p95/p99 ms:{''.join(told)}"


def three(times: Times) -> str:
    return f"{times.p50:.1f}/{times.at(0.95):.1f}/{times.p99:.1f}"


def queries(place: Path) -> dict[str, Asked]:
    """Return at least 500 queries by kind."""
    drawn = random.Random(2026)
    engine = make_engine(f"sqlite:///{place / kept.DATABASE}")
    with Session(engine) as session:
        numbers = session.execute(select(Product.id, Product.name)).all()
        picked = drawn.sample(numbers, 160)
        ids = [row.id for row in picked]
        codes = session.execute(
            select(Variant.sku, Variant.gtin).where(Variant.product_id.in_(ids))
        ).all()
        categories = [name for (name,) in session.execute(select(Product.category).distinct())]
        book = PRODUCTS.read_behind(engine)
        book.join()
        known = PRODUCTS.current(session)
    engine.dispose()
    assert known is not None
    names = [row.name for row in picked]
    kinds = dict(kinds_of(drawn, names, codes, known))
    told = {kind: Asked([one if isinstance(one, dict) else {"q": one} for one in asked])
            for kind, asked in kinds.items()}  # fmt: skip
    told |= {kind: Asked(list(asked)) for kind, asked in narrowed(drawn, names, known)}
    told["broad, category"] = Asked(
        [{"q": word, "category": drawn.choice(categories)} for word in common_of(known)]
    )
    told["nothing typed, category"] = Asked(
        [{"category": name, **more} for name in categories[:10] for more in ({}, {"here": "1"})]
    )
    for kind, asked in few_here(drawn, names, known):
        queries = [{**one, "here": "1"} for one in asked]
        told[f"{kind}, few here"] = Asked(queries, many_products.QUIET_SECRET)
    return told


def kinds_of(
    drawn: random.Random, names: list[str], codes: Sequence[Any], known: Vocabulary
) -> Iterator[tuple[str, list[Any]]]:
    """Give each kind of query with its texts."""
    told, long, common = spelt(names), long_of(names), common_of(known)
    yield "broad word", common
    yield "first letter", list(LETTERS)
    yield "2 letters", sorted({word[:2] for word in long})[:50]
    yield "3 letters", sorted({word[:3] for word in long})[:70]
    yield "one word", [drawn.choice(one) for one in told[:60]]
    yield "two words", [" ".join(drawn.sample(one, 2)) for one in told[:80]]
    yield "whole name", [" ".join(drawn.sample(one, len(one))) for one in told[:40]]
    yield "one error", [misspelt(drawn, word) for word in drawn.sample(long, 70)]
    yield (
        "error in two words",
        [" ".join(misspelt(drawn, word) for word in drawn.sample(one, 2)) for one in told[:50]],
    )
    yield "errors, words apart", errors_apart(drawn, long)
    yield "SKU", [sku for sku, _gtin in codes[:30]]
    yield "GTIN", [gtin[1:] for _sku, gtin in codes[30:50]]
    yield (
        "GTIN misread",
        [gtin[1:-1] + str((int(gtin[-1]) + 1) % 10) for _sku, gtin in codes[50:60]],
    )
    yield "broad, in stock here", [{"q": word, "here": "1"} for word in common[:30]]
    yield "no result", [*NO_WORDS, *(f"{word} hippopotame" for word in common[:10])]


def narrowed(
    drawn: random.Random, names: list[str], known: Vocabulary
) -> Iterator[tuple[str, Iterator[dict[str, str]]]]:
    """Give each kind of query that filters narrow in a shop where much stands."""
    told, common = spelt(names), common_of(known)
    yield "broad, price", ({"q": word, "price": drawn.choice(PRICES)} for word in common)
    yield "broad, size", ({"q": word, "size": drawn.choice(SIZES)} for word in common)
    yield "broad, colour", ({"q": word, "colour": drawn.choice(COLOURS)} for word in common)
    yield "broad, all of these", (
        {"q": word, "size": drawn.choice(SIZES), "colour": drawn.choice(COLOURS),
         "price": drawn.choice(PRICES), "here": "1"} for word in common
    )  # fmt: skip
    yield "broad, no such size", ({"q": word, "size": "46"} for word in common[:30])
    yield (
        "two words, price",
        ({"q": " ".join(drawn.sample(one, 2)), "price": drawn.choice(PRICES)} for one in told[:60]),
    )
    yield "nothing typed, price", ({"price": price} for price in PRICES)
    yield "nothing typed, here", ({"here": "1", "size": size} for size in ("", *SIZES))


def few_here(
    drawn: random.Random, names: list[str], known: Vocabulary
) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Give each kind of query for what stands in a shop where hardly anything does."""
    told, long, common = spelt(names), long_of(names), common_of(known)
    texts = {
        "broad": common,
        "first letters": [*LETTERS, *sorted({word[:2] for word in long})[:30]],
        "two words": [" ".join(drawn.sample(one, 2)) for one in told[:60]],
        "one error": [misspelt(drawn, word) for word in drawn.sample(long, 60)],
        "errors apart": errors_apart(drawn, long),
    }
    for kind, asked in texts.items():
        yield kind, [{"q": text} for text in asked]
    yield "broad, price", [{"q": word, "price": drawn.choice(PRICES)} for word in common]
    yield "nothing typed", [{}, *({"size": size} for size in SIZES)]


def spelt(names: list[str]) -> list[list[str]]:
    told = [[word for word in words.split(name) if word.isalpha()] for name in names]
    return [one for one in told if len(one) >= 2]


def long_of(names: list[str]) -> list[str]:
    return [word for one in spelt(names) for word in one if len(word) >= 5]


def common_of(known: Vocabulary) -> list[str]:
    return sorted(known.counts, key=lambda word: -known.counts[word])[:60]


def errors_apart(drawn: random.Random, long: list[str]) -> list[str]:
    """Return pairs of misspelt words that seldom are in one article."""
    return [" ".join(misspelt(drawn, word) for word in drawn.sample(long, 2)) for _ in range(50)]


def misspelt(drawn: random.Random, word: str) -> str:
    """Return the word with one error of a kind drawn."""
    at = drawn.randrange(1, len(word) - 1)
    kinds = (
        word[:at] + word[at + 1 :],
        word[:at] + drawn.choice(LETTERS) + word[at:],
        word[:at] + drawn.choice(LETTERS) + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )
    return drawn.choice(kinds)


def application(place: Path) -> Flask:
    limits = {"COMPTOIR_STORE__CODE": "LIL", "COMPTOIR_LIMITS__LOOKUPS_PER_MINUTE": "10000"}
    return create_app(sources.load(environ={"COMPTOIR_DATA_DIR": str(place), **limits}))


def measure(place: Path) -> dict[str, Asked]:
    """Ask every query, each time with its floor beside it."""
    asked, app = queries(place), application(place)
    client = app.test_client()
    bare = sqlite3.connect(place / kept.DATABASE, isolation_level=None)
    bare.execute("PRAGMA cache_size = -16384")
    with app.app_context(), told(db.engine) as seen:
        PRODUCTS.read_behind(db.engine).join()
        for turn in range(ROUNDS + 1):  # the first warms up
            if turn:
                serving.set_apart()  # as a server does once it has started
            for kind in asked.values():
                client.set_cookie("comptoir_store_kiosk", kind.kiosk)
                for query in kind.queries:
                    seen.clear()
                    began, computed = time.perf_counter(), time.thread_time()
                    answer = client.get(f"/kiosk/search?{urlencode(query)}", headers=AS_HTMX)
                    taken = time.perf_counter() - began
                    computed = time.thread_time() - computed
                    assert answer.status_code == 200, query
                    bottom = floor(bare, seen)
                    if turn:
                        kind.page.append(taken * 1000)
                        kind.cpu.append(computed * 1000)
                        kind.floor.append(bottom * 1000)
    return asked


def floor(bare: sqlite3.Connection, statements: list[Any]) -> float:
    """Return the CPU seconds of the same statements without anything around them."""
    reads = [(text, values) for text, values in statements if text.startswith(("SELECT", "WITH"))]
    began = time.thread_time()
    for text, values in reads:
        bare.execute(text, values).fetchall()
    return time.thread_time() - began


def book(place: Path) -> str:
    """Return what the words in memory cost."""
    engine = make_engine(f"sqlite:///{place / kept.DATABASE}")
    began = time.perf_counter()
    PRODUCTS.read_behind(engine).join()
    taken = time.perf_counter() - began
    with Session(engine) as session:
        known = PRODUCTS.current(session)
    assert known is not None
    tracemalloc.start()
    copied = Vocabulary([(f"{word}", count) for word, count in known.counts.items()])
    size, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    began = time.perf_counter()
    copied.with_words({"zzebre": 1})
    grown = time.perf_counter() - began
    engine.dispose()
    return (
        f"{len(known.words):,} words in memory, {size / 1e6:.1f} MB; read behind the pages in"
        f" {taken:.2f} s; one more word costs {grown * 1000:.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, action="append")
    for products in parser.parse_args().products or [4_000, 200_000]:
        place = many_products.database(products)
        print(f"{products:,} products: {book(place)}")
        asked = measure(place)
        for kind, one in asked.items():
            print(f"  {kind:24}{one}")
        whole = Asked([query for one in asked.values() for query in one.queries])
        for one in asked.values():
            whole.page += one.page
            whole.cpu += one.cpu
            whole.floor += one.floor
        print(f"  {'all':24}{whole}")


if __name__ == "__main__":
    main()
