"""The search: filters, pages, and what changes under it; test_relevance.py holds what is found."""

import csv
import gzip
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

import store.sample
from store import completion, products, search, stock, word_book
from store.database import make_engine
from store.models import Product, Variant
from store.records import MovementRecord, ProductRecord, StoreRecord, VariantRecord
from store.search import Filters
from store.stores import upsert
from tests.conftest import NOW, copied_postgres

SAMPLE = Path(store.sample.__file__).parent


def english_names():
    with gzip.open(SAMPLE / "sales.csv.gz", "rt", encoding="utf-8") as lines:
        return {row["StockCode"]: row["Description"] for row in csv.DictReader(lines)}


def sample_records():
    """One record per reference of the sample's French names, with the real English ones."""
    english = english_names()
    grouped = {}
    with (SAMPLE / "names_fr.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            grouped.setdefault(row["reference"] or row["sku"], []).append(row)
    for reference, rows in grouped.items():
        yield ProductRecord(
            reference=reference,
            name=rows[0]["name"],
            name_en=english.get(rows[0]["sku"], "").capitalize(),
            category="Lumières" if "hotophore" in rows[0]["name"] else "Maison",
            variants=tuple(
                VariantRecord(sku=row["sku"], price_minor=100, colour=row["colour"]) for row in rows
            ),
        )


@pytest.fixture(scope="module")
def engine(request, tmp_path_factory):
    """One catalogue for the whole table of queries: nothing here writes."""
    with ExitStack() as stack:
        if request.config.getoption("--database") == "sqlite":
            path = tmp_path_factory.mktemp("search") / "catalogue.sqlite3"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            engine = make_engine(f"sqlite:///{path}")
        else:
            url = request.getfixturevalue("postgres_url")
            template = request.getfixturevalue("postgres_template")
            engine = make_engine(stack.enter_context(copied_postgres(url, template)))
        with Session(engine) as session:
            fill(session)
            session.commit()
        yield engine
        engine.dispose()


def fill(session):
    lille = upsert(session, StoreRecord(code="LIL", name="Lille"))
    assert lille.id == 1
    for record in sample_records():
        products.upsert(session, record, now=NOW)
    ean = VariantRecord(sku="EAN1", gtin="4006381333931", price_minor=100)
    products.upsert(
        session, ProductRecord(reference="EAN1", name="Stylo bleu", variants=(ean,)), now=NOW
    )
    counted = MovementRecord(
        source="till",
        source_id="1",
        store="LIL",
        sku="22720",
        kind="count",
        quantity=4,
        occurred_at=NOW,
    )
    stock.apply(session, [counted], now=NOW)


def find(session, text, **options):
    return search.products(session, text, store_id=1, **options)


def test_every_hit_of_one_word_holds_it(session):
    found = find(session, "photophore", limit=100)

    assert found.total == len(found.hits) > 3
    assert all("hotophore" in hit.name or "light" in hit.name_en for hit in found.hits)


def test_a_whole_word_comes_before_a_longer_one(session):
    names = [hit.name.lower() for hit in find(session, "sac", limit=100).hits]

    assert names[0].startswith("sac ")


def test_a_beginning_on_its_way_is_no_typing_error(session):
    found = find(session, "boug", limit=100)

    assert found.total
    assert not any("roug" in hit.name.lower() for hit in found.hits)


def test_nothing_with_all_words_gives_the_nearest(session):
    found = find(session, "photophore hippopotame")

    assert found.nearest
    assert found.hits[0].name.startswith("Photophore")


@pytest.mark.parametrize(
    "text", ["xyzzyxyz", "🙂🙂", "مصباح", "%", "_", "'; DROP TABLE product; --", "\x00", "1\x002"]
)
def test_nothing_at_all_is_no_error(session, text):
    found = find(session, text)

    assert found.nearest or found.total


def test_ten_thousand_characters_are_cut(session):
    assert find(session, "photophore " * 1000).hits


def test_an_empty_text_lists_a_category_by_name(session):
    found = find(session, "", filters=Filters(category="Lumières"), limit=3)

    assert [hit.name for hit in found.hits] == sorted(hit.name for hit in found.hits)
    assert found.total == dict(found.categories)["Lumières"]


def test_the_stock_filter_leaves_what_stands_here(session):
    found = find(session, "boites a gateaux", filters=Filters(in_stock=True))

    assert [hit.reference for hit in found.hits] == ["22720"]
    assert not find(session, "guirlande", filters=Filters(in_stock=True)).hits


def test_the_category_filter_keeps_the_counts_of_the_others(session):
    found = find(session, "coeur", filters=Filters(category="Lumières"), limit=100)

    assert {hit.category for hit in found.hits} == {"Lumières"}
    assert "Maison" in dict(found.categories)


def test_pages_follow_one_another_without_a_gap(session):
    whole = [hit.id for hit in find(session, "sac", limit=20).hits]

    pages = [
        hit.id for start in (0, 5, 10) for hit in find(session, "sac", limit=5, offset=start).hits
    ]

    assert pages == whole[: len(pages)]


def test_withdrawn_products_are_not_found(session):
    rabbit = session.scalar(select(Product).where(Product.reference == "23084"))
    rabbit.withdrawn_at = NOW

    assert not [hit for hit in find(session, "veilleuse lapin").hits if hit.reference == "23084"]


def test_a_new_product_is_found_at_once_and_gone_with_its_transaction(session):
    one = VariantRecord(sku="ZEBRE", price_minor=1)
    products.upsert(
        session, ProductRecord(reference="ZEBRE", name="Zèbre", variants=(one,)), now=NOW
    )

    assert find(session, "zebres").hits
    session.rollback()
    session.info.clear()
    assert not find(session, "zebres").hits


def test_another_session_learns_the_new_words_after_the_commit(session, database_url, now):
    engine = make_engine(database_url)
    with Session(engine) as writer, Session(engine) as reader:
        upsert(writer, StoreRecord(code="LIL", name="Lille"))
        writer.commit()
        assert not word_book.PRODUCTS.current(reader).counts
        reader.rollback()

        one = VariantRecord(sku="ZEBRE", price_minor=1)
        products.upsert(
            writer, ProductRecord(reference="ZEBRE", name="Zèbre", variants=(one,)), now=now
        )
        writer.commit()

        assert "zebr" in word_book.PRODUCTS.current(reader).counts
    engine.dispose()


@pytest.mark.parametrize(
    ("name", "colour", "texts"),
    [
        ("Mug émaillé", "rouge", ("red mug", "mug red", "RED MUG", "mug rouge", "red mugs")),
        ("Enamel mug", "red", ("mug rouge", "rouge mug", "mugs rouges", "red mug")),
        ("Enamel mug", "white", ("mug blanc", "mug blanche")),
        ("Mug émaillé gris", "", ("grey mug", "gray mug", "mug grise")),
    ],
)
def test_a_colour_is_found_by_its_name_in_the_other_language(session, name, colour, texts):
    variant = VariantRecord(sku="M-1", price_minor=500, colour=colour)
    other = VariantRecord(sku="M-2", price_minor=500, colour="vert")
    products.upsert(
        session, ProductRecord(reference="M-1", name=name, variants=(variant,)), now=NOW
    )
    products.upsert(session, ProductRecord(reference="M-2", name="Mug", variants=(other,)), now=NOW)

    for text in texts:
        found = find(session, text)
        assert not found.nearest, text
        assert [hit.reference for hit in found.hits] == ["M-1"], text


def test_colours_cost_no_query(session):
    find(session, "réveil")  # the words are read once

    assert queries(session, "clock rouge") == queries(session, "clock bakelite")


def test_the_number_of_queries_does_not_grow_with_the_results(session):
    counts = [queries(session, text) for text in ("22423 presentoir", "sac", "cabas")]

    assert max(counts) <= 6


def queries(session, text):
    seen = []
    engine = session.get_bind()
    find(session, text)  # the vocabulary is read once

    def listener(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", listener)
    find(session, text)
    event.remove(engine, "before_cursor_execute", listener)
    return len([statement for statement in seen if statement.lstrip().startswith("SELECT")])


def test_a_hit_shows_the_cheapest_price_and_every_variant(session):
    first = find(session, "coeur en osier").hits[0]

    ids = session.scalars(select(Variant.id).where(Variant.product_id == first.id)).all()
    assert set(first.variant_ids) == set(ids)
    assert (first.price_minor, first.several_prices) == (100, False)


@pytest.mark.parametrize(
    ("text", "names", "completed"),
    [
        ("lan", ["Lanterne en métal", "Grande lanterne", "Lampe"], ["lanterne"]),
        ("bougie lan", ["Lanterne"], ["bougie lanterne"]),
        ("lanterne ", ["Lanterne"], []),
        ("lanterne", ["Lanternes"], []),
        ("", ["Lanterne"], []),
        ("etoi", ["Étoile « Dorée »"], ["étoile"]),
    ],
)
def test_complete_finishes_the_last_word(text, names, completed):
    assert completion.complete(text, names) == completed


@pytest.mark.parametrize(
    ("text", "names", "told"),
    [
        ("photphore", ["Photophore suspendu"], ["photophore"]),
        ("photphor rouge", ["Photophores suspendus", "rouge"], ["photophores rouge"]),
        ("photo", ["Photophore"], []),
        ("lapins", ["Veilleuse lapin"], []),
        ("zzzz", ["Photophore"], []),
        ("", ["Photophore"], []),
    ],
)
def test_correct_puts_a_misspelt_word_right(text, names, told):
    assert completion.correct(text, names) == told
