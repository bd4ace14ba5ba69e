"""How patiently a worker tries again, as its section of the settings says."""

from typing import Any

from store.workers import Pace


def of(section: Any, *, pass_seconds: float, lease_seconds: float = 60.0) -> Pace:
    """Return the pace of a worker whose section has `backoff_base_seconds` and `…_max_seconds`."""
    return Pace(
        pass_seconds=pass_seconds,
        lease_seconds=lease_seconds,
        backoff_base_seconds=section.backoff_base_seconds,
        backoff_max_seconds=section.backoff_max_seconds,
    )
