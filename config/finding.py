"""One thing that the doctor looked at."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at; `state` is ok, warning or fault, `advice` what to do about it."""

    name: str
    state: str = "ok"
    what: str
    advice: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the finding for machines."""
        return asdict(self)
