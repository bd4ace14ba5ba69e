"""The kiosks as their manager sets them: times, closed or open, and what they announce."""

from datetime import timedelta

import pytest

from store import audit, screens
from store.errors import Invalid, NotFound
from store.models import Device

DEFAULTS = dict.fromkeys(screens.LIMITS, 40)


def test_a_kiosk_has_the_shop_s_times_until_it_gets_its_own(session, shop, now):
    screens.set_times(session, shop.kiosk, {"countdown_seconds": 60}, now=now)

    assert screens.times(shop.kiosk, DEFAULTS) == DEFAULTS | {"countdown_seconds": 60}


def test_times_that_are_not_named_stay(session, shop, now):
    screens.set_times(session, shop.kiosk, {"countdown_seconds": 60}, now=now)
    screens.set_times(session, shop.kiosk, {"browse_idle_seconds": 90}, now=now)

    assert screens.times(shop.kiosk, DEFAULTS)["countdown_seconds"] == 60


@pytest.mark.parametrize(
    ("name", "seconds"), [("countdown_seconds", 19), ("countdown_seconds", 301), ("nap_seconds", 5)]
)
def test_times_outside_their_limits_are_refused(session, shop, now, name, seconds):
    with pytest.raises(Invalid) as refused:
        screens.set_times(session, shop.kiosk, {name: seconds}, now=now)

    assert refused.value.data["field"] == name
    assert screens.times(shop.kiosk, DEFAULTS) == DEFAULTS


def test_closing_by_hand_holds_until_opened_by_hand(session, shop, now):
    screens.close(session, shop.kiosk, closed=True, now=now, staff=shop.manager)
    assert screens.find_closed(shop.kiosk, now=now).by_hand

    screens.close(session, shop.kiosk, closed=False, now=now, staff=shop.manager)

    assert screens.find_closed(shop.kiosk, now=now) is None


def test_a_kiosk_closes_with_the_shop_only_when_told_to(session, shop, now):
    night = now + timedelta(hours=9)
    assert screens.find_closed(shop.kiosk, now=night) is None

    screens.follow_hours(session, shop.kiosk, follows=True, now=now)

    assert screens.find_closed(shop.kiosk, now=now) is None
    closed = screens.find_closed(shop.kiosk, now=night)
    assert not closed.by_hand
    assert closed.opens_at > night


def test_a_shop_without_hours_never_shuts_its_kiosk(session, shop, now):
    shop.lille.opening_hours = {}
    screens.follow_hours(session, shop.kiosk, follows=True, now=now)

    assert screens.find_closed(shop.kiosk, now=now) is None


def test_each_change_is_in_the_audit_with_its_author(session, shop, now):
    screens.close(session, shop.kiosk, closed=True, now=now, staff=shop.manager)
    screens.set_times(session, shop.kiosk, {"countdown_seconds": 60}, now=now, staff=shop.manager)
    session.flush()

    noted = audit.list_about(session, "device", shop.kiosk.uid)

    assert {(one.action, one.staff_id) for one in noted} == {
        ("device.closed", shop.manager.id),
        ("device.times", shop.manager.id),
    }


def test_only_kiosks_in_use_are_listed(session, shop, now):
    assert list(screens.list_kiosks(session, shop.lille.id)) == [shop.kiosk]
    assert list(screens.list_kiosks(session, shop.roubaix.id)) == []

    shop.kiosk.revoked_at = now

    assert list(screens.list_kiosks(session, shop.lille.id)) == []


def test_a_kiosk_of_another_store_is_not_found(session, shop):
    with pytest.raises(NotFound):
        screens.get_kiosk(session, shop.kiosk.uid, store_id=shop.roubaix.id)
    with pytest.raises(NotFound):
        screens.get_kiosk(session, shop.tablet.uid)


def test_a_message_is_shown_in_its_store_until_its_end(session, shop, now):
    end = now + timedelta(hours=1)
    screens.announce(session, shop.lille, text_fr="  Nocturne\n ce soir ", ends_at=end, now=now)

    [shown] = screens.list_announced(session, shop.lille.id, now=now)
    assert shown.text_fr == "Nocturne ce soir"
    assert not screens.list_announced(session, shop.roubaix.id, now=now)
    assert not screens.list_announced(session, shop.lille.id, now=end)


def test_a_message_can_be_withdrawn_by_its_store_alone(session, shop, now):
    end = now + timedelta(hours=1)
    message = screens.announce(session, shop.lille, text_fr="Nocturne", ends_at=end, now=now)
    with pytest.raises(NotFound):
        screens.withdraw(session, message.uid, store=shop.roubaix, now=now)

    screens.withdraw(session, message.uid, store=shop.lille, now=now)

    assert not screens.list_announced(session, shop.lille.id, now=now)


@pytest.mark.parametrize(
    ("text", "hours", "field"),
    [("  ", 1, "text_fr"), ("x" * 121, 1, "text_fr"), ("a", 0, "ends_at")],
)
def test_a_message_without_words_or_without_time_is_refused(session, shop, now, text, hours, field):
    end = now + timedelta(hours=hours)

    with pytest.raises(Invalid) as refused:
        screens.announce(session, shop.lille, text_fr=text, ends_at=end, now=now)

    assert refused.value.data["field"] == field


def test_kiosks_are_listed_as_people_count(session, shop, now):
    for name in ("Borne 10", "borne 2", "Borne 1"):
        kiosk = Device(kind="kiosk", name=name, store=shop.lille, enrolled_at=now)
        session.add(kiosk)
    session.flush()

    names = [kiosk.name for kiosk in screens.list_kiosks(session, shop.lille.id)]
    assert names[:3] == ["Borne 1", "borne 2", "Borne 10"]
    assert sorted(names[3:]) == names[3:]
