"""What results can be narrowed by."""

import pytest

from store import facets, products, search
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

    differ = facets.of(session, ids)

    assert {one.text: one.products for one in differ.sizes} == {"S": 1, "M": 2, "L": 1}
    assert [one.text for one in differ.colours] == ["rouge", "bleu"]


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
