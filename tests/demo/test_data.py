"""The demo's folders are made once, whole or not at all, and never made anew."""

from pathlib import Path

import pytest

from config.demo import data
from config.demo.faults import NotADemo


@pytest.fixture
def makings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were filled; quickly, with a word instead of a database."""
    made: list[Path] = []

    def make(fresh: Path) -> None:
        made.append(fresh)
        for name in (data.STORE, data.HUB):
            (fresh / name).mkdir(parents=True)
            (fresh / name / "word").write_text(f"made {len(made)}")
        (fresh / data.WHOLE).touch()

    monkeypatch.setattr(data, "make", make)
    return made


def words(home: Path) -> list[str]:
    return [(home / name / "word").read_text() for name in (data.STORE, data.HUB)]


def test_prepare_makes_both_folders_and_leaves_nothing_else(
    tmp_path: Path, makings: list[Path]
) -> None:
    data.prepare(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["hub", "store"]


def test_prepare_finds_everything_as_it_was_left(tmp_path: Path, makings: list[Path]) -> None:
    data.prepare(tmp_path)
    (tmp_path / "store" / "word").write_text("changed")

    data.prepare(tmp_path)

    assert words(tmp_path) == ["changed", "made 1"]
    assert len(makings) == 1


def test_prepare_throws_away_what_was_only_half_made(tmp_path: Path, makings: list[Path]) -> None:
    (tmp_path / data.FRESH / "store").mkdir(parents=True)

    data.prepare(tmp_path)

    assert words(tmp_path) == ["made 1", "made 1"]


def test_prepare_goes_on_where_it_was_killed_between_two_moves(
    tmp_path: Path, makings: list[Path]
) -> None:
    data.make(tmp_path / data.FRESH)
    (tmp_path / data.FRESH / "store").rename(tmp_path / "store")

    data.prepare(tmp_path)

    assert words(tmp_path) == ["made 1", "made 1"]


def test_prepare_does_not_touch_what_is_no_demo(tmp_path: Path, makings: list[Path]) -> None:
    (tmp_path / "store").mkdir()

    with pytest.raises(NotADemo):
        data.prepare(tmp_path)

    assert makings == []


@pytest.mark.parametrize(("word", "is_cut"), [("cut\n", True), ("open", False), ("", False)])
def test_the_link_file_says_whether_it_is_cut(tmp_path: Path, word: str, is_cut: bool) -> None:
    (tmp_path / "link").write_text(word)

    assert data.is_cut(tmp_path / "link") is is_cut
    assert not data.is_cut(tmp_path / "nothing")
