"""What is done for the catalogue once a day: what goes together, and files of no picture."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from store import also_bought, pictures
from store.database import reading
from store.web import picture_folder

FILES_KEPT = timedelta(days=1)  # an upload writes its files before its row


def run(engine: Engine, *, folder: Path, now: datetime) -> None:
    """Count what is bought together, and remove the files of pictures that are no more."""
    also_bought.count(engine)
    with reading(engine) as session:
        kept = pictures.list_digests(session)
    picture_folder.sweep(folder, kept, older_than=(now - FILES_KEPT).timestamp())
