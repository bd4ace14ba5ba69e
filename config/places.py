"""Where templates, static files and catalogues are: in a checkout, or in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent
BUNDLE = PACKAGE / "bundle"
"""The wheel carries the three folders here; a checkout has them at its root."""


def find(name: str) -> Path:
    """Return the folder called `name`, from the wheel's bundle when there is one."""
    bundled = BUNDLE / name
    return bundled if bundled.is_dir() else CHECKOUT / name


TEMPLATES = find("templates")
STATIC = find("static")
TRANSLATIONS = find("translations")
DEFAULT_SETTINGS = PACKAGE / "default.toml"


def sqlite_url(folder: Path) -> str:
    """Return the URL of the default database file of a data folder."""
    return f"sqlite:///{folder / 'comptoir.db'}"
