"""What results can be narrowed by."""

import pytest
from sqlalchemy import select

from store import facets, products, search
from store.models import StockLevel, Variant
from store.records import ProductRecord, VariantRecord
from store.search import Filters


def add(session, reference, *variants, now):
    told = tuple(
        VariantRecord(sku=f"{reference}-{number}", price_minor=price, size=size, colour=colour)
        for number, (price, size, colour) in enumerate(variants)
    )
    record = ProductRecord(reference=reference, name=f"Pull {reference}", variants=told)
    return products.upsert(session, record, now=now)


@pytest.fixture
def pullovers(session, now):
    add(session, "1", (1000, "S", "rouge"), (1000, "M", "bleu"), now=now)
    add(session, "2", (3000, "M", "rouge"), now=now)
    add(session, "3", (9000, "L", "rouge"), now=now)
    session.commit()


def found(session, **filters):
    results = search.products(session, "pull", store_id=1, filters=Filters(**filters))
    return sorted(hit.reference for hit in results.hits)


def test_sizes_and_colours_are_those_of_the_products_found(session, pullovers):
    ids = search.products(session, "pull", store_id=1).ids

    sizes, colours = facets.sizes(session, ids), facets.colours(session, ids)

    assert {one.text: one.products for one in sizes} == {"S": 1, "M": 2, "L": 1}
    assert [one.text for one in colours] == ["rouge", "bleu"]


def test_one_variant_must_have_all_that_is_asked(session, pullovers):
    assert found(session, size="M") == ["1", "2"]
    assert found(session, size="M", colour="bleu") == ["1"]
    assert found(session, size="S", colour="bleu") == []


def test_prices_are_taken_with_both_ends(session, pullovers):
    assert found(session, price_from_minor=1000, price_to_minor=3000) == ["1", "2"]
    assert found(session, price_from_minor=3001) == ["3"]
    assert found(session, price_to_minor=999) == []


@pytest.mark.parametrize(
    ("prices", "bands"),
    [
        ([], []),
        ([300], []),
        ([300, 300, 300], []),
        ([100, 200, 700, 900, 2500, 4000], [(0, 500), (501, 2000), (2001, 0)]),
        ([0, 5, 10], []),
    ],
)
def test_bands_share_the_prices_out_at_round_amounts(prices, bands):
    assert [(one.from_minor, one.to_minor) for one in facets.bands(prices)] == bands


# --- which variants stand for a product -------------------------------------------------------


def meant(session, text="pull", **filters):
    found = search.products(session, text, store_id=1, filters=Filters(**filters))
    return {
        hit.reference: [(one.sku, one.price_minor) for one in hit.variants] for hit in found.hits
    }


def test_a_hit_stands_on_the_variants_that_the_filters_leave(session, now):
    add(session, "1", (1000, "S", "rouge"), (4000, "M", "bleu"), (2000, "M", "vert"), now=now)

    assert meant(session) == {"1": [("1-0", 1000), ("1-1", 4000), ("1-2", 2000)]}
    assert meant(session, size="M") == {"1": [("1-1", 4000), ("1-2", 2000)]}
    assert meant(session, size="M", price_to_minor=2000) == {"1": [("1-2", 2000)]}


def test_in_stock_leaves_the_variants_that_stand_here(session, shop, now):
    add(session, "1", (1000, "S", "rouge"), (1000, "M", "bleu"), now=now)
    number = session.scalar(select(Variant.id).where(Variant.sku == "1-1"))
    session.add(StockLevel(store_id=shop.lille.id, variant_id=number, on_hand=3, learnt_at=now))
    session.flush()

    assert meant(session, in_stock=True) == {"1": [("1-1", 1000)]}


def test_a_typed_code_means_its_own_variant(session, pullovers):
    hit = search.products(session, "1-1", store_id=1).hits[0]

    assert [one.sku for one in hit.variants] == ["1-1"]
    assert hit.skus == {"1-0", "1-1"}


@pytest.mark.parametrize("text", ["pull bleu", "pull blue", "bleu"])
def test_a_named_colour_means_the_variants_that_have_it(session, pullovers, text):
    assert meant(session, text)["1"] == [("1-1", 1000)]


def test_a_filter_goes_before_a_named_colour(session, pullovers):
    assert meant(session, "pull bleu", size="S") == {"1": [("1-0", 1000)]}
