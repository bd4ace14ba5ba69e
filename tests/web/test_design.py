"""The rules of the style sheets and of the drawn parts, read from the files themselves."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
TEMPLATES = Path(__file__).parents[2] / "templates"
SHEETS = sorted((STATIC / "css").glob("*.css"))
LAYERS = {"tokens", "base", "components", "surface", "utilities"}
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|light-dark\(#")
PHYSICAL = re.compile(
    r"(?<![\w-])(?:margin|padding|border|inset)-(?:left|right|top|bottom)\b"
    r"|(?<![\w-])(?:left|right|top|bottom|width|height|max-width|max-height|min-width|min-height):"
    r"|text-align: (?:left|right)|float: (?:left|right)"
)
HEARD = re.compile(r"""<[^<>]*(?:aria-live=|role="(?:alert|status)")[^<>]*>""")
ID_SELECTOR = re.compile(r"^[^{}@]*#[a-zA-Z][^{}]*\{", re.MULTILINE)


def rules(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.fixture(params=SHEETS, ids=lambda sheet: sheet.name)
def sheet(request) -> Path:
    return request.param


def test_a_sheet_has_no_selector_by_id_and_nothing_important(sheet):
    css = rules(sheet)

    assert ID_SELECTOR.findall(css) == []
    assert "!important" not in css


def test_a_sheet_names_no_side_so_that_it_turns_with_the_script(sheet):
    css = re.sub(r"@media[^{]*\{", "{", rules(sheet))

    assert PHYSICAL.findall(css) == []


def test_a_sheet_uses_the_layers_only(sheet):
    used = set(re.findall(r"@layer ([a-z, ]+)[{;]", rules(sheet)))

    assert {name.strip() for names in used for name in names.split(",")} <= LAYERS


def test_a_sheet_indents_what_it_nests(sheet):
    """A rule that slips into a media query then shows."""
    depth, slipped = 0, []
    for line in filter(str.strip, rules(sheet).splitlines()):
        inside = depth - line.lstrip().startswith("}")
        if len(line) - len(line.lstrip()) != 2 * inside:
            slipped.append(line)
        depth += line.count("{") - line.count("}")

    assert slipped == []


@pytest.mark.parametrize(
    "sheet", [s for s in SHEETS if s.name != "tokens.css"], ids=lambda s: s.name
)
def test_colours_are_tokens(sheet):
    assert COLOUR.findall(rules(sheet)) == []


def test_every_token_that_is_used_exists():
    everything = "\n".join(map(rules, SHEETS))
    defined = set(re.findall(r"(--[\w-]+):", everything))
    used = set(re.findall(r"var\((--[\w-]+)\)", everything))

    assert used - defined == set()


def test_no_letter_stands_in_two_files_of_one_face():
    # where two do, browsers fetch the later one, 17 KB for a single œ
    drawn = {}
    for face in re.findall(
        r"@font-face \{(.*?)\}", rules(STATIC / "css" / "tokens.css"), re.DOTALL
    ):
        family, ranges = (
            re.search(r'family: (".*?")', face),
            re.search(r"unicode-range: (.*?);", face),
        )
        drawn.setdefault(family[1], []).append(frozenset(letters(ranges[1])))

    assert len(drawn) == 3
    assert all(0x153 in first and first.isdisjoint(second) for first, second in drawn.values())


def letters(ranges):
    for one in ranges.split(","):
        first, _dash, last = one.removeprefix("U+").partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def test_every_object_that_is_drawn_is_in_the_sprite():
    drawn = set(re.findall(r"o-([a-z]+)\"", (STATIC / "objects.svg").read_text(encoding="utf-8")))
    names = (TEMPLATES / "components" / "ph.html").read_text(encoding="utf-8")
    listed = set(re.findall(r"'([a-z]+)'", names.split("families = [")[1].split("]")[0]))

    assert listed == drawn
    assert len(listed) == 18


def test_every_mark_that_is_used_is_drawn():
    drawn = set(re.findall(r'id="(m-[a-z]+)"', (STATIC / "marks.svg").read_text(encoding="utf-8")))
    pages = "\n".join(page.read_text(encoding="utf-8") for page in TEMPLATES.rglob("*.html"))

    assert set(re.findall(r"#(m-[a-z]+)", pages)) == drawn


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda one: one.stem)
def test_no_line_begins_with_a_point_between_facts(template):
    words = re.sub(
        r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", template.read_text("utf-8"), flags=re.DOTALL
    )

    assert " ·" not in words  # the space before it is &nbsp;


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda one: one.stem)
def test_what_is_read_aloud_when_it_changes_is_never_replaced(template):
    heard = HEARD.findall(template.read_text(encoding="utf-8"))

    assert [region for region in heard if "outerHTML" in region] == []  # a new one is not heard
