"""What a backup holds beside the database: pictures, and the key that signs the codes of orders."""

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from config import folder
from store.web import picture_folder

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}-[0-9]{1,5}\.webp")  # never out of the folder
TABLES = {
    "picture_file": "SELECT name, content FROM picture_file",
    "key_file": "SELECT name, content FROM key_file",
}


def attach(backup: Path, data: Path) -> int:
    """Put the pictures and the key of a data folder into a SQLite file; return how many pictures.

    The file is made when needed, closed to other users.
    """
    backup.touch(mode=0o600)
    with closing(sqlite3.connect(backup)) as database, database:
        for table in TABLES:
            database.execute(f"CREATE TABLE {table} (name TEXT PRIMARY KEY, content BLOB NOT NULL)")
        key = data / folder.TICKETS
        if key.exists():
            values = (folder.TICKETS, key.read_bytes())
            database.execute("INSERT INTO key_file VALUES (?, ?)", values)
        return _attach_pictures(database, pictures_of(data))


def _attach_pictures(database: sqlite3.Connection, pictures: Path) -> int:
    count = 0
    for path in picture_folder.list_files(pictures):
        name = path.relative_to(pictures).as_posix()
        database.execute("INSERT INTO picture_file VALUES (?, ?)", (name, path.read_bytes()))
        count += 1
    return count


def pictures_of(data: Path) -> Path:
    """Return where a data folder has its pictures."""
    return data / picture_folder.FOLDER


def take_out(backup: Path, data: Path) -> int:
    """Put pictures and key of a backup back into a data folder, and out of the file.

    Returns how many pictures. What lies in the folder stays: the name of a picture says what it
    holds, and codes that were signed by any key, here or there, are still in customers' hands. A
    backup of an older version may have neither.
    """
    with closing(sqlite3.connect(backup)) as database:
        count = 0
        for name, content in _rows(database, "picture_file"):
            if _NAME.fullmatch(name):
                picture_folder.write_whole(pictures_of(data) / name, content)
                count += 1
        for name, content in _rows(database, "key_file"):
            if name == folder.TICKETS:
                folder.add_ticket_seeds(data, content)
        for table in TABLES:
            database.execute(f"DROP TABLE IF EXISTS {table}")
        database.execute("VACUUM")
    return count


def _rows(database: sqlite3.Connection, table: str) -> Iterable[tuple[str, bytes]]:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    if database.execute(query, (table,)).fetchone() is None:
        return []
    return database.execute(TABLES[table])
