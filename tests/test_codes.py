"""Our own codes: what is made reads back, what is misread is noticed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import codes, layouts
from store.codes import ALPHABET, Kind
from tests import keyboards

KINDS = st.sampled_from(list(Kind))


@st.composite
def valid_codes(draw):
    kind = draw(KINDS)
    size = codes.RANDOM_CHARACTERS[kind]
    body = kind.value + draw(st.text(ALPHABET, min_size=size, max_size=size))
    return body + codes.check_character(body)


@pytest.mark.parametrize("kind", list(Kind))
def test_generated_codes_read_back(kind):
    code = codes.generate(kind)

    assert codes.kind_of(code) is kind
    assert codes.kind_of(codes.normalise(codes.grouped(code).lower())) is kind


@pytest.mark.parametrize("kind", [Kind.CARD, Kind.ORDER, Kind.BADGE])
def test_lasting_codes_hold_at_least_128_random_bits(kind):
    assert codes.RANDOM_CHARACTERS[kind] * math.log2(len(ALPHABET)) >= 128


def test_generated_codes_differ():
    assert len({codes.generate(Kind.CARD) for _ in range(500)}) == 500


def test_the_alphabet_has_no_letter_that_moves_between_layouts():
    assert not set(ALPHABET) & set("AQWZMY")
    assert not set("BILOSUV") & set(ALPHABET)


def test_the_kind_characters_are_letters_of_the_alphabet():
    assert {kind.value for kind in Kind} <= set(ALPHABET) - set("0123456789")


@given(valid_codes(), st.data())
def test_one_wrong_character_is_noticed(code, data):
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from(sorted(set(ALPHABET) - {code[place]})))

    assert codes.kind_of(code[:place] + other + code[place + 1 :]) is None


@given(valid_codes(), st.data())
def test_two_neighbours_swapped_are_noticed(code, data):
    place = data.draw(st.integers(0, len(code) - 2))
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert swapped == code or codes.kind_of(swapped) is None


@given(valid_codes(), st.data())
def test_a_missing_or_doubled_character_is_noticed(code, data):
    place = data.draw(st.integers(0, len(code) - 1))

    assert codes.kind_of(code[:place] + code[place + 1 :]) is None
    assert codes.kind_of(code[:place] + code[place] + code[place:]) is None


@given(valid_codes())
def test_another_keyboard_layout_never_gives_another_code(code):
    german = str.maketrans("YZyz", "ZYzy")

    on_french_keys = codes.normalise(keyboards.as_french(code))

    assert codes.kind_of(on_french_keys) is None or on_french_keys == code
    assert codes.normalise(layouts.as_us(keyboards.as_french(code))) == code
    assert code.translate(german) == code


@pytest.mark.parametrize(
    ("typed", "meant"), [("c o i l s b", "C01158"), ("ckct-xr0n", "CKCTXR0N"), ("  ", "")]
)
def test_what_people_type_is_put_right(typed, meant):
    assert codes.normalise(typed) == meant


@given(st.text(max_size=600))
def test_no_text_breaks_the_reading(text):
    code = codes.normalise(text)

    assert codes.kind_of(code) is None or codes.generate(codes.kind_of(code))[0] == code[0]
    assert codes.candidate_kind(code) in {None, *Kind}
