"""The catalogue: written once, found by every number that it carries."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from store import products
from store.errors import Invalid, NotFound
from store.models import Change, Product, ProductToken, Variant
from store.records import ProductRecord, VariantRecord
from tests.counting import counted

CUP = ProductRecord(
    reference="22699",
    name="Tasse et soucoupe Regency",
    name_en="Regency teacup and saucer",
    category="Cuisine et table",
    family="cup",
    variants=(
        VariantRecord(sku="22699", gtin="4006381333931", price_minor=295, colour="rose"),
        VariantRecord(sku="22697", price_minor=295, colour="vert"),
    ),
)


def tokens(session):
    return dict(session.execute(select(ProductToken.token, ProductToken.weight)).all())


def test_upsert_writes_product_variants_and_words(session, now):
    product = products.upsert(session, CUP, now=now)

    assert [variant.sku for variant in product.variants] == ["22699", "22697"]
    assert product.variants[0].gtin == "04006381333931"
    assert {"tass", "soucoup", "saucer", "22697", "vert", "cuisin"} <= tokens(session).keys()


def test_upsert_weighs_the_thing_itself_above_its_attributes(session, now):
    products.upsert(session, CUP, now=now)

    weights = tokens(session)

    assert weights["tass"] > weights["soucoup"] > weights["vert"] > weights["cuisin"]


def test_upsert_of_the_same_record_changes_nothing(session, now):
    products.upsert(session, CUP, now=now)
    seen = session.scalar(select(func.count(Change.id)))

    again = products.upsert(session, CUP, now=now.replace(year=2027))

    assert session.scalar(select(func.count(Change.id))) == seen
    assert again.changed_at == now


def test_upsert_says_which_articles_changed(session, now):
    products.upsert(session, CUP, now=now)

    assert session.execute(select(Change.kind, Change.key)).all() == [
        ("products", "22699"),
        ("products", "22697"),
    ]


def test_upsert_forgets_the_words_of_the_former_name(session, now):
    products.upsert(session, CUP, now=now)

    products.upsert(session, replace(CUP, name="Bol Regency", name_en=""), now=now)

    assert "tass" not in tokens(session)
    assert "bol" in tokens(session)


def test_upsert_keeps_variants_that_the_record_does_not_name(session, now):
    products.upsert(session, CUP, now=now)

    product = products.upsert(session, replace(CUP, variants=CUP.variants[:1]), now=now)

    assert len(product.variants) == 2


def words_of(session, product):
    of_this = ProductToken.product_id == product.id
    return set(session.scalars(select(ProductToken.token).where(of_this)))


def test_a_product_that_loses_a_variant_is_no_longer_found_by_it(session, now):
    cup = products.upsert(session, CUP, now=now)
    session.commit()
    green = VariantRecord(sku="22697", price_minor=295, colour="vert")

    products.upsert(
        session, ProductRecord(reference="green", name="Tasse", variants=(green,)), now=now
    )

    assert "vert" not in words_of(session, cup)
    assert "22697" not in words_of(session, cup)
    assert "ros" in words_of(session, cup)
    assert [variant.sku for variant in cup.variants] == ["22699"]


def test_a_product_that_loses_its_last_variant_is_withdrawn(session, now):
    cup = products.upsert(session, CUP, now=now)
    session.commit()
    moved = ProductRecord(reference="new", name="Tasse", variants=CUP.variants)

    products.upsert(session, moved, now=now)

    assert cup.withdrawn_at == now
    assert words_of(session, cup) == set()


def test_upsert_moves_a_variant_to_its_new_product(session, now):
    products.upsert(session, CUP, now=now)

    moved = ProductRecord(reference="NEW", name="Tasse verte", variants=CUP.variants[1:])
    product = products.upsert(session, moved, now=now)

    assert products.get_by_sku(session, "22697").product is product
    assert session.scalar(select(func.count(Variant.id))) == 2


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (replace(CUP, reference=" "), "reference"),
        (replace(CUP, name=""), "name"),
        (replace(CUP, variants=()), "variants"),
        (replace(CUP, variants=(VariantRecord(sku="", price_minor=1),)), "sku"),
        (replace(CUP, variants=(VariantRecord(sku="A", price_minor=-1),)), "price_minor"),
        (
            replace(CUP, variants=(VariantRecord(sku="A", price_minor=1, gtin="4006381333932"),)),
            "gtin",
        ),
    ],
)
def test_upsert_refuses_what_cannot_be_a_product(session, now, record, field):
    with pytest.raises(Invalid) as refusal:
        products.upsert(session, record, now=now)

    assert refusal.value.field == field
    assert session.scalar(select(func.count(Product.id))) == 0


def test_upsert_refuses_a_gtin_that_another_article_carries(session, now):
    products.upsert(session, CUP, now=now)
    thief = VariantRecord(sku="THIEF", gtin="4006381333931", price_minor=1)

    with pytest.raises(Invalid) as refusal:
        products.upsert(session, ProductRecord(reference="T", name="T", variants=(thief,)), now=now)

    assert (refusal.value.field, refusal.value.problem) == ("gtin", "taken")


@pytest.mark.parametrize("gtin", ["4006381333931", "04006381333931"])
def test_find_by_gtin_reads_every_length(session, now, gtin):
    products.upsert(session, CUP, now=now)

    assert products.find_by_gtin(session, gtin).sku == "22699"


def test_find_by_sku_ignores_case_and_spaces(session, now):
    products.upsert(
        session, replace(CUP, variants=(VariantRecord(sku="15056bl", price_minor=1),)), now=now
    )

    assert products.find_by_sku(session, " 15056BL ").sku == "15056BL"
    assert products.find_by_sku(session, "15056") is None


def test_get_by_uid_raises_when_absent(session):
    with pytest.raises(NotFound):
        products.get_by_uid(session, "nobody")


def test_list_categories_gives_the_fullest_first(session, now):
    for number in range(3):
        one = VariantRecord(sku=f"L{number}", price_minor=1)
        products.upsert(
            session,
            ProductRecord(
                reference=f"L{number}",
                name="Lanterne",
                category="Lumières",
                family="lantern",
                variants=(one,),
            ),
            now=now,
        )
    products.upsert(session, CUP, now=now)

    found = products.list_categories(session)

    assert [(one.name, one.family, one.products) for one in found] == [
        ("Lumières", "lantern", 3),
        ("Cuisine et table", "cup", 1),
    ]


def test_categories_are_counted_once_until_a_product_changes(session, engine, now):
    products.upsert(session, CUP, now=now)
    session.commit()
    first = products.list_categories(session)

    with counted(engine) as seen:
        again = products.list_categories(session)
    products.upsert(session, replace(CUP, category="Lumières"), now=now)
    moved = products.list_categories(session)
    session.rollback()

    assert again == first
    assert len(seen) == 1
    assert [one.name for one in moved] == ["Lumières"]
    assert products.list_categories(session) == first


def test_categories_that_were_rolled_back_are_not_kept_under_the_number_of_another(session, now):
    """On SQLite the next change takes the number of the one that was rolled back."""
    products.upsert(session, replace(CUP, category="Lumières"), now=now)
    assert [one.name for one in products.list_categories(session)] == ["Lumières"]
    session.rollback()

    products.upsert(session, CUP, now=now)
    session.commit()

    assert [one.name for one in products.list_categories(session)] == [CUP.category]
