"""The Online Retail file into the database: catalogue, customers, then invoices, by batches."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from store import purchases
from store.database import reading, writing
from store.errors import Invalid
from store.imports import many_goods, many_people
from store.imports.batches import batches
from store.imports.online_retail import lines
from store.imports.online_retail.invoices import invoices, purchase
from store.imports.online_retail.survey import SOURCE, Survey, survey
from store.imports.progress import Advance, counted
from store.imports.tables import FileRefused, Table
from store.records import PurchaseRecord

BATCH = 500
PASSES = 2  # over the lines of the file


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the file holds, and how many of its invoices were new."""

    lines: int
    invoices: int
    returns: int
    customers: int
    products: int
    anonymous_lines: int
    total_minor: int
    added: int


def take_in(engine: Engine, table: Table, *, now: datetime, advance: Advance) -> Outcome:
    """Take the whole file in; what is there already stays, and a second time changes nothing.

    The file is read twice, so that names and the ends of invoices are known before the first
    row is written. Each batch is a transaction: after a full disk or a power cut the same
    command goes on where it stopped. Raises FileRefused, before anything is written, when a line
    cannot be read.
    """
    found = survey(counted(lines.read(table), advance))
    articles = found.list_products()
    for some_goods in batches(articles, BATCH):
        with writing(engine) as session:
            many_goods.write(session, some_goods, now=now)
    for some_people in batches(found.list_customers(), BATCH):
        with writing(engine) as session:
            many_people.write(session, some_people, now=now)
    catalogue = frozenset(article.reference for article in articles)
    added = _write_invoices(engine, table, found, catalogue, now=now, advance=advance)
    return Outcome(
        lines=found.lines,
        invoices=len(found.invoices),
        returns=found.returns,
        customers=len(found.customers),
        products=len(articles),
        anonymous_lines=found.anonymous_lines,
        total_minor=found.total_minor,
        added=added,
    )


def _write_invoices(
    engine: Engine,
    table: Table,
    found: Survey,
    catalogue: frozenset[str],
    *,
    now: datetime,
    advance: Advance,
) -> int:
    with reading(engine) as session:
        known = purchases.list_known(session, SOURCE)
    if known.issuperset(found.invoices):
        advance(found.lines)
        return 0
    added = 0
    read = counted(lines.read(table), advance)
    fresh = invoices(read, found.invoices, known.__contains__)
    for batch in batches((purchase(one, catalogue) for one in fresh), BATCH):
        with writing(engine) as session:
            taken = purchases.take_in(session, batch, now=now)
            if taken.refused:
                raise _refused(table, found, batch[taken.refused[0][0]], taken.refused[0][1])
        added += taken.added
    return added


def _refused(table: Table, found: Survey, record: PurchaseRecord, reason: str) -> FileRefused:
    fault = Invalid(field="StockCode, CustomerID", problem=reason)
    line = found.invoices[record.external_id]
    return FileRefused(path=table.path, problem="line", line=line, fault=fault)
