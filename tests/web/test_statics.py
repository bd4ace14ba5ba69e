"""Static files: compressed, typed, kept as long as their address holds."""

import gzip
from pathlib import Path

import pytest
from flask import Flask

from store.web import statics


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "page.css").write_text("body { color: red }" * 50)
    (tmp_path / "reader.wasm").write_bytes(b"\0asm" * 100)
    (tmp_path / "font.woff2").write_bytes(b"wOF2" * 100)
    return tmp_path


@pytest.fixture
def files(folder: Path):
    app = Flask("files", static_folder=folder, static_url_path="/static")
    statics.init_app(app)
    return app.test_client()


ZIPPED = {"Accept-Encoding": "gzip, br"}


def test_a_text_file_is_compressed_for_who_can_read_it(files, folder: Path):
    answer = files.get("/static/page.css", headers=ZIPPED)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.data) == (folder / "page.css").read_bytes()
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_a_text_file_is_plain_for_who_cannot(files, folder: Path):
    with files.get("/static/page.css") as answer:
        assert "Content-Encoding" not in answer.headers
        assert answer.data == (folder / "page.css").read_bytes()


def test_wasm_has_the_type_that_browsers_compile_while_it_comes(files):
    answer = files.get("/static/reader.wasm", headers=ZIPPED)

    assert answer.content_type == "application/wasm"


def test_a_font_is_not_compressed_twice(files):
    with files.get("/static/font.woff2", headers=ZIPPED) as answer:
        assert "Content-Encoding" not in answer.headers
        assert answer.content_type == "font/woff2"


def test_a_changed_file_is_compressed_anew(files, folder: Path):
    files.get("/static/page.css", headers=ZIPPED)
    (folder / "page.css").write_text("body { color: blue }")

    answer = files.get("/static/page.css", headers=ZIPPED)

    assert gzip.decompress(answer.data) == b"body { color: blue }"


def test_a_file_under_a_versioned_address_is_kept_for_a_year(files):
    answer = files.get("/static/page.css?v=1a2b", headers=ZIPPED)

    assert answer.headers["Cache-Control"] == "immutable, max-age=31536000"


def test_a_file_under_a_plain_address_is_asked_for_again(files):
    first = files.get("/static/page.css", headers=ZIPPED)
    known = {"If-None-Match": first.headers["ETag"]}

    with files.get("/static/page.css", headers=ZIPPED | known) as again:
        assert again.status_code == 304
    assert first.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.css", "../conftest.py", "..%2fconftest.py"])
def test_no_other_file_is_given(files, name: str):
    assert files.get(f"/static/{name}", headers=ZIPPED).status_code == 404


def test_what_never_changes_comes_with_few_words(app):
    with app.test_client() as client:
        part = client.get("/static/css/base.css?v=1", headers=ZIPPED)

    assert part.headers["X-Content-Type-Options"] == "nosniff"
    assert not {"Content-Security-Policy", "ETag", "Content-Disposition"} & set(part.headers.keys())


@pytest.mark.parametrize("path", ["js/scan/decode-worker.js", "objects.svg", "favicon.svg"])
def test_what_can_act_alone_comes_with_the_policy(app, path: str):
    with app.test_client() as client, client.get(f"/static/{path}?v=1") as alone:
        assert "default-src 'none'" in alone.headers["Content-Security-Policy"]


def test_what_may_change_is_asked_about_again(app):
    with app.test_client() as client, client.get("/static/css/base.css") as part:
        assert part.headers["ETag"]
        assert part.headers["Cache-Control"] == "no-cache"


def test_comments_of_our_own_stay_here(files, folder: Path):
    (folder / "act.js").write_text(
        "// why\nconst address = 'https://here'; // how\n  // what\nact();\n"
    )
    (folder / "page.css").write_text("/* why */ a { color: red } /* two\nlines */")

    module = gzip.decompress(files.get("/static/act.js", headers=ZIPPED).data).decode()
    sheet = gzip.decompress(files.get("/static/page.css", headers=ZIPPED).data).decode()

    assert module == "\nconst address = 'https://here'; // how\n\nact();\n"
    assert sheet == " a { color: red } "
