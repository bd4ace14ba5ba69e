"""What another process changed is published here, all of it."""

from store import changes
from store.database import writing
from store.web.following import MOST_AT_ONCE, ForeignChanges
from store.web.live import Bus


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
