"""The quick check says yes only where the full one does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.web.api.schemas import SCHEMAS
from store.web.api.validation import QuickCheck, formats, validator

quick = QuickCheck(formats.conforms)
MOVEMENT = {
    "source": "till",
    "source_id": "1",
    "store": "LIL",
    "sku": "22423",
    "kind": "delta",
    "quantity": -1,
    "occurred_at": "2026-11-21T13:00:00Z",
}
odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False),
    st.text(max_size=3),
    st.sampled_from(["count", "2026-11-21T13:00:00Z", "2026-02-30T13:00:00Z", "a\0b", "x" * 201]),
    st.lists(st.integers(), max_size=1),
)


def test_a_right_movement_is_accepted_at_once():
    assert quick.accepts({"items": [MOVEMENT]}, "Movements")


@pytest.mark.parametrize("number", [0, 1001])
def test_too_few_and_too_many_are_left_to_the_full_check(number):
    assert not quick.accepts({"items": [MOVEMENT] * number}, "Movements")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(MOVEMENT)), odd)
def test_what_is_accepted_quickly_is_right(name, value):
    item = MOVEMENT | {name: value}

    if quick.accepts(item, "Movement"):
        assert validator("Movement").is_valid(item)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(SCHEMAS)),
    st.recursive(
        odd,
        lambda inner: st.dictionaries(st.sampled_from(["items", "name", "sku", "price"]), inner),
    ),
)
def test_no_shape_is_accepted_that_the_full_check_refuses(name, value):
    if quick.accepts(value, name):
        assert validator(name).is_valid(value)
