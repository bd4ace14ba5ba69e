"""What the documents promise to be shown by a test is shown by one."""

import re
from pathlib import Path

NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_test_that_a_document_names_is_there(root: Path):
    named = {
        (path, test)
        for document in (root / "docs").glob("*.md")
        for path, test in NAMED.findall(document.read_text(encoding="utf-8"))
    }

    lost = {
        f"{path}::{test}"
        for path, test in named
        if not (root / path).is_file()
        or f"def {test}" not in (root / path).read_text(encoding="utf-8")
    }

    assert named
    assert lost == set()
