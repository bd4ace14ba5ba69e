"""Yes and no, as people write them in a file, on the command line or in a setting."""

from typing import Final

YES: Final = frozenset("1 oui yes true vrai o y".split())
NO: Final = frozenset("0 non no false faux n".split())


def read(written: str) -> bool | None:
    """Return what "oui", "no", "1", "faux" and the like mean, or None when it is neither."""
    word = written.strip().lower()
    if word not in YES | NO:
        return None
    return word in YES
