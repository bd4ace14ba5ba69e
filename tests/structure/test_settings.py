"""Every setting is in default.toml with its comment, and is read by somebody."""

import re
import tomllib
from pathlib import Path

import pytest

from config import places, sources

LINES = places.DEFAULT_SETTINGS.read_text(encoding="utf-8").splitlines()


def documented() -> dict[str, object]:
    return sources.flatten(tomllib.loads("\n".join(LINES)))


def test_every_key_is_in_default_toml():
    assert {key.name for key in sources.all_keys()} - set(documented()) == set()


def test_default_toml_has_no_other_key():
    assert set(documented()) - {key.name for key in sources.all_keys()} == set()


@pytest.mark.parametrize("number", [n for n, line in enumerate(LINES) if re.match(r"\w+ =", line)])
def test_every_key_has_a_comment(number: int):
    above = [line for line in LINES[:number] if not re.match(r"\w+ =", line)]

    assert above[-1].startswith("#"), LINES[number]


@pytest.mark.parametrize("key", list(sources.all_keys()), ids=lambda key: key.name)
def test_every_key_is_read_by_somebody(key: sources.Key, root: Path):
    ours = [
        p
        for name in ("config", "kiosk", "clienteling", "store", "templates")
        for p in (root / name).rglob("*")
        if p.suffix in {".py", ".html"}
    ]
    used = re.compile(rf"\.{key.field.name}\b")

    assert any(used.search(p.read_text(encoding="utf-8")) for p in ours)
