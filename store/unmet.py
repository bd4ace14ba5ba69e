"""The journal of unmet demand: what customers asked for and the shop could not show.

Nobody is in it: who asked is only mixed into a hash, so that the same wish of one visitor counts
once, and what looks like a person's number or address is dropped unread.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store import recognition, words
from store.database import affected, is_sqlite
from store.models import UnmetDemand
from store.recognition import ProductCode, Unknown
from store.secrets import hashed

KINDS = ("search_without_result", "size_absent", "out_of_stock", "refused_substitute", "other")
LONGEST = 100
SHORTEST = 2

_ADDRESS = re.compile(r"[^@\s]+\s?@\s?[^@\s]+|://|www\.", re.IGNORECASE)
# a phone, a card, an account: nine digits and more, however they are grouped
_LONG_NUMBER = re.compile(r"(?:[0-9][\s.\-_/()]*){9,}")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One wish of the journal, by how often it was had; `text` as the last one typed it."""

    kind: str
    text: str
    sku: str
    times: int
    last_at: datetime


def record(
    session: Session,
    *,
    store_id: int,
    kind: str,
    text: str,
    now: datetime,
    sku: str = "",
    visitor: str = "",
    device_kind: str = "kiosk",
    language: str = "",
) -> UnmetDemand | None:
    """Note a wish that was not met, and return it; None when it is known or better not kept.

    `visitor` is the opaque id of a session: the same wish counts once in it, and a text that goes
    on where an earlier one of the same visitor stopped takes its place. Texts are cut at 100
    characters. What looks like an e-mail, a phone, a card or one of our codes is not kept.
    """
    kept = " ".join(_plain(text).split())[:LONGEST]
    if kind not in KINDS or not (kept or sku) or (kept and not is_keepable(kept)):
        return None
    values = {"store_id": store_id, "kind": kind, "text": kept, "sku": sku, "asked_at": now}
    values |= {"device_kind": device_kind, "language": language}
    number = _insert(session, values | {"once": _once(visitor, kind, sku, words.fold(kept))})
    if number is None:
        return None
    _forget_beginnings(session, visitor, kind, sku, words.fold(kept))
    return session.get(UnmetDemand, number)


def is_keepable(text: str) -> bool:
    """Tell whether a text says something, and nothing of a person."""
    plain = _plain(text)
    if _ADDRESS.search(plain) or _LONG_NUMBER.search(plain):
        return False
    told = [word for word in words.split(plain) if len(word) >= SHORTEST]
    return bool(told) and isinstance(recognition.recognise(plain), Unknown | ProductCode)


def list_ranked(
    session: Session, *, store_id: int, since: datetime, limit: int = 50
) -> Sequence[Wish]:
    """Return what was wished in a store from a moment on, the most frequent first.

    Case and accents are put aside: "Bougie" and "bougie" are one wish.
    """
    grouped: dict[tuple[str, str, str], list[Any]] = {}
    for row in session.execute(_counted(store_id, since)):
        key = (row.kind, row.sku, " ".join(words.stems(row.text)))
        grouped.setdefault(key, []).append(row)
    found = [
        Wish(
            kind=of[-1].kind,
            text=of[-1].text,
            sku=of[-1].sku,
            times=sum(one.times for one in of),
            last_at=max(one.last_at for one in of),
        )
        for of in grouped.values()
    ]
    return sorted(found, key=lambda wish: (-wish.times, wish.text, wish.sku))[:limit]


def count_kinds(session: Session, *, store_id: int, since: datetime) -> dict[str, int]:
    """Return how many wishes of each kind were not met in a store from a moment on."""
    query = select(UnmetDemand.kind, func.count()).where(UnmetDemand.store_id == store_id)
    query = query.where(UnmetDemand.asked_at >= since).group_by(UnmetDemand.kind)
    return {row[0]: row[1] for row in session.execute(query)}


def _counted(store_id: int, since: datetime) -> Select[*tuple[Any, ...]]:
    """Select each text as it was typed, with how often and when last; the last typed comes last."""
    same = UnmetDemand.kind, UnmetDemand.sku, UnmetDemand.text
    times, last_at = func.count().label("times"), func.max(UnmetDemand.asked_at).label("last_at")
    here = UnmetDemand.store_id == store_id, UnmetDemand.asked_at >= since
    query = select(*same, times, last_at).where(*here).group_by(*same)
    return query.order_by(func.max(UnmetDemand.id))


def count(session: Session, *, store_id: int, since: datetime) -> int:
    """Return how many wishes of a store were not met from a moment on."""
    query = select(func.count(UnmetDemand.id)).where(UnmetDemand.store_id == store_id)
    return session.scalar(query.where(UnmetDemand.asked_at >= since)) or 0


def forget(session: Session, *, before: datetime) -> int:
    """Drop the wishes that were had before a moment; return how many."""
    return affected(session, delete(UnmetDemand).where(UnmetDemand.asked_at < before))


def _insert(session: Session, values: dict[str, Any]) -> int | None:
    """Write a wish unless it is known, and return its number.

    The database says who was first: two requests of one visitor may tell the same wish at once.
    """
    dialect = sqlite if is_sqlite(session) else postgresql
    statement = dialect.insert(UnmetDemand).values(values)
    statement = statement.on_conflict_do_nothing(index_elements=["once"]).returning(UnmetDemand.id)
    number: int | None = session.scalar(statement)
    return number


def _plain(text: str) -> str:
    """Write full-width and other digits as plain ones, without marks of direction."""
    told = words.readable(unicodedata.normalize("NFKC", text))
    return "".join(str(unicodedata.digit(s, s)) if s.isdigit() else s for s in told)


def _once(visitor: str, kind: str, sku: str, folded: str) -> str:
    return hashed("\n".join((visitor, kind, sku, folded)))


def _forget_beginnings(session: Session, visitor: str, kind: str, sku: str, folded: str) -> None:
    """Drop what this visitor had typed on the way to this text."""
    starts = [folded[:size] for size in range(SHORTEST, len(folded))]
    if visitor and starts:
        hashes = [_once(visitor, kind, sku, start) for start in starts]
        session.execute(delete(UnmetDemand).where(UnmetDemand.once.in_(hashes)))
