"""One cell of a table turned into a value, or refused with the name of its column."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

from store import yes_or_no
from store.errors import Invalid

Values = Mapping[str, str]

# as spreadsheets in France and programs everywhere write them
DATES: Final = ("%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y")
TIMES: Final = ("", " %H:%M", " %H:%M:%S")


def text(values: Values, name: str, default: str = "") -> str:
    """Return the cell of a column, or `default` when it is empty or absent."""
    return values.get(name, "") or default


def required(values: Values, name: str) -> str:
    """Return the cell of a column; raise Invalid when it is empty."""
    found = text(values, name)
    if not found:
        raise Invalid(field=name, problem="empty")
    return found


def decimal(values: Values, name: str) -> Decimal:
    """Read "1 234,50", "1.234,50", "1,234.50" or "1234.5", a currency sign left out."""
    written = required(values, name)
    digits = "".join(c for c in written if not c.isspace() and c not in "€£$'’")
    digits = digits.replace("\N{MINUS SIGN}", "-")
    if digits.rfind(",") > digits.rfind("."):
        digits = digits.replace(".", "").replace(",", ".")
    else:
        digits = digits.replace(",", "")
    try:
        found = Decimal(digits)
    except InvalidOperation as error:
        raise Invalid(field=name, problem="not_a_number", value=written) from error
    if not found.is_finite():
        raise Invalid(field=name, problem="not_a_number", value=written)
    return found


def money(values: Values, name: str) -> int:
    """Read an amount and return its minor units; more than two decimals are refused."""
    minor = decimal(values, name) * 100
    if minor != minor.to_integral_value():
        raise Invalid(field=name, problem="too_precise", value=values[name])
    return int(minor)


def integer(values: Values, name: str) -> int:
    """Read a whole number."""
    found = decimal(values, name)
    if found != found.to_integral_value():
        raise Invalid(field=name, problem="not_whole", value=values[name])
    return int(found)


def real(values: Values, name: str) -> float | None:
    """Read a number that may be absent."""
    return float(decimal(values, name)) if text(values, name) else None


def flag(values: Values, name: str, *, default: bool) -> bool:
    """Read yes or no, in either language."""
    written = text(values, name)
    if not written:
        return default
    meant = yes_or_no.read(written)
    if meant is None:
        raise Invalid(field=name, problem="not_yes_or_no", value=written)
    return meant


def moment(values: Values, name: str, zone: ZoneInfo) -> datetime:
    """Read a date with or without time; one without zone is of `zone`. Aware, in UTC."""
    found = _date_time(required(values, name))
    if found is None:
        raise Invalid(field=name, problem="not_a_date", value=values[name])
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def optional_moment(values: Values, name: str, zone: ZoneInfo) -> datetime | None:
    """Read a date as `moment` does, or None when the cell is empty."""
    return moment(values, name, zone) if text(values, name) else None


def day(values: Values, name: str) -> date | None:
    """Read a date that may be absent."""
    written = text(values, name)
    if not written:
        return None
    found = _date_time(written)
    if found is None:
        raise Invalid(field=name, problem="not_a_date", value=written)
    return found.date()


def choice(values: Values, name: str, *allowed: str) -> str:
    """Read one of the allowed words; the first when the cell is empty."""
    written = text(values, name, allowed[0]).lower()
    if written not in allowed:
        raise Invalid(field=name, problem="not_a_choice", value=written, allowed=allowed)
    return written


def _date_time(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        pass
    for pattern in (day + time for day in DATES for time in TIMES):
        try:
            return datetime.strptime(written, pattern)  # the caller gives the zone
        except ValueError:
            continue
    return None
