"""A handover by a relative: found by a scan, each article checked, signed for, told, undone."""

import re
import sqlite3
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import expect
from sqlalchemy import select

from config.places import sqlite_url
from store import delegates
from store.database import make_engine, writing
from store.models import Order, Product, Variant
from tests.journeys import wedge

PATIENCE_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A ready order that no other journey takes, the relative's code, and a stranger's article."""

    uid: str
    code: str
    secret: str
    strange: str
    bars: dict[str, str]  # the article's bar code by the line's id


def name_a_relative(demo):
    """Do what the customer does on the phone: let Nadia collect."""
    engine = make_engine(sqlite_url(demo.home / "store"))
    taken = [code for code, _digits, _name in demo.orders]
    with writing(engine) as session:
        shop = session.scalars(select(Order.store_id).where(Order.code == taken[0])).one()
        ready = select(Order).where(Order.state == "ready", Order.store_id == shop)
        order = session.scalars(ready.where(Order.code.not_in(taken)).order_by(Order.id)).first()
        made = delegates.name(session, order.uid, "Nadia", now=datetime.now(UTC))
        bars = {line.uid: line.variant.gtin for line in order.lines}
        others = select(Variant.gtin).join(Product).where(Product.withdrawn_at.is_(None))
        found = Ready(
            uid=order.uid,
            code=order.code,
            secret=made.code,
            strange=session.scalars(others.where(Variant.gtin.not_in(bars.values()))).first(),
            bars=bars,
        )
    engine.dispose()
    return found


def told_at_the_hub(demo, uid, kind):
    """Return the details of the events of this kind that the hub has of an order."""
    hub = sqlite3.connect(f"file:{demo.home / 'hub' / 'comptoir.db'}?mode=ro", uri=True)
    try:
        rows = hub.execute(
            'SELECT e.details FROM order_event e JOIN "order" o ON o.id = e.order_id'
            " WHERE o.uid = ? AND e.type = ?",
            (uid, kind),
        )
        return [details for (details,) in rows]
    finally:
        hub.close()


def wait_for_the_hub(demo, uid, kind):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (told := told_at_the_hub(demo, uid, kind)):
        assert time.monotonic() < deadline, f"the hub was never told: {kind}"
        time.sleep(0.2)
    return told


def scan(page, code):
    """Scan at the sheet, and wait for what the server says of it."""
    with page.expect_response(lambda answer: answer.url.endswith("/check")):
        wedge.scan(page, code)
    expect(page.locator("#checked > [data-taken]")).to_be_visible()
    expect(page.locator("[data-scan-form].htmx-request")).to_have_count(0)


def sign(page):
    page.get_by_text("Faire signer").click()
    sheet = page.locator("svg.sign")
    sheet.scroll_into_view_if_needed()
    frame = sheet.bounding_box()
    page.mouse.move(frame["x"] + 40, frame["y"] + 40)
    page.mouse.down()
    page.mouse.move(frame["x"] + 90, frame["y"] + 60)
    page.mouse.move(frame["x"] + 140, frame["y"] + 30)
    page.mouse.up()
    expect(page.locator('[name="signature"]')).to_have_value(re.compile(r"^M\d+ \d+L"))


def test_a_relative_collects_and_a_manager_undoes_it(shop, demo):
    ready = name_a_relative(demo)
    tablet = shop.tablet("fr")
    page = tablet.page

    wedge.scan(page, ready.code)
    page.wait_for_url("**/tablet/pickups/*")
    boxes = page.locator('[name="line"]')
    expect(boxes.first).to_be_attached()
    scan(page, ready.strange)
    expect(page.locator("#checked")).to_contain_text("n’est pas à remettre ici")
    for box in boxes.all():
        for _unit in range(int(box.get_attribute("data-units"))):
            scan(page, ready.bars[box.get_attribute("value")])
        expect(box).to_be_checked()
    scan(page, ready.secret)
    expect(page.locator('[name="delegate_code"]')).to_have_value(ready.secret)
    sign(page)
    page.get_by_role("button", name="Remettre", exact=True).click()

    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("À Nadia, un proche, avec son code")
    expect(sheet.get_by_role("img", name="Signature")).to_be_visible()
    (details,) = wait_for_the_hub(demo, ready.uid, "collected")
    assert "delegate" in details and "Nadia" not in details

    undo(page, demo)

    expect(boxes.first).to_be_attached()
    assert len(wait_for_the_hub(demo, ready.uid, "handover_reversed")) == 1
    tablet.check()


def undo(page, demo):
    """A manager comes to the same tablet, says why, and types the PIN."""
    page.get_by_role("link", name="Annuler la remise").click()
    page.wait_for_url("**/reverse")
    sheet = page.get_by_role("dialog")
    sheet.get_by_text(demo.names["sophie"].split(" ")[0], exact=True).click()
    sheet.get_by_text("Ce n’était pas la bonne personne").click()
    for digit in demo.pins["sophie"]:
        sheet.locator(f'[data-key="{digit}"]').click()
    sheet.get_by_role("button", name="Annuler la remise").click()
