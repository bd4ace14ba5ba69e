"""The sample's catalogue has French names, objects that the design draws, and valid numbers."""

import re
from pathlib import Path

import pytest

from store import gs1
from store.records import ProductRecord
from store.sample import catalogue, files, looks

TEMPLATE = Path(__file__).parents[2] / "templates" / "components" / "ph.html"
TOKENS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
LIMIT_BYTES = 2_000_000


@pytest.fixture(scope="module")
def goods() -> list[ProductRecord]:
    return [*catalogue.products(files.sales(), files.names()), *catalogue.invented()]


def test_the_cut_is_small_enough_to_ship() -> None:
    assert files.SALES.stat().st_size < LIMIT_BYTES


def test_each_file_says_where_it_comes_from() -> None:
    source = (files.HERE / "SOURCE.md").read_text(encoding="utf-8")
    stores = (files.HERE / "stores.SOURCE.md").read_text(encoding="utf-8")

    assert "Chen, D. (2015) Online Retail" in source and "CC BY 4.0" in source
    assert "ODbL 1.0" in stores and "Ville de Paris" in stores


def test_every_article_has_a_french_name(goods: list[ProductRecord]) -> None:
    names, invented = files.names(), {row["sku"] for row in files.invented()}
    skus = [variant.sku for product in goods for variant in product.variants]

    assert len(skus) == len(set(skus)) == 600 + 36
    assert [sku for sku in skus if sku not in names and sku not in invented] == []


def test_colours_of_one_product_have_one_name() -> None:
    named: dict[str, set[str]] = {}
    for name in files.names().values():
        named.setdefault(name.reference or name.sku, set()).add(name.name)

    assert {reference for reference, names in named.items() if len(names) > 1} == set()


def test_variants_of_one_product_are_told_apart(goods: list[ProductRecord]) -> None:
    for product in goods:
        kinds = [(variant.size, variant.colour) for variant in product.variants]
        told = [any(kind) for kind in kinds]
        assert len(kinds) == 1 or (all(told) and len(set(kinds)) == len(kinds)), product


def test_numbers_are_valid_and_inside_the_company_range(goods: list[ProductRecord]) -> None:
    gtins = [variant.gtin or "" for product in goods for variant in product.variants]

    assert all(gs1.is_gtin(gtin) and gtin.startswith("29") for gtin in gtins)
    assert len(set(gtins)) == len(gtins)


def test_objects_and_tones_are_those_of_the_design(goods: list[ProductRecord]) -> None:
    drawn = set(
        re.findall(r"'([a-z]+)'", TEMPLATE.read_text().split("families = ")[1].split("]")[0])
    )
    tones = set(re.findall(r"\.t-([a-z]+)", TOKENS.read_text())) | {""}

    assert {product.family for product in goods} == drawn
    assert {variant.tone for product in goods for variant in product.variants} <= tones


def test_every_department_of_the_design_has_goods(goods: list[ProductRecord]) -> None:
    departments = {product.category for product in goods}

    assert departments == {
        "Bougies et lumières", "Cuisine et table", "Sacs et cabas", "Décoration", "Enfants",
        "Fêtes et Noël", "Cosy et hiver", "Idées cadeaux",
    }  # fmt: skip


def test_the_english_name_leaves_the_colour_out(goods: list[ProductRecord]) -> None:
    clock = next(product for product in goods if product.reference == "22727")

    assert (clock.name, clock.name_en) == ("Réveil en bakélite", "Alarm Clock Bakelike")
    assert [variant.tone for variant in clock.variants][:2] == ["cerise", "pistache"]


@pytest.mark.parametrize(
    ("name", "family"),
    [("REGENCY CAKESTAND 3 TIER", "cake"), ("PARTY BUNTING", "bunting"), ("ODD THING", "gift")],
)
def test_the_object_is_guessed_from_the_name(name: str, family: str) -> None:
    assert looks.family(name) == family
