"""Opening hours as OpenStreetMap writes them, into the form that a store keeps.

Source: the opening_hours specification of the OpenStreetMap wiki, of which this reads days, ranges
of days, several spans a day and "off"; no holidays, months or weeks.
"""

import re
from datetime import date

from store.errors import Invalid
from store.stores import DAYS

Hours = dict[str, list[list[str]]]

ALL = ",".join(DAYS)
_RULE = re.compile(r"(?P<days>[a-z]{2}[a-z, -]*)?\s*(?P<spans>off|closed|24/7|\d.*)")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})-|\s+(?P<name>" + "|".join(MONTHS) + r")\s+)"
    r"(?P<day>\d{1,2})\s+(?P<spans>off|closed|\d.*)",
    re.IGNORECASE,
)
_NEW_RULE = re.compile(r";|,\s*(?=[a-z])|\|\|")


def parse(text: str) -> Hours:
    """Read "Mo-Fr 10:00-13:00,14:00-19:00; Sa 10:00-19:00; Su off"; a later rule wins.

    Raises Invalid on anything else; empty text gives no hours.
    """
    found: Hours = {}
    for rule in _rules(text):
        match = _RULE.fullmatch(rule)
        if match is None:
            raise Invalid(field="opening_hours", problem="malformed", value=text)
        spans = _spans(match["spans"], text)
        found |= dict.fromkeys(_days(match["days"] or ALL, text), spans)
    return {day: found[day] for day in DAYS if found.get(day)}


def parse_days(text: str) -> Hours:
    """Read "2026-12-24 09:00-17:00; 2026-12-25 off": the hours of single days, by their date.

    The way OpenStreetMap writes a day, "2026 Dec 25 off", is read as well. Raises Invalid on
    anything else.
    """
    found: Hours = {}
    for rule in filter(None, map(str.strip, text.split(";"))):
        match = _DAY.fullmatch(rule)
        if match is None:
            raise Invalid(field="special_hours", problem="malformed", value=text)
        found[_date(match, text)] = _spans(match["spans"].lower(), text, field="special_hours")
    return found


def _date(match: re.Match[str], text: str) -> str:
    month = match["month"] or f"{MONTHS.index(match['name'].lower()) + 1:02}"
    try:
        return date.fromisoformat(f"{match['year']}-{month}-{int(match['day']):02}").isoformat()
    except ValueError as error:
        raise Invalid(field="special_hours", problem="malformed", value=text) from error


def _rules(text: str) -> list[str]:
    """Split at `;`, and at a comma before a day unless it belongs to a list of days."""
    joined = re.sub(r"\b([a-z]{2}),\s*(?=[a-z]{2}\b)", r"\1+", text.lower())
    return [part.strip().replace("+", ",") for part in _NEW_RULE.split(joined) if part.strip()]


def _days(written: str, text: str) -> list[str]:
    days: list[str] = []
    for part in written.replace(" ", "").strip(",").split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise Invalid(field="opening_hours", problem="malformed", value=text)
        start, end = DAYS.index(first), DAYS.index(last or first)
        days += [DAYS[place % 7] for place in range(start, end + 1 + 7 * (end < start))]
    return days


def _spans(written: str, text: str, field: str = "opening_hours") -> list[list[str]]:
    if written in ("off", "closed"):
        return []
    if written == "24/7":
        return [["00:00", "24:00"]]
    spans = []
    for part in re.split(r"\s*[,/]\s*", written.strip()):
        match = _SPAN.fullmatch(part)
        if match is None or int(match[1]) > 24 or int(match[3]) > 24:
            raise Invalid(field=field, problem="malformed", value=text)
        spans.append([f"{int(match[1]):02}:{match[2]}", f"{int(match[3]):02}:{match[4]}"])
    return spans
