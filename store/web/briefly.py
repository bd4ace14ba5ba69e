"""Answers kept for a moment, so that two hundred screens that ask at once are read for once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

MOST = 128


class Briefly:
    """The newest answers by what they depend on; whoever asks puts the time into the key."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = Lock()

    def answer(self, key: Hashable, make: Callable[[], str]) -> str:
        """Return the answer kept for this key, or make and keep it."""
        with self._lock:
            known = self._answers.get(key)
        if known is not None:
            return known
        made = make()
        with self._lock:
            self._answers[key] = made
            while len(self._answers) > MOST:
                self._answers.popitem(last=False)
        return made
