"""Files are read however they were written, or refused as a whole with what is wrong."""

from pathlib import Path

import pytest

from store.imports.tables import Column, FileRefused, open_table, read_rows, read_values
from tests.imports.files import pack, write

COLUMNS = (
    Column(name="sku", is_required=True, others=("code",)),
    Column(name="name", is_required=True, others=("nom",)),
)


def rows(path: Path) -> list[dict[str, str]]:
    return [dict(row.values) for row in read_rows(open_table(path, COLUMNS))]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_separator_is_found_out(tmp_path: Path, separator: str) -> None:
    path = write(tmp_path, f"sku{separator}name\nA1{separator}Tasse\n")

    assert rows(path) == [{"sku": "A1", "name": "Tasse"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_any_usual_encoding_keeps_the_accents(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, "sku,name\nA1,Théière émaillée\n", encoding=encoding)

    assert rows(path) == [{"sku": "A1", "name": "Théière émaillée"}]


def test_a_packed_file_is_known_by_its_content(tmp_path: Path) -> None:
    path = pack(tmp_path, "sku,name\nA1,Tasse\n", name="no-suffix")

    assert rows(path) == [{"sku": "A1", "name": "Tasse"}]


def test_columns_are_known_by_french_names_spaces_and_capitals(tmp_path: Path) -> None:
    path = write(tmp_path, " Code ;NOM\nA1;Tasse\n")

    assert open_table(path, COLUMNS).columns == ("sku", "name")


def test_unknown_columns_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, "sku,name,shelf,line,reason\n")

    assert open_table(path, COLUMNS).unknown_columns == ("shelf",)


def test_a_missing_column_names_it_and_what_was_found(tmp_path: Path) -> None:
    path = write(tmp_path, "sku,price\nA1,3\n")

    with pytest.raises(FileRefused) as refusal:
        open_table(path, COLUMNS)

    assert refusal.value.data["missing"] == ["name"]
    assert refusal.value.data["found"] == ["sku", "price"]


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "nowhere.csv") == "missing"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"PK\x03\x04 a workbook", "spreadsheet"),
        (b"sku,name\nA1,\x00\n", "not_text"),
        (b"sku\x07\x1b,name\nA1,B\n", "not_text"),
        (b"\x1f\x8b\x08" + bytes(range(60)), "damaged"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)

    assert problem_of(path) == problem


def test_a_packed_file_that_was_cut_is_refused_whole(tmp_path: Path) -> None:
    path = pack(tmp_path, "sku,name\n" + "".join(f"A{n},Tasse {n}\n" for n in range(9000)))
    path.write_bytes(path.read_bytes()[:-2000])

    assert problem_of(path) == "truncated"


def problem_of(path: Path) -> str:
    with pytest.raises(FileRefused) as refusal:
        open_table(path, COLUMNS)
    return refusal.value.problem


def test_a_cut_last_line_is_told_from_a_short_one(tmp_path: Path) -> None:
    short = write(tmp_path, "sku,name\nA1\nA2,Bol\n")
    cut = write(tmp_path, "sku,name\nA1,Tasse\nA2", name="cut.csv")

    assert problems(short) == ["fields", None]
    assert problems(cut) == [None, "cut"]


def test_a_last_line_without_end_is_a_line(tmp_path: Path) -> None:
    assert rows(write(tmp_path, "sku,name\nA1,Tasse")) == [{"sku": "A1", "name": "Tasse"}]


def test_a_letter_cut_in_two_at_the_end_is_no_other_encoding(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("sku,name\nA1,Thé".encode()[:-1])

    assert rows(path) == [{"sku": "A1", "name": "Th"}]


def test_a_quotation_mark_never_closed_says_how_far_it_goes(tmp_path: Path) -> None:
    path = write(tmp_path, 'sku,name\nA1,"Tasse\nA2,Bol\nA3,Pot\n')

    (row,) = read_rows(open_table(path, COLUMNS))

    assert (row.number, row.fault.problem, row.fault.data["last"]) == (2, "open_quote", 4)


def test_a_misplaced_quotation_mark_costs_its_line_only(tmp_path: Path) -> None:
    path = write(tmp_path, 'sku,name\nA1,"Tasse"s\nA2,Bol\n')

    assert problems(path) == ["quote", None]


def test_numbers_are_those_of_an_editor(tmp_path: Path) -> None:
    path = write(tmp_path, 'sku,name\n\nA1,"two\nlines"\nA2,Bol\n')

    assert [row.number for row in read_rows(open_table(path, COLUMNS))] == [3, 5]


def problems(path: Path) -> list[str | None]:
    found = [row.fault for row in read_rows(open_table(path, COLUMNS))]
    return [fault and fault.problem for fault in found]


def test_bare_cells_name_the_line_that_cannot_be_read(tmp_path: Path) -> None:
    path = write(tmp_path, "sku,name\nA1,Tasse\nA2\n")

    with pytest.raises(FileRefused) as refusal:
        list(read_values(open_table(path, COLUMNS)))

    assert (refusal.value.problem, refusal.value.data["line"]) == ("line", 3)
