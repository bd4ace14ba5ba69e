"""Invoices of the file, put together from their lines without holding the file in memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from store.imports.online_retail import codes
from store.imports.online_retail.lines import Line, moment
from store.imports.online_retail.survey import ADJUSTED, CANCELLED, CURRENCY, SOURCE, minor
from store.records import PurchaseLineRecord, PurchaseRecord


def invoices(
    read: Iterable[Line], ends: Mapping[str, int], is_known: Callable[[str], bool]
) -> Iterator[list[Line]]:
    """Yield the lines of each invoice that is not known yet, once its last line has come.

    `ends` gives the line on which each invoice ends: some are interrupted by others.
    """
    held: dict[str, list[Line]] = {}
    for line in read:
        if is_known(line.invoice):
            continue
        held.setdefault(line.invoice, []).append(line)
        if ends[line.invoice] == line.number:
            yield held.pop(line.invoice)


def purchase(lines: list[Line], catalogue: frozenset[str]) -> PurchaseRecord:
    """Return an invoice as a purchase.

    Each line is rounded to the penny by itself; in the whole file four lines have a fraction,
    of a tenth of a penny each.
    """
    first = lines[0]
    written = tuple(_line(line, catalogue) for line in lines)
    return PurchaseRecord(
        source=SOURCE,
        external_id=first.invoice,
        customer=(SOURCE, first.customer) if first.customer else None,
        channel="web",
        kind=_kind(lines),
        occurred_at=moment(first),
        total_minor=sum(line.amount_minor for line in written),
        currency=CURRENCY,
        lines=written,
    )


def _kind(lines: list[Line]) -> str:
    """Tell sales from returns, and from what only puts stock or accounts right.

    A line without customer and without price is no sale: goods damaged, lost, found or counted.
    """
    first = lines[0]
    if first.invoice.startswith(CANCELLED):
        return "return"
    is_count = not first.customer and all(line.price == 0 for line in lines)
    return "correction" if is_count or first.invoice.startswith(ADJUSTED) else "sale"


def _line(line: Line, catalogue: frozenset[str]) -> PurchaseLineRecord:
    is_sold = line.code in catalogue
    return PurchaseLineRecord(
        sku=line.code if is_sold else "",
        label="" if is_sold else _label(line),
        quantity=line.quantity,
        amount_minor=minor(line.amount),
    )


def _label(line: Line) -> str:
    return codes.as_title(line.description) or line.code
