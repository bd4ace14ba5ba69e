"""What a text may become: its last word finished from the names of what was found."""

from collections import Counter
from collections.abc import Sequence

from store import words

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
