"""What is wrong with a line of a file is said by the names of its columns."""

import pytest

from config.cli import import_words
from store import products
from store.errors import Invalid
from store.records import ProductRecord, VariantRecord


def test_a_refused_price_is_called_as_its_column_is():
    below = ProductRecord(
        reference="A", name="Tasse", variants=(VariantRecord(sku="A", price_minor=-1),)
    )

    with pytest.raises(Invalid) as refused:
        products.check(below)

    assert import_words.describe(refused.value) == "price est négatif"


def test_a_count_below_zero_is_told_what_may_be():
    below = Invalid(field="quantity", problem="bad_quantity")

    assert "négative alors que le type n'est pas « delta »" in import_words.describe(below)
