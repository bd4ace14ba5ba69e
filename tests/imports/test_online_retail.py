"""The Online Retail file goes in as its source describes it, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from store.imports.online_retail import codes, lines, taking_in
from store.imports.tables import FileRefused
from store.models import (
    Change,
    Customer,
    CustomerMonth,
    Product,
    Purchase,
    PurchaseLine,
    Variant,
)
from store.sample import files
from tests.imports.files import NOW, write

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
SMALL = HEADER + (
    "536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,2010-12-01 08:26:00,2.55,17850,France\n"
    "536366,22633,HAND WARMER UNION JACK,6,2010-12-01 08:28:00,1.85,17850,France\n"
    "536365,85123a,CREAM HANGING HEART T-LIGHT HOLDER ,1,2010-12-01 08:26:00,2.55,17850,France\n"
    "536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,1,2010-12-01 08:27:00,2.55,17850,France\n"
    "536365,POST,POSTAGE,1,2010-12-01 08:26:00,18,17850,France\n"
    "536367,22633,HAND WARMER UNION JACK,2,2010-12-01 09:00:00,1.85,,United Kingdom\n"
    "C536379,22633,HAND WARMER UNION JACK,-1,2010-12-01 09:41:00,1.85,17850,France\n"
    "536380,22633,check,-10,2010-12-01 09:50:00,0,,United Kingdom\n"
    "536381,99999X,?,-3,2010-12-01 09:50:00,0,,United Kingdom\n"
    "A563185,B,Adjust bad debt,1,2011-08-12 14:50:00,-11062.06,,United Kingdom\n"
    "550193,PADS,PADS TO MATCH ALL CUSHIONS,1,2011-04-15 09:27:00,0.001,13952,EIRE\n"
)
FULL = Path(__file__).parents[3] / "shared/data/online_retail/online_retail.csv.gz"


def take_in(engine: Engine, path: Path) -> taking_in.Outcome:
    return taking_in.take_in(engine, lines.find(path), now=NOW, advance=lambda _lines: None)


@pytest.fixture
def outcome(tmp_path: Path, engine: Engine) -> taking_in.Outcome:
    return take_in(engine, write(tmp_path, SMALL))


@pytest.fixture
def read(engine: Engine, outcome: taking_in.Outcome) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def test_the_figures_are_those_of_the_file(outcome: taking_in.Outcome) -> None:
    assert outcome == taking_in.Outcome(
        lines=11, invoices=8, returns=1, customers=2, products=3, anonymous_lines=4,
        total_minor=-1_106_206 + 2_040 + 1_110 + 1_800 + 370 - 185, added=8,
    )  # fmt: skip


def test_a_second_time_changes_nothing(
    tmp_path: Path, engine: Engine, outcome: taking_in.Outcome
) -> None:
    before = counted(engine)

    again = take_in(engine, write(tmp_path, SMALL))

    assert again.added == 0
    assert counted(engine) == before


def counted(engine: Engine) -> list[int]:
    tables = (Product, Variant, Customer, Purchase, PurchaseLine, CustomerMonth, Change)
    with Session(engine) as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_an_import_that_was_interrupted_goes_on(tmp_path: Path, engine: Engine) -> None:
    head = HEADER + "".join(SMALL.splitlines(keepends=True)[1:6])
    take_in(engine, write(tmp_path, head))

    outcome = take_in(engine, write(tmp_path, SMALL))

    assert outcome.added == 6
    assert counted(engine)[3] == 8


def test_an_invoice_that_others_interrupt_is_one_purchase(read: Session) -> None:
    purchase = read.scalars(select(Purchase).where(Purchase.external_id == "536365")).one()

    assert (purchase.lines_count, purchase.total_minor) == (4, 8 * 255 + 1800)
    assert (purchase.kind, purchase.channel, purchase.currency) == ("sale", "web", "GBP")


def test_fees_count_in_the_total_but_are_no_articles(read: Session) -> None:
    assert read.scalars(select(Product.reference).order_by(Product.reference)).all() == [
        "22633", "85123A", "PADS",
    ]  # fmt: skip
    fee = read.scalars(select(PurchaseLine).where(PurchaseLine.label == "Postage")).one()
    assert (fee.variant_id, fee.amount_minor) == (None, 1800)


def test_codes_that_differ_by_case_are_one_article(read: Session) -> None:
    heart = read.scalars(select(Product).where(Product.reference == "85123A")).one()

    assert heart.name == "White Hanging Heart T-Light Holder"
    assert [variant.price_minor for variant in heart.variants] == [255]


def test_what_corrects_stock_or_accounts_is_neither_sale_nor_return(read: Session) -> None:
    query = select(Purchase.kind, func.count()).group_by(Purchase.kind)

    assert dict(read.execute(query).all()) == {"sale": 4, "return": 1, "correction": 3}


def test_a_code_that_has_no_name_keeps_its_code_on_the_line(read: Session) -> None:
    line = read.scalars(select(PurchaseLine).where(PurchaseLine.quantity == -3)).one()

    assert (line.variant_id, line.label) == (None, "?")


def test_customers_are_known_by_number_and_country_only(read: Session) -> None:
    found = read.execute(
        select(Customer.external_id, Customer.country, Customer.language, Customer.last_name)
        .order_by(Customer.external_id)
    )  # fmt: skip

    assert [tuple(row) for row in found] == [("13952", "IE", "en", ""), ("17850", "FR", "fr", "")]


def test_hours_are_british(read: Session) -> None:
    purchase = read.scalars(select(Purchase).where(Purchase.external_id == "A563185")).one()

    assert purchase.occurred_at.isoformat() == "2011-08-12T13:50:00+00:00"


def test_the_months_of_a_customer_hold_sales_less_returns(read: Session) -> None:
    (number,) = read.scalars(select(Customer.id).where(Customer.external_id == "17850"))
    month = read.get(CustomerMonth, (number, 201012))

    assert month is not None
    assert (month.purchases, month.total_minor) == (2, 3840 + 1110 - 185)


@pytest.mark.parametrize("number", ["seven", "6.5"])
def test_a_line_that_cannot_be_read_is_named_and_nothing_goes_in(
    tmp_path: Path, engine: Engine, number: str
) -> None:
    bad = f"536390,22633,HAND WARMER,{number},2010-12-01 08:28:00,1.85,17850,France\n"

    with pytest.raises(FileRefused) as refusal:
        take_in(engine, write(tmp_path, SMALL + bad))

    assert (refusal.value.problem, refusal.value.data["line"]) == ("line", 13)
    assert counted(engine)[0] == 0


def test_the_workbook_saved_as_csv_is_read_too(tmp_path: Path, engine: Engine) -> None:
    text = HEADER.replace("InvoiceNo", "Invoice").replace("CustomerID", "Customer ID") + (
        "536365,85123A,WHITE HEART £,6,12/1/2010 8:26,2.55,17850.0,France\n"
    )

    outcome = take_in(engine, write(tmp_path, text, encoding="latin-1"))

    assert (outcome.invoices, outcome.customers, outcome.total_minor) == (1, 1, 1530)


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refusal:
        lines.find(write(tmp_path, "a,b\n1,2\n"))

    assert refusal.value.problem == "columns"


@pytest.mark.parametrize(
    ("code", "is_article"),
    [("85123A", True), ("PADS", True), ("DCGS0076", True), ("DCGSSGIRL", True), ("post", False),
     ("M", False), ("BANK CHARGES", False), ("gift_0001_20", False), ("ADJUST2", False),
     ("TEST001", False), ("AMAZONFEE", False)],
)  # fmt: skip
def test_goods_are_told_from_fees(code: str, is_article: bool) -> None:
    assert codes.is_article(code) is is_article


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("SET OF 3  CHILDREN'S BOXES 30X40CM", "Set Of 3 Children's Boxes 30x40cm"),
        ("HAND WARMER, RED/WHITE.", "Hand Warmer, Red/White"),
        ("BAG 125g SWIRLY MARBLES", "Bag 125g Swirly Marbles"),
        ("Dr. Jam's Arouzer Stress Ball", "Dr. Jam's Arouzer Stress Ball"),
    ],
)
def test_names_are_titles(description: str, title: str) -> None:
    assert codes.as_title(description) == title


def test_a_note_is_never_a_name() -> None:
    assert codes.best_name({"RED MUG": 2}, {"check": 9, "?": 7}) == "Red Mug"
    assert codes.best_name({}, {"damaged": 1, "MUG": 1}) == "Mug"
    assert codes.best_name({}, {"thrown away": 3, "": 5}) == ""


def test_the_sample_is_a_file_like_any_other(engine: Engine) -> None:
    outcome = take_in(engine, files.SALES)

    assert (outcome.lines, outcome.customers, outcome.products) == (30_413, 991, 600)


def the_full_file() -> list[Path]:
    return [FULL] if FULL.exists() else []


@pytest.mark.parametrize("path", the_full_file())
def test_the_full_file_gives_the_published_figures(path: Path, engine: Engine) -> None:
    outcome = take_in(engine, path)

    assert (outcome.lines, outcome.invoices, outcome.returns) == (541_909, 25_900, 3_836)
    assert (outcome.customers, outcome.anonymous_lines) == (4_372, 135_080)
    assert outcome.total_minor == 974_774_793
    with Session(engine) as session:
        assert session.scalar(select(func.sum(PurchaseLine.amount_minor))) == 974_774_793
        assert session.scalar(select(func.sum(PurchaseLine.quantity))) == 5_176_450
        assert session.scalar(select(func.count(Purchase.id))) == 25_900
