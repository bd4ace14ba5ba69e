"""What is bought together: not what everybody buys anyway."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from store import also_bought
from store.models import Product, Purchase, PurchaseLine, Variant


@pytest.fixture
def goods(session, now):
    """Six products; cup, plate and spoon of two colours each."""
    names = ("cup", "plate", "spoon", "bag", "clock", "lamp")
    found = {name: Product(reference=name, name=name, changed_at=now) for name in names}
    for name, product in found.items():
        product.variants = [
            Variant(sku=f"{name}{colour}".upper(), price_minor=100, position=place)
            for place, colour in enumerate(("-red", "-blue"))
        ]
    session.add_all(found.values())
    session.flush()
    return found


def sell(session, goods, baskets: Iterable[str], *, now, kind="sale"):
    for number, basket in enumerate(baskets):
        purchase = Purchase(
            source="till", external_id=f"{kind}-{basket}-{number}", kind=kind, currency="EUR",
            occurred_at=now - timedelta(minutes=number), total_minor=0,
        )  # fmt: skip
        for name in basket.split():
            variant = goods[name].variants[number % 2]
            purchase.lines.append(PurchaseLine(variant_id=variant.id, quantity=2, amount_minor=1))
        session.add(purchase)
    session.commit()


def companions(session, goods, name):
    return [
        (one.product.name, one.together, one.baskets)
        for one in also_bought.list_of(session, goods[name].id)
    ]


def test_goods_of_the_same_baskets_are_told_with_their_counts(session, engine, goods, now):
    sell(session, goods, ["cup plate"] * 8 + ["cup"] * 2 + ["lamp"] * 30, now=now)

    also_bought.count(engine)

    assert companions(session, goods, "cup") == [("plate", 8, 10)]
    assert companions(session, goods, "plate") == [("cup", 8, 8)]
    assert companions(session, goods, "lamp") == []


def test_what_everybody_buys_goes_with_nothing(session, engine, goods, now):
    baskets = ["bag cup plate"] * 10 + ["bag"] * 25 + ["bag clock"] * 10 + ["lamp"] * 5

    sell(session, goods, baskets, now=now)
    also_bought.count(engine)

    assert companions(session, goods, "cup") == [("plate", 10, 10)]
    assert companions(session, goods, "bag") == []


def test_a_few_baskets_are_chance(session, engine, goods, now):
    sell(session, goods, ["cup plate"] * 4 + ["lamp"] * 50, now=now)

    assert also_bought.count(engine).pairs == 0


def test_returns_and_a_traders_basket_do_not_count(session, engine, goods, now, monkeypatch):
    monkeypatch.setattr(also_bought, "LARGEST_BASKET", 3)
    sell(session, goods, ["cup plate"] * 9, now=now, kind="return")
    sell(session, goods, ["cup plate spoon bag"] * 9 + ["lamp"] * 9, now=now)

    assert also_bought.count(engine).pairs == 0


def test_the_closest_comes_first_and_the_withdrawn_not_at_all(session, engine, goods, now):
    baskets = ["cup plate"] * 9 + ["cup spoon"] * 6 + ["cup bag"] * 7 + ["spoon"] * 2
    sell(session, goods, baskets + ["lamp"] * 40, now=now)
    also_bought.count(engine)
    goods["bag"].withdrawn_at = now
    session.commit()

    assert [name for name, *_ in companions(session, goods, "cup")] == ["plate", "spoon"]


def test_counting_again_replaces_what_was_known(session, engine, goods, now):
    sell(session, goods, ["cup plate"] * 8 + ["lamp"] * 30, now=now)
    also_bought.count(engine)
    session.query(PurchaseLine).delete()
    session.query(Purchase).delete()
    session.commit()
    sell(session, goods, ["cup spoon"] * 8 + ["lamp"] * 30, now=now)

    also_bought.count(engine)

    assert companions(session, goods, "cup") == [("spoon", 8, 8)]
    assert companions(session, goods, "plate") == []
