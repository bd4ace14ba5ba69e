"""The words in memory: read once, then kept up, without a page that waits."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import products, search, search_index, word_book
from store.database import make_engine
from store.errors import NotFound
from store.models import ProductToken
from store.records import ProductRecord, VariantRecord
from store.vocabulary import Vocabulary
from store.word_book import PRODUCTS
from tests.counting import counted


def add(session, name, *, reference="", now):
    reference = reference or name.upper()
    record = ProductRecord(
        reference=reference, name=name, variants=(VariantRecord(sku=reference, price_minor=100),)
    )
    return products.upsert(session, record, now=now)


def found(session, text):
    return [hit.reference for hit in search.products(session, text, store_id=1).hits]


def test_a_change_reads_the_words_of_what_changed_only(session, engine, now):
    add(session, "Lanterne", now=now)
    session.commit()
    before = PRODUCTS.current(session)

    add(session, "Zèbre", now=now)
    session.commit()
    with counted(engine) as statements:
        after = PRODUCTS.current(session)

    assert {"zebr", "zebre"} == after.counts.keys() - before.counts.keys()
    assert len(statements) == 3
    assert not any("GROUP BY" in statement for statement in statements)


def test_nothing_is_read_when_nothing_changed(session, engine, now):
    add(session, "Lanterne", now=now)
    session.commit()
    before = PRODUCTS.current(session)

    with counted(engine) as statements:
        assert PRODUCTS.current(session) is before

    assert len(statements) == 1


def test_many_changes_are_read_behind_the_page(session, engine, now, monkeypatch):
    monkeypatch.setattr(word_book, "MOST_CHANGED", 1)
    add(session, "Lanterne", now=now)
    session.commit()
    before = PRODUCTS.current(session)
    for name in ("Zèbre", "Girafe"):
        add(session, name, now=now)
    session.commit()

    assert PRODUCTS.current(session) is before
    session.commit()
    PRODUCTS.read_behind(engine).join()

    assert {"zebr", "giraf"} <= PRODUCTS.current(session).counts.keys()


def test_a_large_book_is_read_behind_the_first_page_that_finds_what_is_spelt_right(
    session, engine, now, monkeypatch
):
    monkeypatch.setattr(word_book, "FEW", 0)
    add(session, "Lanterne en métal", now=now)
    session.commit()
    monkeypatch.setattr(PRODUCTS, "read_behind", lambda _engine: None)

    assert PRODUCTS.current(session) is None
    assert found(session, "lanternes met") == ["LANTERNE EN MÉTAL"]


def test_a_reference_needs_no_place_in_the_book(session, now):
    add(session, "Lanterne", reference="LAN-4711", now=now)
    session.commit()

    assert "lan4711" not in PRODUCTS.current(session).counts
    assert found(session, "lan-4711") == ["LAN-4711"]
    assert found(session, "lan4711") == ["LAN-4711"]


def test_a_new_name_is_found_and_the_old_one_no_more(session, now):
    add(session, "Lanterne", reference="1", now=now)
    session.commit()
    assert found(session, "lanterne") == ["1"]

    add(session, "Photophore", reference="1", now=now)
    session.commit()

    assert found(session, "photophore") == ["1"]
    assert found(session, "lanterne") == []


def test_a_withdrawn_product_is_found_no_more_until_its_source_tells_it_again(session, now):
    add(session, "Lanterne", reference="1", now=now)
    products.withdraw(session, "1", now=now)
    products.withdraw(session, "1", now=now)
    session.commit()
    assert found(session, "lanterne") == []
    assert session.scalars(select(ProductToken)).all() == []

    add(session, "Lanterne", reference="1", now=now)

    assert found(session, "lanterne") == ["1"]


def test_withdraw_refuses_what_is_not_there(session, now):
    with pytest.raises(NotFound):
        products.withdraw(session, "1", now=now)


def test_rebuild_makes_the_same_words_from_the_products(session, now):
    for name in ("Lanterne en métal", "Zèbre bleu"):
        add(session, name, now=now)
    add(session, "Girafe", now=now)
    products.withdraw(session, "GIRAFE", now=now)
    before = tokens(session)

    assert search_index.rebuild(session) == 3
    assert tokens(session) == before


def tokens(session):
    columns = (ProductToken.token, ProductToken.weight, ProductToken.product_id)
    return sorted(map(tuple, session.execute(select(*columns))))


def test_two_engines_have_a_book_each(session, database_url, now):
    add(session, "Lanterne", now=now)
    session.commit()
    other = make_engine(database_url)

    with Session(other) as reader:
        assert "lantern" in PRODUCTS.current(reader).counts

    other.dispose()


WORDS = Vocabulary(
    (word, 1) for word in "rabbit cake ardois presentoir veilleus photophor tass rabot cak".split()
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rabit", {"rabbit", "rabot"}),
        ("rabibt", {"rabbit"}),
        ("abbit", {"rabbit"}),
        ("rabbitt", {"rabbit"}),
        ("ardoiz", {"ardois"}),
        ("ardios", {"ardois"}),
        ("presentior", {"presentoir"}),
        ("rpesentoir", {"presentoir"}),
        ("presentori", {"presentoir"}),
        ("presetnoir", {"presentoir"}),
        ("presenttoir", {"presentoir"}),
        ("presntoir", {"presentoir"}),
        ("prsentior", set()),
        ("veileus", {"veilleus"}),
        ("hotophor", {"photophor"}),
        ("tas", set()),
        ("22423", set()),
    ],
)
def test_one_error_anywhere_in_a_word_is_found(typed, meant):
    assert set(WORDS.one_error_from(typed)) == meant


@pytest.mark.parametrize("typed", ["presn", "presnto", "preesnt", "prezent", "vielleu"])
def test_a_beginning_may_hold_an_error_too(typed):
    assert len(WORDS.beginning_with_one_error(typed)) == 1


def test_more_words_cost_no_second_reading():
    more = WORDS.with_words({"zebr": 1, "zebroid": 1})

    assert more.one_error_from("zebrr") == ("zebr",)
    assert more.one_error_from("zebrodi") == ("zebroid",)
    assert more.beginning_with("zeb") == ("zebr", "zebroid")
    assert "zebr" not in WORDS.counts
    assert not WORDS.one_error_from("zebrr")
