"""The words of the catalogue in memory, and which of them a customer may have meant."""

import bisect
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Pool, func, select
from sqlalchemy.orm import Session

from store import changes
from store.models import Change, ProductToken

SHORTEST_WITH_ERROR = 4
MOST_ALTERNATIVES = 40
_AFTER_EVERY_LETTER = "\U0010ffff"


@dataclass(frozen=True, kw_only=True)
class Meant:
    """What one typed word may stand for: words of the catalogue, by how sure we are."""

    exact: tuple[str, ...] = ()
    longer: tuple[str, ...] = ()  # the typed word is their beginning
    misspelt: tuple[str, ...] = ()  # one typing error away

    @property
    def all(self) -> tuple[str, ...]:
        """Return every word, the surest first."""
        return self.exact + self.longer + self.misspelt


class Vocabulary:
    """An immutable set of search words with how many products hold each."""

    def __init__(self, counts: Iterable[tuple[str, int]]) -> None:
        self.counts = dict(counts)
        self.words = sorted(self.counts)
        self.by_length: dict[int, list[str]] = defaultdict(list)
        for word in self.words:
            if word.isalpha():
                self.by_length[len(word)].append(word)

    def beginning_with(self, start: str) -> tuple[str, ...]:
        """Return the words that begin so and are longer, the commonest first, at most 40."""
        low = bisect.bisect_right(self.words, start)
        high = bisect.bisect_left(self.words, start + _AFTER_EVERY_LETTER)
        return self._commonest(self.words[low:high])

    def one_error_from(self, word: str) -> tuple[str, ...]:
        """Return the words one letter wrong, missing, added or swapped away, at most 40.

        Words shorter than four letters and references have no such neighbours.
        """
        if len(word) < SHORTEST_WITH_ERROR or not word.isalpha():
            return ()
        near = [other for size in (-1, 0, 1) for other in self._near(word, len(word) + size)]
        return self._commonest(near)

    def beginning_with_one_error(self, start: str) -> tuple[str, ...]:
        """Return longer words whose beginning is one typing error away from `start`."""
        if len(start) < SHORTEST_WITH_ERROR or not start.isalpha():
            return ()
        longer = [
            word for size, found in self.by_length.items() if size > len(start) for word in found
        ]
        heads = [word[: len(start)] for word in longer]
        found = process.extract(start, heads, scorer=OSA.distance, score_cutoff=1, limit=None)
        return self._commonest(longer[place] for _, _, place in found)

    def frequency(self, meant: Meant) -> int:
        """Return how many products the words of one typed word may lead to, at most."""
        return sum(self.counts[word] for word in meant.all)

    def _near(self, word: str, length: int) -> list[str]:
        choices = self.by_length.get(length, [])
        found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=1, limit=None)
        return [other for other, distance, _ in found if distance]

    def _commonest(self, words: Iterable[str]) -> tuple[str, ...]:
        ordered = sorted(words, key=lambda word: (-self.counts[word], word))
        return tuple(ordered[:MOST_ALTERNATIVES])

    def meant_by(self, stem: str, *, whole: str, forgiving: bool) -> Meant:
        """Return what a typed word stands for; `stem` is its stem, `whole` the word as typed.

        Misspelt words are looked for only where nothing else fits, or always when `forgiving`:
        else "boug", on its way to "bougie", would also find what is red (rouge).
        """
        exact = (stem,) if stem in self.counts else ()
        longer = tuple(dict.fromkeys(self.beginning_with(whole) + self.beginning_with(stem)))
        if (exact or longer) and not forgiving:
            return Meant(exact=exact, longer=longer[:MOST_ALTERNATIVES])
        misspelt = self.one_error_from(stem) + self.one_error_from(whole)
        misspelt = misspelt or self.beginning_with_one_error(whole)
        apart = [word for word in dict.fromkeys(misspelt) if word not in exact + longer]
        return Meant(exact=exact, longer=longer, misspelt=tuple(apart[:MOST_ALTERNATIVES]))


@dataclass(frozen=True, kw_only=True)
class _Known:
    vocabulary: Vocabulary
    seen: int  # number of the newest change that the vocabulary knows


# by connection pool: the engine that reads and the one that writes share it
_known: WeakKeyDictionary[Pool, _Known] = WeakKeyDictionary()
_lock = Lock()


def current(session: Session) -> Vocabulary:
    """Return the vocabulary of the session's database, read again when products have changed.

    Costs one look at the change log. What a session changed and did not commit yet is in its
    own answer only.
    """
    if session.info.get("signals"):
        return _read(session)
    pool = session.get_bind().engine.pool
    known = _refreshed(session, _known.get(pool))
    with _lock:
        _known[pool] = known
    return known.vocabulary


def _refreshed(session: Session, known: _Known | None) -> _Known:
    if known is None:
        return _Known(seen=changes.last_number(session), vocabulary=_read(session))
    newest, products_changed = _news(session, known.seen)
    return _Known(
        seen=newest,
        vocabulary=_read(session) if products_changed else known.vocabulary,
    )


def _news(session: Session, seen: int) -> tuple[int, bool]:
    recent = select(Change.kind, func.max(Change.id)).where(Change.id > seen).group_by(Change.kind)
    newest = {row.kind: row[1] for row in session.execute(recent)}
    return max(newest.values(), default=seen), "products" in newest


def _read(session: Session) -> Vocabulary:
    query = select(ProductToken.token, func.count()).group_by(ProductToken.token)
    return Vocabulary((token, count) for token, count in session.execute(query))
