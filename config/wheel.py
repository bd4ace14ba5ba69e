"""The build hook of the wheel: what is not Python is made, then put where places.py finds it."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("templates", "static", "translations")
LEFT_OUT = {"node_modules", "vendor.new", "parts"}
LEFT_OUT_FILES = {"package.json", "package-lock.json", "icons.txt"}


class Bundle(BuildHookInterface):
    """Bundles templates, static files with the libraries of npm, and compiled catalogues."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files to an ordinary wheel; an editable one reads them where they are."""
        if version == "editable":
            return
        root = Path(self.root)
        check_made(root)
        for path in files(root):
            name = path.relative_to(root).as_posix()
            build_data["force_include"][str(path)] = f"config/bundle/{name}"


def check_made(root: Path) -> None:
    """Stop when the libraries or the catalogues have not been brought in."""
    wanted = ("static/vendor/htmx.min.js", "translations/en/LC_MESSAGES/messages.mo")
    missing = [name for name in wanted if not (root / name).exists()]
    if missing:
        sys.exit(f"{', '.join(missing)} missing: run make install before building the wheel")


def files(root: Path) -> list[Path]:
    return [
        path
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and is_wanted(path.relative_to(root))
    ]


def is_wanted(path: Path) -> bool:
    return not LEFT_OUT & set(path.parts) and path.name not in LEFT_OUT_FILES
