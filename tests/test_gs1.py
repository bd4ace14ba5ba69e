"""The official GS1 vectors, for what we accept: whatever names an article by its GTIN."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store import gs1
from store.recognition import ProductCode, recognise

BUNDLED = Path(__file__).parent / "data/gs1/vectors.json"
# the whole set, where the project's reference data lies beside the clone
WHOLE = Path(__file__).parents[2] / "shared/data/gs1_vectors"
WHOLE_FILE = WHOLE / "gs1_vectors.json"
VECTORS = json.loads((WHOLE_FILE if WHOLE_FILE.exists() else BUNDLED).read_text())
LINTER_FILE = WHOLE / "gs1_linter_tests.json"
CHECK_SUMS = (
    [case for case in json.loads(LINTER_FILE.read_text()) if case["linter"] == "csum"]
    if LINTER_FILE.exists()
    else [{"value": "24012345678905", "ok": True}, {"value": "24012345678909", "ok": False}]
)
PLACEHOLDERS = {"buf", "inbuf"}  # names of variables that the extraction could not resolve
# settings of the reference engine that turn on what we do not offer
NOT_OFFERED = {"permitConvenienceAlphas", "PermitUnknownAIs"}


def vectors(name, text):
    cases = [case for case in VECTORS[name] if case[text] not in PLACEHOLDERS]
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.get("src", "?")[-16:])


def accepted(read, *args, **options):
    """Return the article, or None when it is refused."""
    try:
        return read(*args, **options)
    except gs1.NotAnArticle:
        return None


def element_string(text):
    return text.replace("^", gs1.FNC1)


@vectors("gtin_check_digit", "gtin")
def test_official_check_digits(case):
    assert gs1.is_gtin(case["gtin"]) is case["ok"]


@pytest.mark.parametrize("case", CHECK_SUMS)
def test_official_check_sums(case):
    digits = case["value"]

    right = gs1.is_digits(digits) and gs1.check_digit(digits[:-1]) == digits[-1]

    assert right is case["ok"]


@vectors("digital_link_parse", "uri")
def test_official_digital_links(case):
    zero_suppressed = bool(case["settings"].get("PermitZeroSuppressedGTINinDLuris"))

    article = accepted(gs1.read_digital_link, case["uri"], zero_suppressed=zero_suppressed)

    offered = case["ok"] and not NOT_OFFERED & {key for key, on in case["settings"].items() if on}
    if offered and case["element_string"].startswith("^01"):
        assert article == gs1.read_element_string(element_string(case["element_string"]))
    else:
        assert article is None


@vectors("ai_process_unbracketed", "element_string")
def test_official_element_strings(case):
    article = accepted(gs1.read_element_string, element_string(case["element_string"]))

    if case["ok"] and "01" in case["element_string"][:3]:
        assert article is not None
        assert article.gtin == case["element_string"][3:17]
    elif not case["ok"]:
        assert article is None


@vectors("ai_parse_bracketed", "bracketed_ai")
def test_official_bracketed_strings(case):
    article = accepted(gs1.read_bracketed, case["bracketed_ai"])

    if case["ok"] and "(01)" in case["bracketed_ai"]:
        assert article == gs1.read_element_string(element_string(case["element_string"]))
    else:
        assert article is None


@vectors("ai_lint", "bracketed_ai")
def test_official_lint_cases(case):
    article = accepted(gs1.read_bracketed, case["bracketed_ai"])

    assert (article is not None) is (case["ok"] and "(01)" in case["bracketed_ai"])


@vectors("scan_process", "scan")
def test_official_scans(case):
    code = recognise(element_string(case["scan"]) if "\x1d" in case["scan"] else case["scan"])

    names_an_article = case["data"].startswith(("^01", "http", "HTTP", "Http", "HtTp"))
    is_ean = case["symbology"] in ("EAN13", "EAN8")
    if not case["ok"]:
        assert not isinstance(code, ProductCode)
    elif is_ean:
        assert code.gtins[0] == case["data"].partition("|")[0].zfill(14)
    elif names_an_article and not case["scan"].startswith("]Q1HtTp"):
        assert code.gtins == ("12312312312333",)


@pytest.mark.parametrize(
    ("upc_e", "upc_a"),
    [
        ("04252614", "042100005264"),
        ("01278907", "012000007897"),
        ("01234531", "012300000451"),
        ("06510432", None),
        ("21234565", None),
    ],
)
def test_upc_e_is_expanded(upc_e, upc_a):
    assert gs1.expand_upc_e(upc_e) == upc_a


def test_upc_e_has_the_six_ways_of_leaving_zeros_out():
    bodies = {
        "0120000" + "0345": "012345" + "0",
        "0121000" + "0345": "012345" + "1",
        "0122000" + "0345": "012345" + "2",
        "0123000" + "0045": "012345" + "3",
        "0123400" + "0005": "012345" + "4",
        "0123450" + "0006": "012345" + "6",
    }

    for body, middle in bodies.items():
        digit = gs1.check_digit(body)
        assert gs1.expand_upc_e(middle + digit) == body + digit


def test_eight_digits_may_be_two_articles():
    assert gs1.gtin_readings("01234565") == ("00000001234565", "00012345000065")


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("https://id.gs1.org/00/952012345678912345", "other_key"),
        ("https://id.gs1.org/01/09520123456789", "check_digit"),
        ("https://example.org/news/2026", "malformed"),
    ],
)
def test_a_refused_link_says_what_is_wrong(uri, problem):
    with pytest.raises(gs1.NotAnArticle) as refusal:
        gs1.read_digital_link(uri)

    assert refusal.value.problem == problem


def test_details_of_a_link_are_kept():
    uri = "https://id.gs1.org/01/09520123456788/10/ABC1/21/12345?17=180426&utm=x"

    article = gs1.read_digital_link(uri)

    assert article.details == {"10": "ABC1", "21": "12345", "17": "180426"}


@given(st.text(max_size=600))
@example("٠" * 13)  # digits of another script are no digits here
@example("[" * 512)
def test_no_text_breaks_a_reader(text):
    for read in (gs1.read_digital_link, gs1.read_element_string, gs1.read_bracketed):
        accepted(read, text)

    assert all(len(gtin) == 14 for gtin in gs1.gtin_readings(text))


@given(st.from_regex(r"[0-9]{13}", fullmatch=True), st.integers(0, 12), st.integers(1, 9))
def test_a_wrong_digit_is_found(body, place, shift):
    digits = body + gs1.check_digit(body)
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]

    assert gs1.is_gtin(digits)
    assert not gs1.is_gtin(wrong)


@pytest.mark.parametrize("printed", ["96385074", "02345673", "036000291452", "5901234123457"])
def test_a_gtin_is_read_as_it_stands_under_its_bars(printed):
    assert gs1.under_the_bars(printed.zfill(14)) == printed


def test_all_fourteen_digits_of_a_case_stand_under_its_bars():
    assert gs1.under_the_bars("15901234123454") == "15901234123454"
