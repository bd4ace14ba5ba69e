"""Lines of the Online Retail file, read as published, as the workbook's CSV and as its sequel."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from store.errors import Invalid
from store.imports.online_retail import codes
from store.imports.tables import Column, FileRefused, Table, open_table, read_values

# the seller is British and the file gives hours without a zone
ZONE = ZoneInfo("Europe/London")
PATTERNS = ("%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M")

COLUMNS = (
    Column(name="invoice", is_required=True, others=("invoiceno", "invoice_no")),
    Column(name="code", is_required=True, others=("stockcode", "stock_code")),
    Column(name="description", is_required=True),
    Column(name="quantity", is_required=True),
    Column(name="date", is_required=True, others=("invoicedate", "invoice_date")),
    Column(name="price", is_required=True, others=("unitprice", "unit_price")),
    Column(name="customer", is_required=True, others=("customerid", "customer_id")),
    Column(name="country", is_required=True),
)


class Line(NamedTuple):
    """One line as it is written, its code in capitals; the date is naive, the amount exact."""

    number: int
    invoice: str
    code: str
    description: str
    quantity: int
    date: datetime
    price: Decimal
    customer: str
    country: str

    @property
    def amount(self) -> Decimal:
        """What the line comes to, exactly."""
        return self.quantity * self.price


def find(path: Path) -> Table:
    """Return the file as a table; raises FileRefused when it is not the Online Retail file."""
    return open_table(path, COLUMNS)


def read(table: Table) -> Iterator[Line]:
    """Yield every line; raises FileRefused with the number of the first that cannot be read."""
    in_our_order = itemgetter(*(table.columns.index(column.name) for column in COLUMNS))
    for number, cells in read_values(table):
        invoice, code, description, quantity, date, price, customer, country = in_our_order(cells)
        try:
            yield Line(
                number, invoice.strip(), codes.normalise(code), description.strip(),
                int(quantity), _date(date), Decimal(price), customer.strip().removesuffix(".0"),
                country.strip(),
            )  # fmt: skip
        except (ValueError, InvalidOperation) as error:
            fault = Invalid(field="Quantity, UnitPrice, InvoiceDate", problem="unreadable")
            raise FileRefused(path=table.path, problem="line", line=number, fault=fault) from error


def moment(line: Line) -> datetime:
    """Return the instant of a line, aware, in UTC."""
    return line.date.replace(tzinfo=ZONE).astimezone(UTC)


@lru_cache(maxsize=1024)  # the lines of an invoice share their date
def _date(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return _by_pattern(written)


def _by_pattern(written: str) -> datetime:
    for pattern in PATTERNS:
        try:
            return datetime.strptime(written, pattern)
        except ValueError:
            continue
    raise ValueError(written)
