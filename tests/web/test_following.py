"""What another process changed is published here, all of it."""

import pytest

from store import changes
from store.database import writing
from store.web.following import MOST_AT_ONCE, ForeignChanges
from store.web.live import Bus
from store.web.sightings import Sightings


def test_look_publishes_a_large_import_over_several_looks(app, engine, now, monkeypatch):
    bus = Bus()
    follower = ForeignChanges(app, bus)
    keys = [str(number) for number in range(MOST_AT_ONCE + 5)]
    with writing(engine) as session:
        changes.record_all(session, "stock", keys, now=now)
    monkeypatch.setattr(changes, "_told", [])  # as in a process that did not write them
    before = bus.position()

    for _ in range(3):
        follower.look()

    assert [one.key for one in bus.missed(before, frozenset({"stock"}))] == keys


@pytest.mark.parametrize("path", ["/tablet/pickups", "/kiosk/products/22423"])
def test_what_is_told_while_a_page_is_let_in_comes_after_its_position(
    app, tablet, kiosk, monkeypatch, path
):
    bus = app.extensions["comptoir_bus"]
    before = bus.position()

    def told_meanwhile(_seen, _device, _at):
        bus.publish("stock", "22423")

    monkeypatch.setattr(Sightings, "note", told_meanwhile)  # the door has read the database by now
    browser = tablet if path.startswith("/tablet") else kiosk

    page = browser.get(path)

    assert page.soup.body["hx-sse:connect"].endswith(f"since={before}")
