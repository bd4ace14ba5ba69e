"""Style, types and arrows hold; the tools say what is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
TOOLS = {
    "ruff": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "arrows": ["lint-imports", "--no-logo"],
}


@pytest.mark.parametrize("command", TOOLS.values(), ids=TOOLS.keys())
def test_the_tool_finds_nothing(command: list[str], root: Path):
    found = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=root, capture_output=True, text=True
    )

    assert found.returncode == 0, found.stdout + found.stderr
