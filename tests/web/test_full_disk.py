"""A disk without room: customers are told what to do, staff what is wrong."""

import sqlite3
from errno import ENOSPC

import pytest
from sqlalchemy.exc import OperationalError

from clienteling import paths
from store import calls

FULL = "database or disk is full"


def raising(error):
    def ring(*_given, **_named):
        raise error

    return ring


@pytest.fixture(params=["database", "files"])
def fill(request, monkeypatch):
    """Let nothing be written from the moment on that this is called."""
    of_driver = OperationalError("INSERT", {}, sqlite3.OperationalError(FULL))
    act = raising(of_driver if request.param == "database" else OSError(ENOSPC, FULL))

    def fill():
        for name in ("ring", "take"):
            monkeypatch.setattr(calls, name, act)

    return fill


def test_a_customer_is_told_what_to_do(kiosk, fill):
    fill()

    page = kiosk.send(kiosk.get("/kiosk/"), "/kiosk/help")

    assert page.status == 503
    assert "demandez à un conseiller" in page.text
    assert "responsable" not in page.text
    assert "disque" not in page.text


def test_staff_are_told_what_is_wrong(tablet, kiosk, fill):
    kiosk.send(kiosk.get("/kiosk/"), "/kiosk/help")
    page = tablet.get("/tablet/stock")
    fill()

    call = page.soup.select_one("#calls form")
    refused = tablet.send(page, call["action"])

    assert refused.status == 503
    assert "Le disque du serveur est plein" in refused.text
    assert "libérer de la place" in refused.text


def test_a_tablet_that_cannot_lock_hears_why_in_a_fragment(tablet, monkeypatch):
    page = tablet.get("/tablet/stock")
    monkeypatch.setattr(paths, "told", raising(OSError(ENOSPC, FULL)))

    fields = page.form("/tablet/lock")
    answer = tablet.client.post("/tablet/lock", data=fields, headers={"HX-Request": "true"})

    assert answer.status_code == 503
    assert "Le disque du serveur est plein" in answer.text
    assert "<html" not in answer.text


def test_another_fault_of_the_system_stays_a_fault(kiosk, monkeypatch):
    monkeypatch.setattr(calls, "ring", raising(PermissionError("not allowed")))

    with pytest.raises(PermissionError):
        kiosk.send(kiosk.get("/kiosk/"), "/kiosk/help")
