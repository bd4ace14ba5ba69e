"""The search under filters that leave little: what it finds, and how much it looks at for that."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from store import matching, search, search_filters
from store.database import make_engine, writing
from store.imports import many_goods
from store.models import StockLevel, Store, Variant
from store.records import ProductRecord, StoreRecord, VariantRecord
from store.search import Filters
from store.stores import upsert
from store.vocabulary import Meant
from tests.conftest import NOW, copied_postgres

ARTICLES = 2_400
STANDS = 800  # one article in so many stands in the shop
KINDS = ("Lampe", "Vase", "Lampe vase")
COLOURS = ("rouge", "vert", "bleu")


@pytest.fixture(scope="module")
def url(request, tmp_path_factory):
    if request.config.getoption("--database") == "sqlite":
        path = tmp_path_factory.mktemp("narrowed") / "catalogue.sqlite3"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        yield f"sqlite:///{path}"
        return
    given = request.getfixturevalue("postgres_url")
    with copied_postgres(given, request.getfixturevalue("postgres_template")) as fresh:
        yield fresh.render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def engine(url):
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
    return ProductRecord(reference=f"A-{number}", name=name, category="Maison", variants=(variant,))


@pytest.fixture
def session(engine, monkeypatch):
    monkeypatch.setattr(search, "MOST_CANDIDATES", 50)
    monkeypatch.setattr(matching, "MOST_BROAD", 40)
    with Session(engine) as session:
        yield session


def find(session, typed, offset=0, **filters):
    here = session.scalars(select(Store.id)).one()
    wanted = Filters(**filters)
    return search.products(session, typed, store_id=here, filters=wanted, limit=8, offset=offset)


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
    ("xyzzyx lampe", {"in_stock": True}),
]


@pytest.mark.parametrize("offset", [0, 8])
@pytest.mark.parametrize(("typed", "filters"), NARROWED)
def test_the_same_is_found_from_either_end(session, monkeypatch, typed, filters, offset):
    from_the_filters = told(find(session, typed, offset, **filters))
    monkeypatch.setattr(search_filters, "MOST_FEW", -1)

    assert from_the_filters == told(find(session, typed, offset, **filters))


def test_what_stands_here_is_found_though_nothing_else_does(session):
    found = find(session, "lampe", in_stock=True)

    assert sorted(hit.reference for hit in found.hits) == ["A-0", "A-1600", "A-800"]
    assert found.total == 3


@pytest.mark.parametrize(
    "filters",
    [{"in_stock": True}, {"size": "XL"}, {"colour": "mauve"}, {"price_to_minor": 9}],
)
@pytest.mark.parametrize("typed", ["lampe", ""])
def test_filters_that_leave_little_make_the_search_short(session, monkeypatch, typed, filters):
    little = steps(session, typed, filters)
    monkeypatch.setattr(search_filters, "MOST_FEW", -1)

    assert little < steps(session, typed, filters) / 2


def test_figures_of_nothing_are_not_looked_at(session):
    one = search_filters.few(session, Filters(in_stock=True), store_id=1)

    assert one.variants == ARTICLES / STANDS
    assert "ix_stock_level_store_id_variant_id" in plan(session, one.product_ids)


def test_two_common_words_are_put_side_by_side(session):
    lamp, vase = Meant(exact=("lamp",)), Meant(exact=("vas",))

    assert "ix_product_token_product_id_token" not in plan(session, matching.shared(lamp, [vase]))


def told(found):
    return [list(each) if isinstance(each, tuple) else each for each in vars(found).values()]


def only_sqlite(session):
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL has statistics, and finds the end to start from by itself")


def steps(session, typed, filters):
    """Return how many hundreds of steps SQLite's machine takes."""
    only_sqlite(session)
    find(session, typed, **filters)  # the words are read once
    raw = session.connection().connection.driver_connection
    taken = []
    raw.set_progress_handler(lambda: taken.append(1) and None, 100)
    find(session, typed, **filters)
    raw.set_progress_handler(None, 0)
    return len(taken)


def plan(session, query):
    only_sqlite(session)
    shown = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    return str(session.execute(text(f"EXPLAIN QUERY PLAN {shown}")).all())
