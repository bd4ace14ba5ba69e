"""The page of a product at the kiosk, and on the customer's phone."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import event, update

from store import products, stock
from store.models import StockLevel
from store.records import MovementRecord, ProductRecord, VariantRecord
from store.web import clock
from store.web.extensions import db


def test_product_shows_stock_here_and_around(kiosk, session, shop):
    hear_of(session, shop.roubaix)

    page = kiosk.get("/kiosk/products/22699")

    here = page.soup.select_one(".k-stock__here").get_text(" ", strip=True)
    near = page.soup.select_one(".k-near").get_text(" ", strip=True)
    assert "Ici, à Lille 6 en rayon" in here
    assert "compté" in here
    assert "Roubaix" in near
    assert "10\u00a0km" in near
    assert "Plus que 2" in near


def hear_of(session, store, *, ago=timedelta(0)):
    """Learn another shop's figures: old ones are not trusted."""
    of_that = StockLevel.store_id == store.id
    session.execute(update(StockLevel).where(of_that).values(learnt_at=clock.now() - ago))
    session.commit()


def test_an_old_figure_of_another_store_is_to_be_checked_by_telephone(kiosk, session, shop):
    hear_of(session, shop.roubaix, ago=timedelta(days=1))

    near = kiosk.get("/kiosk/products/22699").soup.select_one(".k-near")

    words = near.get_text(" ", strip=True)
    assert "À vérifier" in words
    assert "03\u00a020\u00a000\u00a000\u00a000" in words
    assert "Plus que" not in words


def test_product_follows_the_stock_of_all_its_variants(kiosk, session, now):
    add_bag(session, now)

    body = kiosk.get("/kiosk/products/BAG1").soup.body

    assert "stock:BAG1,stock:BAG2" in body["hx-sse:connect"]


def add_bag(session, now):
    tones = {"rouge": "cerise", "bleu": "ciel"}
    bags = tuple(
        VariantRecord(
            sku=f"BAG{n}", price_minor=100 + n, size=size, colour=colour, tone=tones[colour]
        )
        for n, (size, colour) in enumerate([("S", "rouge"), ("L", "rouge"), ("S", "bleu")], start=1)
    )
    products.upsert(session, ProductRecord(reference="BAG", name="Cabas", variants=bags), now=now)
    session.commit()


def test_product_offers_its_sizes_and_colours(kiosk, session, now):
    add_bag(session, now)

    page = kiosk.get("/kiosk/products/BAG2")

    sizes = {link.get_text(strip=True): link["href"] for link in page.soup.select("a.chip")}
    colours = [link["href"] for link in page.soup.select("a.swatch")]
    assert sizes == {"S": "/kiosk/products/BAG1", "L": "/kiosk/products/BAG2"}
    assert colours == ["/kiosk/products/BAG2", "/kiosk/products/BAG3"]


def test_product_leads_to_the_phone_by_a_small_qr(kiosk):
    picture = kiosk.get("/kiosk/products/22699").soup.select_one(".qrbox svg")

    modules = int(picture["viewbox"].split()[2])
    assert modules <= 29  # version 3


@pytest.mark.parametrize("sku", ["NOTHING", "%F0%9F%99%82", "a" * 500])
def test_an_unknown_product_is_said_in_words(kiosk, sku):
    assert "pas proposé ici" in kiosk.get(f"/kiosk/products/{sku}", status=404).text


def test_a_withdrawn_product_is_named_in_the_customer_s_language(kiosk, session, shop, now):
    shop.cup.product.withdrawn_at, shop.cup.product.name_en = now, "Regency teacup"
    session.commit()

    kiosk.send(kiosk.get("/kiosk/"), "/kiosk/settings", language="en")
    page = kiosk.get("/kiosk/products/22699", status=410)

    assert page.soup.select_one(".k-prod__eyebrow").get_text() == "Regency teacup"
    assert "Tasse" not in page.soup.select_one(".k-prod__sheet").get_text()


def test_a_withdrawn_product_says_so_and_what_would_do(kiosk, session, shop, now):
    shop.cup.product.withdrawn_at = now
    session.commit()

    page = kiosk.get("/kiosk/products/22699", status=410)

    assert "n’est plus proposé" in page.text
    assert "Présentoir à gâteaux Regency" in page.soup.select_one("#beside").get_text()


def test_the_stock_block_is_new_after_a_commit(app, kiosk, session, shop):
    before = block_of(kiosk, "/kiosk/products/22699/stock")
    sell(session, 4)
    app.extensions["comptoir_bus"].publish("stock", "22699")

    after = block_of(kiosk, "/kiosk/products/22699/stock")

    assert "6 en rayon" in before
    assert "2 en rayon" in after
    assert "4 vendus depuis" in after


def block_of(kiosk, path):
    return kiosk.block(path).text


def sell(session, quantity):
    moment = clock.now() - timedelta(seconds=2)
    sold = MovementRecord(
        source="till",
        source_id=f"sale-{quantity}",
        store="LIL",
        sku="22699",
        kind="delta",
        quantity=-quantity,
        occurred_at=moment,
    )
    stock.apply(session, [sold], now=moment)
    session.commit()


def test_the_stock_block_reads_the_database_for_one_screen_only(app, kiosk):
    with app.app_context():
        engine = db.engine
    seen = []

    def listener(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", listener)
    began = time.monotonic()
    for _screen in range(20):
        kiosk.block("/kiosk/products/22699/stock")
    turned = int(time.monotonic() - began) + 1
    event.remove(engine, "before_cursor_execute", listener)

    levels = [statement for statement in seen if "stock_level" in statement]
    assert len(levels) <= 2 * (1 + turned)  # two for one drawing, and one as each second turns


def test_the_phone_shows_the_same_without_an_account(pages, shop):
    page = pages.get("/p/22699")

    assert "6 en rayon, ici à Lille" in page.text
    assert "Roubaix" in page.text
    assert "stock:22699" in page.soup.body["hx-sse:connect"]


def test_a_printed_label_is_in_upper_case(pages, shop):
    answer = pages.get("/P/22699", status=301).answer

    assert answer.headers["Location"] == "/p/22699"


def test_the_phone_takes_a_gtin(pages, shop):
    assert "Tasse" in pages.get(f"/p/{shop.cup.gtin}").text
