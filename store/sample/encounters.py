"""What the sample's shops know of its people: consents, notes and visits of the past weeks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from store.models import Consent, Note, Visit, VisitLine
from store.sample import chance, files
from store.sample.people import SOURCE, Person

# of a hundred people, how many agree: by purpose and channel
AGREED = (("marketing", "email", 68), ("marketing", "sms", 31), ("suggestions", "", 74),
          ("store_history", "", 88))  # fmt: skip
CAMILLE_AGREED = {("marketing", "sms"): False}
BIRTHDAY = "Prépare l'anniversaire de sa fille le 6 décembre, thème cirque. Préfère un e-mail."
CAMILLE_NOTES = (  # by whom, days ago
    ("malik", 25, BIRTHDAY),
    ("ines", 20, "Collectionne les tasses Regency."),
)
OUTCOMES = ("bought", "bought", "bought", "thinking", "set_aside", "not_found")
REASONS = ("gift", "home", "browse", "exchange", "pickup")
VISITS = 160
OPENED = time(11, 0)  # on Sundays too


def write_all(
    session: Session,
    persons: Sequence[Person],
    ids: Mapping[str, int],
    staff: Mapping[str, tuple[int, str]],
    store_id: int,
    variants: Sequence[tuple[int, str]],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Write consents, notes and closed visits by the hours of `zone`; `ids` are by number."""
    session.execute(insert(Consent), list(_consents(persons, ids, now)))
    session.execute(insert(Note), list(_notes(persons, ids, staff, now)))
    local = now.astimezone(zone)
    visits = [_visit(place, persons, ids, staff, store_id, local) for place in range(VISITS)]
    visits.sort(key=lambda visit: visit["ended_at"])  # as they would have been recorded
    session.execute(insert(Visit), visits)
    numbers = {row.uid: row.id for row in session.query(Visit.uid, Visit.id)}
    session.execute(insert(VisitLine), list(_shown(visits, numbers, variants)))


def _consents(
    persons: Sequence[Person], ids: Mapping[str, int], now: datetime
) -> Iterator[dict[str, Any]]:
    for place, person in enumerate(persons):
        for purpose, channel, percent in AGREED:
            key = f"{person.number}:{purpose}:{channel}"
            agreed = chance.happens(key, percent)
            if place == 0:
                agreed = CAMILLE_AGREED.get((purpose, channel), True)
            days = 1 + chance.number(f"stated:{key}", 300)
            yield {
                "customer_id": ids[person.number], "purpose": purpose, "channel": channel,
                "state": "granted" if agreed else "withdrawn", "text_version": "2026-01",
                "language": "fr", "place": "site", "source": SOURCE, "source_id": key,
                "stated_at": now - timedelta(days=days),
            }  # fmt: skip


def _notes(
    persons: Sequence[Person],
    ids: Mapping[str, int],
    staff: Mapping[str, tuple[int, str]],
    now: datetime,
) -> Iterator[dict[str, Any]]:
    camille = persons[0].number
    for code, days, text in CAMILLE_NOTES:
        yield _note(camille, ids[camille], *staff[code], text, now - timedelta(days=days))
    remarks = files.notes()
    for person in persons[1:120:3]:
        code = chance.pick(f"author:{person.number}", sorted(staff))
        text = chance.pick(f"note:{person.number}", remarks)
        at = now - timedelta(days=2 + chance.number(f"noted:{person.number}", 90))
        yield _note(person.number, ids[person.number], *staff[code], text, at)


def _note(
    number: str, customer_id: int, staff_id: int, author: str, text: str, at: datetime
) -> dict[str, Any]:
    return {
        "uid": chance.uid("note", f"{number}:{text}"), "customer_id": customer_id,
        "staff_id": staff_id, "author": author, "text": text, "written_at": at,
    }  # fmt: skip


def _visit(
    place: int,
    persons: Sequence[Person],
    ids: Mapping[str, int],
    staff: Mapping[str, tuple[int, str]],
    store_id: int,
    local: datetime,
) -> dict[str, Any]:
    key = f"visit:{place}"
    person = persons[0] if place == 0 else chance.pick(key, persons[:200])
    code = "malik" if place == 0 else chance.pick(f"by:{key}", ("ines", "malik"))
    days_ago = 25 if place == 0 else 1 + place // 4
    opened_at = datetime.combine(local - timedelta(days=days_ago), OPENED, local.tzinfo)
    started_at = opened_at.astimezone(UTC) + timedelta(minutes=53 * place % 440)
    minutes = 25 if place == 0 else 4 + chance.number(f"long:{key}", 30)
    return {
        "uid": chance.uid("visit", str(place)), "store_id": store_id,
        "staff_id": staff[code][0], "staff_name": staff[code][1],
        "customer_id": ids[person.number], "opened_by": "scan", "started_at": started_at,
        "ended_at": started_at + timedelta(minutes=minutes),
        "reason": "gift" if place == 0 else chance.pick(f"why:{key}", REASONS),
        "outcome": "bought" if place == 0 else chance.pick(f"end:{key}", OUTCOMES),
        "next_step": "", "note": "Goûter d'anniversaire" if place == 0 else "",
        "received_at": started_at + timedelta(minutes=minutes, seconds=2),
    }  # fmt: skip


def _shown(
    visits: Sequence[Mapping[str, Any]],
    numbers: Mapping[str, int],
    variants: Sequence[tuple[int, str]],
) -> Iterator[dict[str, Any]]:
    for visit in visits:
        drawn = {
            chance.pick(f"shown:{visit['uid']}:{place}", variants[:200])
            for place in range(1 + chance.number(f"shown:{visit['uid']}", 4))
        }
        for variant_id, sku in sorted(drawn):
            yield {
                "visit_id": numbers[visit["uid"]], "variant_id": variant_id, "sku": sku,
                "kind": "shown",
            }  # fmt: skip
