"""The search under filters that leave little: what it finds, and how much it looks at for that."""

import shutil
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from store import matching, search, search_filters
from store.database import make_engine, writing
from store.imports import many_goods
from store.models import Product, StockLevel, Store, Variant
from store.records import ProductRecord, StoreRecord, VariantRecord
from store.search import Filters
from store.stores import upsert
from store.vocabulary import Meant
from tests.conftest import NOW

ARTICLES = 2_400
STANDS = 800  # one article in so many stands in the shop
KINDS = ("Lampe", "Vase", "Lampe vase")
COLOURS = ("rouge", "vert", "bleu")


@pytest.fixture(scope="module")
def engine(lasting_database_url):
    with filled(lasting_database_url) as engine:
        yield engine


@pytest.fixture(scope="module")
def sqlite_engine(sqlite_template, tmp_path_factory):
    """An engine on SQLite whatever the rest is tested on: what is measured is its machine."""
    path = tmp_path_factory.mktemp("narrowed") / "catalogue.sqlite3"
    shutil.copy(sqlite_template, path)
    with filled(f"sqlite:///{path}") as engine:
        yield engine


@contextmanager
def filled(url):
    engine = make_engine(url)
    with writing(engine) as session:
        here = upsert(session, StoreRecord(code="LIL", name="Lille"))
        many_goods.write(session, [article(number) for number in range(ARTICLES)], now=NOW)
        for place, variant in enumerate(session.scalars(select(Variant).order_by(Variant.id))):
            stands = 2 if place % STANDS == 0 else 0
            level = StockLevel(store_id=here.id, variant_id=variant.id, learnt_at=NOW)
            level.on_hand = level.counted = stands
            session.add(level)
    yield engine
    engine.dispose()


def article(number):
    variant = VariantRecord(
        sku=f"A-{number}",
        price_minor=number + 1,
        size="XL" if number % 1_200 == 7 else "M",
        colour=COLOURS[number % 3],
    )
    name = f"{KINDS[number // 3 % 3]} {'ronde' if number % 5 else 'fine'} {number}"
    category = "Jardin" if number % 300 == 4 else "Maison"
    return ProductRecord(reference=f"A-{number}", name=name, category=category, variants=(variant,))


@pytest.fixture(autouse=True)
def small_limits(monkeypatch):
    monkeypatch.setattr(search, "MOST_CANDIDATES", 50)
    monkeypatch.setattr(matching, "MOST_BROAD", 40)


@pytest.fixture
def session(engine):
    with Session(engine) as session:
        yield session


@pytest.fixture
def on_sqlite(sqlite_engine):
    with Session(sqlite_engine) as session:
        yield session


def find(session, typed, offset=0, every_id=False, **filters):
    return search.products(
        session,
        typed,
        store_id=session.scalars(select(Store.id)).one(),
        filters=Filters(**filters),
        limit=8,
        offset=offset,
        every_id=every_id,
    )


NARROWED = [
    ("lampe", {"in_stock": True}),
    ("lampe", {"size": "XL"}),
    ("vase", {"price_to_minor": 9}),
    ("vase", {"price_from_minor": 10, "price_to_minor": 12, "colour": "rouge"}),
    ("lampe vase", {"in_stock": True, "colour": "rouge"}),
    ("lampe", {"in_stock": True, "size": "XL"}),
    ("lampe", {"colour": "mauve"}),
    ("lampe", {"in_stock": True, "category": "Maison"}),
    ("lanpe", {"price_from_minor": 2395}),
    ("lampee vas", {"in_stock": True}),
    ("", {"in_stock": True}),
    ("", {"price_to_minor": 9, "colour": "vert"}),
    ("", {"size": "XL", "category": "Maison"}),
]


@pytest.mark.parametrize("offset", [0, 8])
@pytest.mark.parametrize(("typed", "filters"), NARROWED)
def test_the_same_is_found_from_either_end(session, monkeypatch, typed, filters, offset):
    from_the_filters = told(find(session, typed, offset, **filters))
    monkeypatch.setattr(search_filters, "VERY_FEW", -1)
    from_more_of_them = told(find(session, typed, offset, **filters))
    start_from_the_words(monkeypatch)

    assert from_the_filters == told(find(session, typed, offset, **filters))
    assert from_the_filters == from_more_of_them


def test_what_stands_here_is_found_though_nothing_else_does(session):
    found = find(session, "lampe", in_stock=True)

    assert sorted(hit.reference for hit in found.hits) == ["A-0", "A-1600", "A-800"]
    assert found.total == 3


@pytest.mark.parametrize("typed", ["vase", "ronde", "vase ronde"])
def test_a_common_word_is_found_in_a_small_category(session, monkeypatch, typed):
    found = told(find(session, typed, category="Jardin"))
    start_from_the_words(monkeypatch)

    assert found[0]
    assert {hit.category for hit in found[0]} == {"Jardin"}
    assert found[:2] == told(find(session, typed, category="Jardin"))[:2]


@pytest.mark.parametrize("filters", [{}, {"colour": "vert"}, {"price_from_minor": 1_000}])
@pytest.mark.parametrize("category", ["", "Maison"])
@pytest.mark.parametrize("few", [-1, 20_000])
def test_a_long_shelf_is_read_only_up_to_its_page(session, monkeypatch, filters, category, few):
    monkeypatch.setattr(search_filters, "MOST_FEW", few)
    monkeypatch.setattr(search_filters, "VERY_FEW", -1)
    wanted = {"category": category, **filters}
    page = find(session, "", offset=8, **wanted)
    every = find(session, "", offset=8, every_id=True, **wanted)

    assert page.ids == every.ids[:16]
    assert page.hits == every.hits
    assert len(page.hits) == 8
    assert (page.total, page.is_all) == (every.total, every.is_all) == (50, False)


def test_what_is_withdrawn_makes_no_shelf_long(session, monkeypatch):
    start_from_the_words(monkeypatch)
    green = select(Variant.product_id).where(Variant.colour == "vert", Variant.price_minor > 90)
    session.execute(update(Product).where(Product.id.in_(green)).values(withdrawn_at=NOW))

    page = find(session, "", colour="vert")

    assert (page.total, page.is_all) == (30, True)


def test_very_few_are_counted_to_the_article_though_a_page_is_soon_full(session):
    found = find(session, "lampe", price_to_minor=60)

    lamps = [number for number in range(60) if "Lampe" in article(number).name]
    assert len(found.hits) == 8
    assert (found.total, found.is_all) == (len(lamps), True)


@pytest.mark.parametrize("every_id", [False, True])
def test_a_long_shelf_ends_where_its_figure_does(session, every_id):
    page = find(session, "", offset=48, every_id=every_id, category="Maison")

    assert (page.total, len(page.ids), len(page.hits)) == (50, 50, 2)


def test_of_a_common_word_alone_the_weightiest_are_found(session):
    found = find(session, "ronde")

    assert (found.total, found.is_all) == (40, False)


@pytest.mark.parametrize("filters", [{"colour": "vert"}, {"category": "Maison"}])
def test_pages_behind_the_weightiest_show_nothing_again(session, monkeypatch, filters):
    monkeypatch.setattr(search, "MOST_CANDIDATES", 500)
    start_from_the_words(monkeypatch)

    pages = [find(session, "lampe", offset, **filters) for offset in range(0, 80, 8)]

    shown = [hit.reference for page in pages for hit in page.hits]
    assert len(set(shown)) == len(shown) == 80


def test_the_nearest_is_what_stands_here(session):
    found = find(session, "xyzzyx lampe", in_stock=True)

    assert found.nearest
    assert sorted(hit.reference for hit in found.hits) == ["A-0", "A-1600", "A-800"]


@pytest.mark.parametrize(
    "filters",
    [{"in_stock": True}, {"size": "XL"}, {"colour": "mauve"}, {"price_to_minor": 9}],
)
@pytest.mark.parametrize("typed", ["lampe", ""])
def test_filters_that_leave_little_make_the_search_short(on_sqlite, monkeypatch, typed, filters):
    little = steps(on_sqlite, typed, filters)
    start_from_the_words(monkeypatch)

    assert little < steps(on_sqlite, typed, filters) / 2


def test_figures_of_nothing_are_not_looked_at(on_sqlite):
    one = search_filters.few(on_sqlite, Filters(in_stock=True), store_id=1, most=100)

    assert one.rows == ARTICLES / STANDS
    assert "ix_stock_level_store_id_variant_id" in plan(on_sqlite, one.product_ids)


def test_two_common_words_are_put_side_by_side(on_sqlite):
    lamp, vase = Meant(exact=("lamp",)), Meant(exact=("vas",))

    assert "ix_product_token_product_id_token" not in plan(on_sqlite, matching.shared(lamp, [vase]))


def start_from_the_words(monkeypatch):
    for bound in ("MOST_FEW", "VERY_FEW"):
        monkeypatch.setattr(search_filters, bound, -1)


def told(found):
    return [list(each) if isinstance(each, tuple) else each for each in vars(found).values()]


def steps(session, typed, filters):
    """Return how many hundreds of steps SQLite's machine takes."""
    find(session, typed, **filters)  # the words are read once
    raw = session.connection().connection.driver_connection
    taken = []
    raw.set_progress_handler(lambda: taken.append(1) and None, 100)
    find(session, typed, **filters)
    raw.set_progress_handler(None, 0)
    return len(taken)


def plan(session, query):
    shown = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    return str(session.execute(text(f"EXPLAIN QUERY PLAN {shown}")).all())
