"""What a text is, told from the text alone."""

import timeit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store import codes, programmes
from store.codes import Kind
from store.errors import Invalid
from store.recognition import (
    BadgeCode,
    DeviceCode,
    LabelCode,
    OrderCode,
    OwnCard,
    PickupCode,
    ProductCode,
    ProgrammeCard,
    Reason,
    Unknown,
    recognise,
)
from tests import keyboards

CARD = "CKCTXR0N041N54HJ86N4KKNX1D677HC"
PROGRAMMES = programmes.parse(["913##########:ean:Fidélité", "@@######"])
HOSTS = ("shop.example", "localhost:8000")


def read(text, **options):
    return recognise(text, programme_patterns=PROGRAMMES, own_hosts=HOSTS, **options)


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (Kind.CARD, OwnCard),
        (Kind.ORDER, OrderCode),
        (Kind.BADGE, BadgeCode),
        (Kind.DEVICE, DeviceCode),
    ],
)
def test_each_kind_of_our_codes_is_told(kind, wanted):
    code = codes.generate(kind)

    assert read(code) == wanted(code=code)
    assert read(f"  {codes.grouped(code).lower()}\r\n") == wanted(code=code)
    assert read(f"https://shop.example/x/{code.lower()}") == wanted(code=code)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("4006381333931", ProductCode(gtins=("04006381333931",), digits="4006381333931")),
        ("4006381 333931", ProductCode(gtins=("04006381333931",), digits="4006381333931")),
        ("9780201379624", ProductCode(gtins=("09780201379624",), digits="9780201379624")),
        ("042100005264", ProductCode(gtins=("00042100005264",), digits="042100005264")),
        ("04252614", ProductCode(gtins=("00042100005264",), digits="04252614")),
        ("96385074", ProductCode(gtins=("00000096385074",), digits="96385074")),
        ("]C10109520123456788", ProductCode(gtins=("09520123456788",))),
        ("(01)09520123456788", ProductCode(gtins=("09520123456788",))),
        ("https://id.gs1.org/01/9520123456788", ProductCode(gtins=("09520123456788",))),
        ("9131234567890", ProgrammeCard(number="9131234567890", programme="Fidélité")),
        ("ab 123456", ProgrammeCard(number="AB123456")),
        ("482 915", PickupCode(digits="482915")),
        ("HTTPS://SHOP.EXAMPLE/P/85123A", LabelCode(reference="85123A")),
        ("http://localhost:8000/p/22423?x=1#y", LabelCode(reference="22423")),
        ("]Q1" + CARD, OwnCard(code=CARD)),
    ],
)
def test_known_texts(text, wanted):
    assert read(text) == wanted


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.EMPTY),
        (" \t\r\n", Reason.EMPTY),
        ("\u200f\u200b", Reason.EMPTY),
        ("x" * 513, Reason.TOO_LONG),
        ("7" * 10_000, Reason.TOO_LONG),
        ("\ufdfa" * 512, Reason.TOO_LONG),
        ("abc\x00def", Reason.NOT_TEXT),
        ("\x1b[2J", Reason.NOT_TEXT),
        ("\ud800", Reason.NOT_TEXT),
        ("\ufffd\ufffd", Reason.NOT_TEXT),
        ("4006381333932", Reason.MISREAD),
        (CARD[:-1] + "3", Reason.MISREAD),
        (CARD[:-4], Reason.INCOMPLETE),
        (CARD + "2345", Reason.OVERLONG),
        (CARD[0] * 512, Reason.OVERLONG),
        ("9131234567891", Reason.MISREAD),
        ("]C100952012345678912345", Reason.OTHER_GS1),
        ("https://id.gs1.org/414/9520123456788", Reason.OTHER_GS1),
        ("https://evil.example/P/85123A", Reason.FOREIGN_ADDRESS),
        ("HTTPS://LYON.EXAMPLE:8000/P/85123A", Reason.OTHER_SHOP),
        ("HTTPS://LYON.EXAMPLE/SHOES/85123A", Reason.FOREIGN_ADDRESS),
        ("https://shop.example@evil.example/P/85123A", Reason.FOREIGN_ADDRESS),
        ("https://shop.example.evil.example/P/1", Reason.FOREIGN_ADDRESS),
        ("https://shop.example/P/../../admin", Reason.FOREIGN_ADDRESS),
        ("javascript:alert(1)", Reason.OTHER_QR),
        ("WIFI:T:WPA;S:x;P:y;;", Reason.OTHER_QR),
        ("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD", Reason.OTHER_QR),
        ("camille@example.org", Reason.EMAIL),
        ("06 12 34 56 78", Reason.PHONE),
        ("+33612345678", Reason.PHONE),
        ("CMD-1042", Reason.ORDER_NUMBER),
        ("#100482", Reason.ORDER_NUMBER),
        ("Rousseau", Reason.UNRECOGNISED),
        ("🙂🙂", Reason.UNRECOGNISED),
        ("مرحبا", Reason.UNRECOGNISED),
        ("' OR 1=1 --", Reason.UNRECOGNISED),
    ],
)
def test_the_reason_when_a_text_is_nothing_of_ours(text, reason):
    code = read(text)

    assert isinstance(code, Unknown)
    assert code.reason is reason


def test_what_was_understood_is_kept_short():
    assert len(read("é" * 500).text) == 64


@pytest.mark.parametrize("text", [CARD, "4006381333931", "https://id.gs1.org/01/09520123456788"])
def test_a_us_scanner_on_a_french_keyboard_is_read_without_script(text):
    assert read(keyboards.as_french(text)) == read(text)


def test_of_several_readings_the_one_that_checks_is_taken():
    keys, positions = keyboards.as_french("4006381333931"), "4006381333931"

    assert read(keys, alt=[positions]) == ProductCode(
        gtins=("04006381333931",), digits="4006381333931"
    )
    assert read("$))^#*!###(#!", alt=["", " ", positions]) == read(positions)


def test_of_several_failed_readings_the_most_telling_reason_is_kept():
    assert read("xxxx", alt=["4006381333932"]).reason is Reason.MISREAD
    assert read("xxxx", alt=["WIFI:S:x;;"]).reason is Reason.OTHER_QR
    assert read("+33612345678", alt=["a@b"]).reason is Reason.PHONE
    assert read("85123a", alt=["*%!@#q"]).text == "85123a"


@pytest.mark.parametrize("text", ["22423", "85099B", "BAG-1"])
def test_a_plain_reference_is_kept_in_every_reading(text):
    keys = keyboards.as_french(text)

    with_script, without = read(keys, alt=[text, text.swapcase()]), read(keys)

    for code in (with_script, without):
        assert text in (code.text, *code.others)
    assert read(text).text == text


@pytest.mark.parametrize(
    "text", [CARD, "4006381333931", "482915", "9130000000015", "(01)09520123456788", "04252614"]
)
def test_every_kind_of_code_is_read_by_the_places_of_its_keys(text):
    assert read(keyboards.as_french(text), alt=[text]) == read(text)


def test_at_most_four_other_readings_are_looked_at():
    assert isinstance(read("?", alt=["?"] * 4 + [CARD]), Unknown)


@given(st.text(max_size=700), st.lists(st.text(max_size=100), max_size=6))
@example("[" * 512, [])
@example("https://" + "[" * 500, [])
@example("(01)" * 128, [])
def test_no_text_makes_it_raise(text, alt):
    code = read(text, alt=alt)

    assert code == read(text, alt=alt)


@given(st.sampled_from(list(Kind)), st.randoms())
def test_a_layout_never_turns_a_code_into_another(kind, random):
    body = kind.value + "".join(
        random.choice(codes.ALPHABET) for _ in range(codes.RANDOM_CHARACTERS[kind])
    )
    code = body + codes.check_character(body)

    assert read(keyboards.as_french(code)) == read(code)
    assert read(keyboards.as_french(code), alt=[code, code.swapcase()]) == read(code)


@pytest.mark.parametrize("sign", ["(", "a@", "/", "#", "0", "(01)", "]C110", "a.", "%41", "\u0301"])
def test_hostile_texts_cost_no_more_than_their_length(sign):
    short, long = (sign * (length // len(sign)) for length in (64, 512))

    assert seconds_to_read(long) < 25 * seconds_to_read(short)  # 5; quadratic is 64


def seconds_to_read(text):
    return min(timeit.repeat(lambda: read(text, alt=[text] * 4), number=1, repeat=20))


@pytest.mark.parametrize("pattern", ["", ":ean", "###:md5"])
def test_an_unreadable_programme_pattern_is_refused(pattern):
    with pytest.raises(Invalid) as refusal:
        programmes.parse([pattern])

    assert refusal.value.field == "programme_patterns"


def test_luhn_numbers_are_checked():
    (card,) = programmes.parse(["################:luhn"])

    assert card.fits("4539578763621486")
    assert card.checks("4539578763621486")
    assert not card.checks("4539578763621487")
