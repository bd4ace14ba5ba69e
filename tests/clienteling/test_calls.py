"""A call from a kiosk: every tablet rings, one of them goes, the others fall silent."""

from datetime import timedelta

from store import calls, changes


def ring(session, shop, now):
    calls.ring(session, shop.kiosk, now=now)
    session.commit()


def test_a_call_stands_on_every_page_of_the_tablet(tablet, session, shop, monkeypatch, now):
    ring(session, shop, clock_of(monkeypatch, now))

    page = tablet.get("/tablet/scan")

    assert "On vous appelle" in page.text
    assert shop.kiosk.name in page.text


def test_the_answered_call_is_gone_and_the_page_stays(tablet, session, shop, monkeypatch, now):
    ring(session, shop, clock_of(monkeypatch, now))
    page = tablet.get("/tablet/stock")

    answered = tablet.send(page, f"/tablet/calls/{shop.kiosk.uid}")

    assert "On vous appelle" not in answered.text
    assert answered.answer.request.path == "/tablet/stock"


def test_a_new_call_rings_after_an_answered_one(session, shop, now):
    ring(session, shop, now)
    calls.answer(session, shop.kiosk.uid, now=now + timedelta(seconds=20))

    ring(session, shop, now + timedelta(seconds=40))

    assert len(calls.list_recent(session, shop.lille.id, now=now + timedelta(seconds=41))) == 1


def test_a_call_is_heard_through_an_import_of_stock(session, shop, now):
    ring(session, shop, now)

    changes.record_all(session, "stock", [f"SKU{n}" for n in range(300)], now=now)

    assert len(calls.list_recent(session, shop.lille.id, now=now + timedelta(seconds=5))) == 1


def test_another_shop_s_tablets_stay_silent(session, shop, now):
    ring(session, shop, now)

    assert calls.list_recent(session, shop.roubaix.id, now=now) == []


def clock_of(monkeypatch, now):
    """Stop the web's clock a moment after the call."""
    monkeypatch.setattr("clienteling.calls.now", lambda: now + timedelta(seconds=5))
    return now
