"""Devices: enrolled once by a code, bound to a store, revocable."""

from datetime import timedelta

import pytest

from store import audit, devices
from store.errors import EnrolmentRefused, Invalid, NotFound


def test_enrol_turns_a_code_into_a_device_that_its_secret_finds(session, shop, now):
    device, code = devices.issue_code(
        session, kind="kiosk", name="Entrée", store=shop.lille, now=now
    )

    enrolled, secret = devices.enrol(session, code, now=now)

    assert enrolled.id == device.id
    assert devices.find_by_token(session, secret).store_id == shop.lille.id
    assert secret not in (device.token_hash, code)


def test_enrol_takes_the_code_as_people_type_it(session, shop, now):
    _, code = devices.issue_code(session, kind="tablet", name="2", store=shop.lille, now=now)

    enrolled, _ = devices.enrol(session, f" {code[:4].lower()} - {code[4:]}", now=now)

    assert enrolled.name == "2"


def test_a_code_serves_once(session, shop, now):
    _, code = devices.issue_code(session, kind="kiosk", name="1", store=shop.lille, now=now)
    devices.enrol(session, code, now=now)

    with pytest.raises(EnrolmentRefused):
        devices.enrol(session, code, now=now)


def test_a_code_is_refused_after_a_quarter_of_an_hour(session, shop, now):
    _, code = devices.issue_code(session, kind="kiosk", name="1", store=shop.lille, now=now)

    with pytest.raises(EnrolmentRefused):
        devices.enrol(session, code, now=now + timedelta(minutes=16))


@pytest.mark.parametrize("code", ["", "X", "🦄", "' OR 1=1 --", "9" * 10_000])
def test_enrol_refuses_what_was_never_a_code(session, shop, now, code):
    devices.issue_code(session, kind="kiosk", name="1", store=shop.lille, now=now)

    with pytest.raises(EnrolmentRefused):
        devices.enrol(session, code, now=now)


def test_issue_code_refuses_an_unknown_kind(session, shop, now):
    with pytest.raises(Invalid):
        devices.issue_code(session, kind="fridge", name="1", store=shop.lille, now=now)


def test_a_revoked_device_is_not_found_again(session, shop, now):
    devices.revoke(session, shop.kiosk.uid, now=now, staff=shop.manager)

    assert devices.find_by_token(session, shop.kiosk_secret) is None
    assert devices.find_by_token(session, shop.tablet_secret).uid == shop.tablet.uid
    (entry,) = audit.list_about(session, "device", shop.kiosk.uid)
    assert (entry.action, entry.staff_id) == ("device.revoked", shop.manager.id)


def test_revoke_raises_for_a_device_that_does_not_exist(session, shop, now):
    with pytest.raises(NotFound):
        devices.revoke(session, "nowhere", now=now)
