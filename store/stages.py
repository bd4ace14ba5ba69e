"""What rings until somebody takes care of it: the longer nobody does, the further it has come."""

from dataclasses import dataclass, fields
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Stages:
    """After how long each stage is reached: the fields, in their order, are named as the stages."""

    def reached(self, waited: timedelta) -> str:
        """Return the last stage whose time has come, `ringing` before the first."""
        passed = [stage.name for stage in fields(self) if waited >= getattr(self, stage.name)]
        return passed[-1] if passed else "ringing"
