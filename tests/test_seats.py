"""Who asks, read cheaply: the same rows behind the same door as the models."""

import pytest
from sqlalchemy import inspect

from store import devices, seats, staff


def told(model, record):
    names = [attribute.key for attribute in inspect(type(model)).column_attrs]
    return {name: (getattr(model, name), getattr(record, name)) for name in names}


def test_find_reads_what_the_models_hold(session, shop):
    tablet, person = devices.find_by_token_with_staff(session, shop.tablet_secret, shop.ines.uid)

    seat, seen = seats.find(session, shop.tablet_secret, shop.ines.uid)

    for model, record in ((tablet, seat), (tablet.store, seat.store), (person, seen)):
        assert all(one == other for one, other in told(model, record).values())


def test_a_manager_stays_one(session, shop):
    _seat, seen = seats.find(session, shop.tablet_secret, shop.manager.uid)

    assert staff.may(seen, "manager")


def test_find_knows_no_revoked_device(session, shop, now):
    devices.revoke(session, shop.tablet.uid, now=now)

    assert seats.find(session, shop.tablet_secret, shop.ines.uid) == (None, None)


@pytest.mark.parametrize("secret", ["", "another"])
def test_find_knows_no_stranger(session, shop, secret):
    assert seats.find(session, secret, shop.ines.uid) == (None, None)


def test_find_knows_nobody_who_has_left(session, shop, now):
    shop.ines.disabled_at = now
    session.flush()

    seat, seen = seats.find(session, shop.tablet_secret, shop.ines.uid)

    assert seat.id == shop.tablet.id
    assert seen is None


def test_what_is_read_cannot_be_written(session, shop):
    seat, _seen = seats.find(session, shop.tablet_secret, shop.ines.uid)

    with pytest.raises(AttributeError):
        seat.name = "Other"
