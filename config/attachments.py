"""Pictures inside a backup: a backup is one file, and the pictures of a shop belong to it."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from store.web import picture_folder

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}-[0-9]{1,5}\.webp")  # never out of the folder


def attach(backup: Path, folder: Path) -> int:
    """Put the files of all pictures into a SQLite file, made when needed; return how many."""
    with closing(sqlite3.connect(backup)) as database, database:
        database.execute("CREATE TABLE picture_file (name TEXT PRIMARY KEY, content BLOB NOT NULL)")
        count = 0
        for path in picture_folder.list_files(folder):
            name = path.relative_to(folder).as_posix()
            content = path.read_bytes()
            database.execute("INSERT INTO picture_file VALUES (?, ?)", (name, content))
            count += 1
    return count


def take_out(backup: Path, folder: Path) -> int:
    """Put the pictures of a backup back into their folder and out of the file; return how many.

    What lies in the folder stays: its names say what a file holds. A backup from before there
    were pictures has none.
    """
    with closing(sqlite3.connect(backup)) as database:
        if not _has_pictures(database):
            return 0
        count = 0
        for name, content in database.execute("SELECT name, content FROM picture_file"):
            if _NAME.fullmatch(name):
                picture_folder.write_whole(folder / name, content)
                count += 1
        database.execute("DROP TABLE picture_file")
        database.execute("VACUUM")
    return count


def _has_pictures(database: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'picture_file'"
    return database.execute(query).fetchone() is not None
