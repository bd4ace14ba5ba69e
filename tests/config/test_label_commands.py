"""`comptoir labels`: sheets in a file, one pass to the electronic labels, and where they stand."""

import json

import pypdfium2
import pytest

from config import cli
from store import paperless
from store.database import writing
from store.models import Variant
from tests.access_point import Double

MAC = "00000197E5CB3B38"


@pytest.fixture
def run(tmp_path, database_url, monkeypatch, capsys, shop):
    """Run `comptoir labels` on the small shop; returns its status and what it said."""

    def run(*arguments, **environ):
        told = {"DATA_DIR": str(tmp_path), "DATABASE__URL": database_url, "STORE__CODE": "LIL"}
        with monkeypatch.context() as patch:
            patch.setattr("sys.argv", ["comptoir", "labels", *arguments])
            for name, value in {**told, **environ}.items():
                patch.setenv(f"COMPTOIR_{name}", value)
            with pytest.raises(SystemExit) as ended:
                cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


@pytest.fixture
def point(httpserver, engine, shop, now):
    with writing(engine) as session:
        own = session.get(Variant, shop.cup.id)
        paperless.pair(session, MAC, own, model="296x128", store=shop.lille, now=now)
    return Double().serve(httpserver)


def test_sheets_are_written_with_what_has_no_label_named(run, session, shop, tmp_path):
    shop.cup.price_minor = 0
    session.commit()

    status, said, refused = run(
        "print", "--out", str(tmp_path / "a.pdf"), "--sku", "22699", "--sku", "22423"
    )

    assert (status, refused) == (0, "22699\tno_price\tTasse et soucoupe Regency « Roses »\n")
    assert "1 étiquette dans" in said
    assert len(pypdfium2.PdfDocument(tmp_path / "a.pdf")) == 1


def test_what_has_changed_since_is_printed_again(run, session, shop, tmp_path):
    file = str(tmp_path / "a.pdf")
    run("print", "--out", file, "--category", "kitchen")
    shop.cup.price_minor = 350
    session.commit()

    _status, said, _ = run("print", "--out", file, "--changed", "--json")

    assert json.loads(said)["labels"] == 1
    assert run("print", "--out", file, "--changed")[0] == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Kitchn", "Le rayon « Kitchn » n'existe pas. Presque pareils : kitchen."),
        ("zzz", "Le rayon « zzz » n'existe pas. Il y a par exemple : "),
    ],
)
def test_an_unknown_category_is_named_with_those_that_there_are(run, tmp_path, typed, said):
    status, _said, told = run("print", "--out", str(tmp_path / "a.pdf"), "--category", typed)

    assert status == 1 and said in told and "kitchen" in told
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.parametrize("options", [(), ("--changed", "--category", "kitchen")])
def test_one_choice_is_to_be_made(run, options, tmp_path):
    assert run("print", "--out", str(tmp_path / "a.pdf"), *options)[0] == 2


def test_an_unknown_article_is_named(run, tmp_path):
    status, _, said = run("print", "--out", str(tmp_path / "a.pdf"), "--sku", "NOBODY")

    assert status == 1
    assert "NOBODY" in said


def test_a_pass_sends_what_has_changed(run, point):
    point.add(MAC)
    url = {"LABELS__ACCESS_POINT_URL": point.url}

    first = json.loads(run("push", "--json", **url)[1])
    again = json.loads(run("push", "--json", **url)[1])
    (listed,) = json.loads(run("list", "--json")[1])

    assert (first["sent"], again["sent"]) == (1, 0)
    assert (listed["mac"], listed["sku"], listed["state"]) == (MAC, "22699", "sent")


def test_a_pass_that_fails_says_why(run, point):
    status, _, said = run("push", LABELS__ACCESS_POINT_URL=point.url)

    assert status == 1
    assert "unknown_mac" in said
    assert "failed" in run("list")[1]


def test_a_list_of_none_says_so_beside_the_answer(run):
    assert run("list") == (0, "", "Aucune étiquette électronique.\n")
    assert run("list", "--json") == (0, "[]\n", "")


def test_without_an_access_point_there_is_no_pass(run):
    status, _, said = run("push")

    assert status == 1
    assert "access_point_url" in said
