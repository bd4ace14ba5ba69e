"""Where the certificates of a server are."""

from dataclasses import dataclass
from pathlib import Path

from config.settings import Settings


class NameNotAllowed(Exception):
    """A name lies outside what the shop's authority may vouch for (`name`)."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Files:
    """Where the authority and the server's certificate are, in the data folder."""

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "comptoir-ca.crt"

    @property
    def authority_key(self) -> Path:
        return self.folder / "comptoir-ca.key"

    @property
    def server(self) -> Path:
        return self.folder / "server.crt"

    @property
    def server_key(self) -> Path:
        return self.folder / "server.key"


def in_folder(data_dir: Path) -> Files:
    """Return the paths of the certificates in a data folder."""
    return Files(data_dir / "tls")


def files_of(settings: Settings) -> tuple[Path, Path]:
    """Return the certificate and the key that the server shows.

    Raises FileNotFoundError when one of them is not there.
    """
    own = in_folder(settings.data_dir)
    given = Path(settings.https.certificate), Path(settings.https.key)
    files = given if settings.https.mode == "files" else (own.server, own.server_key)
    for file in files:
        file.stat()
    return files
