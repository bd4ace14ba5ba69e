"""Why a demo cannot start."""

from pathlib import Path


class NotADemo(Exception):
    """The folder holds something else (`folder`)."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder


class DiedAtStart(Exception):
    """A server of the demo ended before it served (`name`, `status`); it has said why."""

    def __init__(self, name: str, status: int) -> None:
        super().__init__(name)
        self.name = name
        self.status = status


class NotMade(Exception):
    """The sample data could not be made (`folder`); whoever tried has said why."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder
