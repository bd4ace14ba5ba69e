"""comptoir stock: what differs is named, mended and proved; the doctor says the same."""

import json

import pytest
from sqlalchemy import update

from config import cli, health
from store.models import StockLevel


@pytest.fixture
def run(tmp_path, database_url, monkeypatch, capsys):
    """Run `comptoir` on the test's database."""
    monkeypatch.setenv("COMPTOIR_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COMPTOIR_DATABASE__URL", database_url)

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["comptoir", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code or 0, capsys.readouterr().out

    return run


@pytest.fixture
def spoilt(session, shop):
    of_stand = StockLevel.variant_id == shop.cake_stand.id
    session.execute(update(StockLevel).where(of_stand).values(on_hand=StockLevel.on_hand + 2))
    session.commit()
    return session


def test_check_is_content_when_all_adds_up(run, shop):
    code, said = run("stock", "check")

    assert code == 0
    assert said.startswith("Tous les chiffres")


def test_check_names_what_differs_and_fails(run, spoilt, shop):
    code, said = run("stock", "check")

    assert code == 1
    assert said.splitlines()[0].split("\t")[:2] == ["LIL", shop.cake_stand.sku]
    assert "10 en stock, 0 réservés → 8 en stock" in said


def test_check_tells_a_machine_both_figures(run, spoilt, shop):
    code, said = run("stock", "check", "--json")

    (level,) = json.loads(said)["levels"]
    assert (code, level["kept"]["on_hand"], level["derived"]["on_hand"]) == (1, 10, 8)


def test_rebuild_mends_and_proves_it(run, spoilt):
    code, said = run("stock", "rebuild", "--json")

    told = json.loads(said)
    assert (code, told["mended"], told["differ"]) == (0, 1, 0)
    assert run("stock", "check")[0] == 0


def test_the_doctor_finds_a_figure_that_is_wrong(spoilt):
    finding = health.stock_figures(spoilt)

    assert (finding.state, finding.name) == ("fault", "stock")
    assert "stock rebuild" in finding.advice


def test_the_doctor_is_content_when_all_adds_up(session, shop):
    assert health.stock_figures(session).state == "ok"
