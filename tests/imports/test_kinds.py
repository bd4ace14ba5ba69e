"""Each kind of file goes in by the rules of its things; what they refuse is written out."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from store.imports import customers, orders, products, purchases, stock, stores
from store.models import (
    Card,
    Customer,
    CustomerMonth,
    Order,
    Product,
    Purchase,
    StockLevel,
    Store,
    Variant,
)
from tests.imports.files import rejects, take_in, write
from tests.shop import Shop


def test_products_of_one_reference_are_one_product(tmp_path: Path, engine: Engine) -> None:
    path = write(
        tmp_path,
        "reference;sku;nom;couleur;prix\nR1;A1;Réveil;rouge;3,75\nR1;A2;Réveil;vert;3,75\n",
    )

    outcome = take_in(engine, products.KIND, path)

    with Session(engine) as session:
        (product,) = session.scalars(select(Product)).all()
        assert [variant.colour for variant in product.variants] == ["rouge", "vert"]
        assert {variant.price_minor for variant in product.variants} == {375}
    assert (outcome.lines, outcome.records, outcome.changed) == (2, 1, 1)


def test_a_wrong_gtin_is_refused_and_the_rest_goes_in(tmp_path: Path, engine: Engine) -> None:
    path = write(tmp_path, "sku,name,price,ean\nA1,Bol,3,4006381333932\nA2,Pot,4,4006381333931\n")

    outcome = take_in(engine, products.KIND, path)

    with Session(engine) as session:
        assert session.scalars(select(Variant.sku)).all() == ["A2"]
    assert rejects(path) == ["2,gtin:check_digit,A1,Bol,3,4006381333932"]
    assert outcome.refused == 1


def test_stores_come_with_hours_and_position(tmp_path: Path, engine: Engine) -> None:
    path = write(
        tmp_path,
        'code,name,lat,lon,horaires\np06,Louise,"48,85",2.33,Mo-Sa 10:00-19:00; Su off\n',
    )

    take_in(engine, stores.KIND, path)

    with Session(engine) as session:
        shop = session.scalars(select(Store)).one()
        assert (shop.code, shop.latitude) == ("P06", 48.85)
        assert shop.opening_hours["sa"] == [["10:00", "19:00"]]


def test_a_count_sets_and_a_delta_moves_the_stock(
    tmp_path: Path, engine: Engine, shop: Shop
) -> None:
    path = write(
        tmp_path,
        "store,sku,kind,quantity,date,id\n"
        "LIL,22699,count,20,2026-11-21 14:30,\nLIL,22699,delta,-2,2026-11-21 14:31,t1\n",
    )

    take_in(engine, stock.KIND, path)

    with Session(engine) as session:
        level = session.scalars(
            select(StockLevel)
            .join(StockLevel.store)
            .join(StockLevel.variant)
            .where(Store.code == "LIL", Variant.sku == "22699")
        ).one()
        assert level.on_hand == 18


def test_stock_lines_tell_what_is_kept_back_and_what_comes(
    tmp_path: Path, engine: Engine, shop: Shop
) -> None:
    path = write(
        tmp_path,
        "magasin,sku,quantité,stock_de_securite,en_route,attendu_le\n"
        "LIL,22699,20,2,24,2026-11-26\nLIL,22423,3,,-5,\n",
    )

    outcome = take_in(engine, stock.KIND, path)

    with Session(engine) as session:
        level = session.get_one(StockLevel, (shop.lille.id, shop.cup.id))
        assert (level.on_hand, level.safety_stock, level.incoming) == (20, 2, 24)
        assert level.incoming_on == date(2026, 11, 26)
    assert (outcome.records, outcome.refused) == (1, 1)


def test_stock_lines_leave_the_plans_that_they_do_not_tell(
    tmp_path: Path, engine: Engine, shop: Shop
) -> None:
    head = "magasin,sku,quantité,stock_de_securite,en_route,attendu_le\n"
    take_in(engine, stock.KIND, write(tmp_path, head + "LIL,22699,20,2,24,2026-11-26\n"))
    short = "magasin,sku,quantité,stock_de_securite\nLIL,22699,20,5\n"

    take_in(engine, stock.KIND, write(tmp_path, short))

    with Session(engine) as session:
        level = session.get_one(StockLevel, (shop.lille.id, shop.cup.id))
        assert (level.safety_stock, level.incoming) == (5, 24)
        assert level.incoming_on == date(2026, 11, 26)


def test_stock_lines_that_name_nothing_we_know_are_refused(
    tmp_path: Path, engine: Engine, shop: Shop
) -> None:
    path = write(
        tmp_path,
        "store,sku,kind,quantity\nNOPE,22699,count,1\nLIL,NOPE,count,1\nLIL,22699,delta,1\n",
    )

    take_in(engine, stock.KIND, path)

    assert [line.split(",")[:2] for line in rejects(path)] == [
        ["2", "store:unknown_store"],
        ["3", "sku:unknown_sku"],
        ["4", "source_id:needed_by_delta"],
    ]


def test_customers_come_with_their_cards(tmp_path: Path, engine: Engine) -> None:
    path = write(
        tmp_path,
        "id,prenom,nom,email,points,cartes\n7,Zoé,Petit,ZOE@example.org,120,2991000000016\n",
    )

    take_in(engine, customers.KIND, path)

    with Session(engine) as session:
        zoe = session.scalars(select(Customer)).one()
        assert (zoe.first_name, zoe.points_snapshot) == ("Zoé", 120)
        assert session.scalars(select(Card.code)).all() == ["2991000000016"]


def test_purchases_are_put_together_from_their_lines(
    tmp_path: Path, engine: Engine, session: Session, shop: Shop
) -> None:
    who = f"{shop.camille.source},{shop.camille.external_id}"
    session.rollback()  # a session that has read holds the turn to write
    path = write(
        tmp_path,
        "ticket,date,magasin,customer_source,client,sku,label,quantity,montant\n"
        f'T1,12/11/2026,LIL,{who},22699,,2,"5,90"\n'
        f"T1,12/11/2026,LIL,{who},,Emballage,1,1\n"
        'T2,13/11/2026,LIL,,,22423,,1,"10,95"\n',
    )

    outcome = take_in(engine, purchases.KIND, path)

    with Session(engine) as session:
        totals = session.execute(
            select(Purchase.external_id, Purchase.total_minor).where(Purchase.source == "csv")
        )
        assert [tuple(row) for row in totals] == [("T1", 690), ("T2", 1095)]
        assert session.scalar(select(func.sum(CustomerMonth.total_minor))) == 690
    assert (outcome.lines, outcome.records) == (3, 2)


def test_a_purchase_whose_lines_are_scattered_is_not_taken_twice(
    tmp_path: Path, engine: Engine, shop: Shop
) -> None:
    path = write(
        tmp_path,
        "ticket,date,sku,quantity,montant\nT1,12/11/2026,22699,1,3\nT2,12/11/2026,22699,1,3\n"
        "T1,12/11/2026,22699,1,3\n",
    )

    take_in(engine, purchases.KIND, path)

    assert rejects(path) == ["4,:scattered,T1,12/11/2026,22699,1,3"]


@pytest.mark.parametrize(
    "broken",
    ["T1,12/11/2026,22699,1,3,00", 'T1,12/11/2026,"22"699,1,3', "T1,12/11/2026"],
)
def test_a_purchase_with_a_line_that_cannot_be_read_is_refused_whole(
    tmp_path: Path, engine: Engine, shop: Shop, broken: str
) -> None:
    line = "T1,12/11/2026,22699,1,3\n"
    path = write(
        tmp_path,
        f"ticket,date,sku,quantity,montant\n{line}{broken}\n{line}T2,12/11/2026,22699,1,3\n",
    )

    outcome = take_in(engine, purchases.KIND, path)

    assert (outcome.records, outcome.refused) == (1, 3)
    assert [one.split(",")[0] for one in rejects(path)] == ["2", "3", "4"]


def test_one_bad_line_refuses_its_whole_purchase(
    tmp_path: Path, engine: Engine, shop: Shop
) -> None:
    path = write(
        tmp_path,
        "ticket,date,sku,quantity,montant\nT1,12/11/2026,22699,1,3\nT1,12/11/2026,22699,x,3\n",
    )

    outcome = take_in(engine, purchases.KIND, path)

    assert len(rejects(path)) == 2
    assert outcome.records == 0


def test_orders_are_held_in_the_store(tmp_path: Path, engine: Engine, shop: Shop) -> None:
    path = write(
        tmp_path,
        "id,numero,magasin,nom,date,sku,quantity,prix\n"
        'w1,900001,LIL,Awa D.,2026-11-20 10:00,22423,2,"10,95"\n',
    )

    outcome = take_in(engine, orders.KIND, path)

    with Session(engine) as session:
        order = session.scalars(select(Order).where(Order.number == "900001")).one()
        assert (order.state, order.total_minor, order.customer_name) == ("new", 2190, "Awa D.")
    assert outcome.changed == 1
