"""Photos from a folder, in a backup, and back; what is bought together, by command."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from store.database import make_engine, reading
from store.models import Picture, Variant
from tests.config.test_commands import Run, initialised, initialised_folder, run
from tests.photos import BLUE, photo, saved

__all__ = ["initialised", "initialised_folder", "run"]

PRODUCTS = """reference,sku,name,colour,price
BAG,BAG-RED,Cabas,rouge,9.95
BAG,BAG-BLUE,Cabas,bleu,9.95
CUP-1,CUP-1,Tasse,,2.95
"""


@pytest.fixture
def shop(initialised, run, tmp_path) -> Path:
    """The data folder of a shop with two products."""
    file = tmp_path / "products.csv"
    file.write_text(PRODUCTS, encoding="utf-8")
    assert run("import", "products", str(file)).returncode == 0
    return tmp_path / "data"


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder of photos, of other files, and of what only looks like photos."""
    shots = tmp_path / "shots"
    shots.mkdir()
    (shots / "cup-1.jpg").write_bytes(saved(photo()))
    (shots / "CUP-1_2.png").write_bytes(saved(photo(colour=BLUE), "PNG"))
    (shots / "BAG-BLUE.webp").write_bytes(saved(photo((300, 300)), "WEBP"))
    (shots / "BAG 1.jpg").write_bytes(saved(photo((500, 300))))
    (shots / "unknown.jpg").write_bytes(saved(photo((200, 200))))
    (shots / "CUP-1-3.jpg").write_bytes(b"<html>not a photo</html>")
    (shots / "Thumbs.db").write_bytes(b"\0")
    return shots


def owners(data: Path) -> set[tuple[str, str | None]]:
    engine = make_engine(f"sqlite:///{data / 'comptoir.db'}")
    with reading(engine) as session:
        query = select(Picture, Variant.sku).outerjoin(Variant, Variant.id == Picture.variant_id)
        found = {(len(files_of(data, row[0])), row[1]) for row in session.execute(query)}
    engine.dispose()
    return found


def files_of(data: Path, picture: Picture) -> list[Path]:
    return list((data / "pictures").glob(f"??/{picture.digest}-*.webp"))


def test_photos_go_to_the_article_that_their_names_say(run: Run, shop: Path, folder: Path):
    done = run("import", "pictures", str(folder), "--json")

    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert run("import", "pictures", str(folder), "--strict").returncode == 1
    assert (told["files"], told["added"], told["unchanged"]) == (6, 4, 0)
    assert set(told["refused"]) == {"unknown.jpg", "CUP-1-3.jpg"}
    assert "JPEG" in told["refused"]["CUP-1-3.jpg"]
    assert owners(shop) == {(2, None), (2, "BAG-BLUE"), (3, None)}


def test_what_is_no_photo_is_named_and_fails_no_job(run: Run, shop: Path, tmp_path: Path):
    shots = tmp_path / "shots"
    (shots / "more").mkdir(parents=True)
    (shots / "22729.pdf").write_bytes(b"%PDF")
    (shots / "cup-1.jpg").write_bytes(saved(photo()))

    done = run("import", "pictures", str(shots), "--strict")

    told = json.loads(run("import", "pictures", str(shots), "--json").stdout)
    assert done.returncode == 0
    assert "2 laissés de côté, car ce ne sont pas des photos : 22729.pdf, more." in done.stderr
    assert told["passed_over"] == ["22729.pdf", "more"]


def test_the_same_folder_again_changes_nothing(run: Run, shop: Path, folder: Path):
    run("import", "pictures", str(folder))
    before = sorted((shop / "pictures").rglob("*.webp"))

    told = json.loads(run("import", "pictures", str(folder), "--json").stdout)

    assert (told["added"], told["unchanged"]) == (0, 4)
    assert sorted((shop / "pictures").rglob("*.webp")) == before


def test_a_folder_of_nothing_good_fails(run: Run, shop: Path, tmp_path: Path):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "CUP-1.jpg").write_bytes(b"")

    done = run("import", "pictures", str(tmp_path / "bad"))

    assert done.returncode == 1
    assert "vide" in done.stderr


def test_a_backup_holds_the_photos_and_brings_them_back(
    run: Run, shop: Path, folder: Path, tmp_path: Path
):
    run("import", "pictures", str(folder))
    before = {path: path.read_bytes() for path in (shop / "pictures").rglob("*.webp")}
    assert run("backup", str(tmp_path / "backup.db")).returncode == 0
    for path in before:
        path.unlink()

    done = run("restore", str(tmp_path / "backup.db"), "--yes")

    assert done.returncode == 0
    assert {path: path.read_bytes() for path in (shop / "pictures").rglob("*.webp")} == before
    assert run("doctor").returncode == 0


def test_what_is_bought_together_is_counted_by_command(run: Run, shop: Path):
    told = json.loads(run("suggestions", "refresh", "--json").stdout)

    assert (told["baskets"], told["pairs"]) == (0, 0)
