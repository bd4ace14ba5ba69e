"""The channels by which messages leave: which of them answers nobody, and until when it is left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.errors import ConnectorError, CredentialsRefused, LinkDown, NoAnswer
from store.queues import is_near
from store.workers import Pace

SILENCES = 3  # in a row: one message may be what the other side cannot take
LONGEST_SECONDS = 60.0  # until it is tried again: a line that is back is soon found


@dataclass
class Line:
    """One channel as its worker knows it; one that was never heard of may have been down."""

    failures: int = 0
    silences: int = 0
    until: datetime | None = None
    is_up: bool = False

    def is_left_alone(self, now: datetime) -> bool:
        """Tell whether nothing is tried by it yet."""
        return self.until is not None and self.until > now and is_near(self.until, now)

    def is_at_fault(self, error: ConnectorError) -> bool:
        """Tell whether it is the line that failed, and not the message; a silence is noted."""
        if isinstance(error, LinkDown | CredentialsRefused):
            return True
        if not isinstance(error, NoAnswer):
            return False
        self.silences += 1
        return self.silences >= SILENCES

    def leave(self, error: ConnectorError, pace: Pace, *, now: datetime) -> datetime:
        """Leave it alone for a while; return when one message tries it again."""
        self.failures += 1
        self.is_up = False
        pause = pace.pause_seconds(self.failures, asked=error.retry_after_seconds)
        most = pause if error.retry_after_seconds else min(pause, LONGEST_SECONDS)
        self.until = now + timedelta(seconds=max(most, pace.pass_seconds))
        return self.until

    def answered(self) -> bool:
        """Note an answer; tell whether it is the first one after a failure."""
        was_up = self.is_up
        self.failures, self.silences, self.until, self.is_up = 0, 0, None, True
        return not was_up
