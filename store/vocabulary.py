"""A set of search words in memory, and which of them somebody who types may have meant."""

import bisect
from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST_WITH_ERROR = 4
MOST_ALTERNATIVES = 40
# words up to here are compared with all of their length, longer ones by their two halves
SHORT = 5
_AFTER_EVERY_LETTER = "\U0010ffff"


@dataclass(frozen=True, kw_only=True)
class Meant:
    """What one typed word may stand for: known words, by how sure we are."""

    exact: tuple[str, ...] = ()
    longer: tuple[str, ...] = ()  # the typed word is their beginning
    misspelt: tuple[str, ...] = ()  # one typing error away

    @property
    def all(self) -> tuple[str, ...]:
        """Return every word, the surest first."""
        return self.exact + self.longer + self.misspelt


class Vocabulary:
    """An immutable set of search words with how many things hold each."""

    def __init__(self, counts: Iterable[tuple[str, int]]) -> None:
        self.counts: Mapping[str, int] = {}
        self.words: list[str] = []
        self._backwards: list[str] = []  # long words, read from their end
        self._short: dict[int, list[str]] = {}  # by length
        self._add(dict(counts))

    def with_words(self, new: Mapping[str, int]) -> "Vocabulary":
        """Return the vocabulary with more words; costs a copy, not another reading."""
        grown = copy(self)
        grown._add({word: count for word, count in new.items() if word not in self.counts})
        return grown

    def _add(self, new: Mapping[str, int]) -> None:
        self.counts = {**self.counts, **new}
        self.words = sorted([*self.words, *new])
        spelt = [word for word in new if word.isalpha()]
        self._backwards = sorted(
            [*self._backwards, *(word[::-1] for word in spelt if len(word) >= SHORT)]
        )
        short = defaultdict(list, {size: list(found) for size, found in self._short.items()})
        for word in spelt:
            if len(word) <= SHORT + 1:
                short[len(word)].append(word)
        self._short = dict(short)

    def beginning_with(self, start: str) -> tuple[str, ...]:
        """Return the words that begin so and are longer, the commonest first, at most 40."""
        return self._commonest(word for word in _range(self.words, start) if word != start)

    def one_error_from(self, word: str) -> tuple[str, ...]:
        """Return the words one letter wrong, missing, added or swapped away, at most 40.

        Words shorter than four letters and references have no such neighbours.
        """
        if len(word) < SHORTEST_WITH_ERROR or not word.isalpha():
            return ()
        choices = [other for other in self._like(word) if other != word]
        found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=1, limit=None)
        return self._commonest(other for other, _, _ in found if other.isalpha())

    def _like(self, word: str) -> Iterable[str]:
        """Return what may be one error away: that leaves one half of a word as it was."""
        sizes = range(len(word) - 1, len(word) + 2)
        if len(word) <= SHORT:
            return [other for size in sizes for other in self._short.get(size, ())]
        half = (len(word) - 1) // 2
        begun = [other for other in _range(self.words, word[:half]) if len(other) in sizes]
        ends = _range(self._backwards, word[-half:][::-1])
        ended = [other[::-1] for other in ends if len(other) in sizes]
        return dict.fromkeys(begun + ended)

    def beginning_with_one_error(self, start: str) -> tuple[str, ...]:
        """Return longer words whose beginning is one error away, but not in its first letter."""
        if len(start) < SHORTEST_WITH_ERROR or not start.isalpha():
            return ()
        longer = [word for word in _range(self.words, start[0]) if len(word) > len(start)]
        found = set[str]()
        for size in (len(start), len(start) + 1, len(start) - 1):
            heads = [word[:size] for word in longer]
            near = process.extract(start, heads, scorer=OSA.distance, score_cutoff=1, limit=None)
            found.update(longer[place] for _, _, place in near)
        return self._commonest(found)

    def frequency(self, meant: Meant) -> int:
        """Return how many things the words of one typed word may lead to, at most."""
        return sum(self.counts.get(word, 1) for word in meant.all)

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


def _range(ordered: list[str], start: str) -> list[str]:
    low = bisect.bisect_left(ordered, start)
    return ordered[low : bisect.bisect_left(ordered, start + _AFTER_EVERY_LETTER)]
