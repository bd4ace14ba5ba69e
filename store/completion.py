"""What a text may become: its last word finished from the names of what was found."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from store import words
from store.vocabulary import SHORTEST_WITH_ERROR

_AROUND = "«».,;:!?()\"'"


def complete(text: str, names: Sequence[str], *, limit: int = 4) -> list[str]:
    """Return what the text may become when its last word is finished from these names.

    The commonest word first; empty when the last word is whole or nothing begins like it.
    """
    folded = words.split(text)
    if not folded or text[-1:].isspace():
        return []
    start, counts = folded[-1], Counter[str]()
    for name in names:
        for word in {one for one in name.split() if words.fold(one).startswith(start)}:
            clean = word.strip(_AROUND).lower()
            if words.stem(words.fold(clean)) != words.stem(start):
                counts[clean] += 1
    before = text.rstrip()[: -len(text.split()[-1])]
    return [before + word for word in sorted(counts, key=lambda one: (-counts[one], one))[:limit]]


def correct(text: str, names: Sequence[str]) -> list[str]:
    """Return the text with the words put right that no name has but for one typing error.

    Empty when every word stands in a name, or when no name has anything like one.
    """
    known = {words.fold(word).strip(_AROUND): word.strip(_AROUND) for name in names
             for word in name.replace("’", " ").split()}  # fmt: skip
    told = [_corrected(word, known) for word in text.split()]
    return [" ".join(told)] if told != text.split() else []


def _corrected(word: str, known: Mapping[str, str]) -> str:
    folded = words.fold(word)
    if len(folded) < SHORTEST_WITH_ERROR or any(one.startswith(folded) for one in known):
        return word
    by_stem = {words.stem(one): one for one in known}
    if words.stem(folded) in by_stem:
        return word
    near = _nearest(folded, known) or by_stem.get(_nearest(words.stem(folded), by_stem) or "")
    return known[near].lower() if near else word


def _nearest(word: str, among: Iterable[str]) -> str | None:
    found = process.extractOne(word, list(among), scorer=OSA.distance, score_cutoff=1)
    return found[0] if found else None
