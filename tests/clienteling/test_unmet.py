"""The manager's page of unmet demand: ranked, by period, and as a file that runs nothing."""

from datetime import timedelta

import pytest

from store import unmet
from store.models import AssistanceCall
from store.web import clock
from tests.page_client import PageClient

PAGE = "/tablet/unmet"


@pytest.fixture
def manager(app, shop):
    return PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)


@pytest.fixture
def wish(session, shop):
    def wish(text, *, times=1, days=0, kind="search_without_result", sku=""):
        at = clock.now() - timedelta(days=days, minutes=1)
        for _number in range(times):
            told = {"kind": kind, "text": text, "sku": sku, "visitor": str(_number), "now": at}
            unmet.record(session, store_id=shop.lille.id, **told)
        session.commit()

    return wish


def rows(page):
    return [row.get_text(" ", strip=True) for row in page.soup.select("tbody tr")]


def test_the_most_frequent_come_first_with_their_articles(manager, wish, shop):
    wish("lampe de bureau", times=2)
    wish("", times=3, kind="out_of_stock", sku="22699")
    wish("", kind="size_absent", sku="gone")

    found = rows(manager.get(PAGE))

    assert found[0].startswith("Tasse et soucoupe Regency")
    assert "Épuisé, retour attendu 3" in found[0]
    assert found[1].startswith("lampe de bureau Recherche sans résultat 2")
    assert found[2].startswith("gone Taille ou couleur absente 1")


def test_the_period_is_chosen(manager, wish, shop):
    wish("tapis", days=10)

    assert rows(manager.get(f"{PAGE}?days=7")) == []
    assert len(rows(manager.get(f"{PAGE}?days=30"))) == 1
    assert len(rows(manager.get(f"{PAGE}?days=nonsense"))) == 1


def test_the_calls_are_told_beside(manager, session, shop):
    at = clock.now() - timedelta(hours=1)
    for taken, ended_by in ((timedelta(seconds=40), ""), (None, "time"), (None, "visitor")):
        call = AssistanceCall(store_id=shop.lille.id, device_id=shop.kiosk.id, called_at=at)
        call.taken_at, call.ended_by = taken and at + taken, ended_by
        session.add(call)
    session.commit()

    page = manager.get(PAGE)

    assert "Appels depuis une borne 3 1 sans réponse · attente médiane 40 s" in page.text


def test_the_file_holds_the_same_and_runs_nothing(manager, wish, shop):
    wish("=1+1 tapis; rouge")
    wish("مصباح زيت")

    answer = manager.client.get(f"{PAGE}.csv")

    lines = answer.data.decode("utf-8-sig").splitlines()
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="demandes-LIL-')
    assert lines[0] == "kind;text;sku;article;times;last_at"
    assert any('"\'=1+1 tapis; rouge"' in line for line in lines)
    assert any("مصباح زيت" in line for line in lines)


def test_an_assistant_does_not_see_it(tablet):
    tablet.get(PAGE, status=403)
    assert tablet.client.get(f"{PAGE}.csv").status_code == 403
    assert "Demandes" not in tablet.get("/tablet/stock").text
