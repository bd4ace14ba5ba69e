"""axe-core finds nothing on what staff see of pickups: prepared, told, put away, brought back."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from store.database import make_engine, writing
from store.models import Device
from tests.journeys import axe, kiosk_shop, pickup_scene

PAGES = (
    "/tablet/preparing", "/tablet/messages", "/tablet/shelf-returns", "/tablet/returns",
    "/tablet/returns?q=nothing", "/tablet/printers", "/tablet/promises", "/tablet/pickups/print",
    "/tablet/screens", "/enrol",
)  # fmt: skip


@pytest.fixture(scope="module")
def own_shop(tmp_path_factory, sqlite_template):
    folder = tmp_path_factory.mktemp("barriers")
    with kiosk_shop.running(folder, sqlite_template) as running:
        engine = make_engine(f"sqlite:///{folder / 'comptoir.db'}")
        with writing(engine) as session:
            paths = pickup_scene.furnish(session, now=datetime.now(UTC))
        yield running.server.url, engine, paths
        engine.dispose()


@pytest.fixture
def manager(own_shop, chromium, language):
    """The tablet of the shop's manager, in a language."""
    url, engine, _paths = own_shop
    with writing(engine) as session:
        session.execute(update(Device).values(language=language))
    page = kiosk_shop.tablet(chromium, url, "Malik", reduced_motion="reduce")
    expect(page.locator("#arrivals")).to_be_attached()
    yield page
    page.context.close()


def test_no_screen_of_a_pickup_has_a_barrier_that_axe_sees(manager, own_shop, language):
    url, _engine, paths = own_shop
    found = {}

    for path in (*PAGES, *paths.values()):
        manager.goto(url + path)
        if path != "/enrol":  # a stranger's browser speaks its own language
            expect(manager.locator("html")).to_have_attribute("lang", language)
        expect(manager.get_by_role("heading", level=1)).to_have_count(1)
        for scheme in ("light", "dark"):
            manager.emulate_media(color_scheme=scheme)
            if faults := axe.faults_of(manager, in_colours_alone=scheme == "dark"):
                found[f"{path}, {scheme}"] = faults

    assert found == {}


@pytest.mark.parametrize("language", ["fr"], indirect=True)
def test_the_buttons_of_a_sheet_stay_in_sight_where_it_is_taller_than_the_screen(manager, own_shop):
    url, _engine, paths = own_shop
    manager.set_viewport_size({"width": 1180, "height": 480})
    taller = []

    for path in paths.values():
        manager.goto(url + path)
        buttons = manager.locator(".dialog__f")
        if buttons.count() == 0:
            continue
        box = buttons.bounding_box()
        assert box["y"] + box["height"] <= 480, path
        if manager.locator(".dialog").evaluate("sheet => sheet.scrollHeight > sheet.clientHeight"):
            taller.append(path)

    assert taller
