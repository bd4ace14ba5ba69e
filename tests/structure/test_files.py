"""What may and may not be in the files of the project."""

import re
from pathlib import Path

import pytest

PACKAGES = ("config", "kiosk", "clienteling", "store")
LONGEST_MODULE = 400
LONGEST_SCRIPT = 100
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "misc"}
# Built from parts, so that this file does not hold what it looks for.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("npmjs", "org"),
        ("registry", "yarnpkg"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    )
]
MACHINE = re.compile("|".join(["/wo" + r"rk/\w", r"/ro" + "ot/", "/home" + r"/\w"]))
UNFINISHED = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "type: " + "ignore", "# no" + "qa"]))
TEXT = {".py", ".toml", ".txt", ".json", ".md", ".html", ".css", ".js", ".po", ".cfg", ".yml", ""}


def modules(root: Path) -> list[Path]:
    return [path for name in PACKAGES for path in (root / name).rglob("*.py")]


def texts(committed: list[Path]) -> list[tuple[Path, str]]:
    return [
        (path, path.read_text(encoding="utf-8", errors="replace"))
        for path in committed
        if path.suffix in TEXT
    ]


def test_modules_are_short_enough_to_read(root: Path):
    read = [path for path in modules(root) if "versions" not in path.parts]  # a schema is long
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in read}

    assert {path: n for path, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_scripts_are_short_enough_to_read(root: Path):
    scripts = (root / "static" / "js").rglob("*.js")
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in scripts}

    assert {path: n for path, n in lengths.items() if n > LONGEST_SCRIPT} == {}


def test_module_names_say_what_is_in_them(root: Path):
    assert [path for path in modules(root) if path.stem in FORBIDDEN_NAMES] == []


def test_modules_begin_by_saying_what_they_are(root: Path):
    silent = [
        path
        for path in modules(root)
        if path.stat().st_size and not path.read_text(encoding="utf-8").startswith('"""')
    ]

    assert silent == []


@pytest.mark.parametrize("registry", REGISTRIES)
def test_no_file_names_a_package_registry(registry: str, committed: list[Path]):
    assert [path for path, text in texts(committed) if registry in text] == []


def test_no_file_names_a_path_of_one_machine(committed: list[Path]):
    assert [path for path, text in texts(committed) if MACHINE.search(text)] == []


def test_no_file_is_left_unfinished(committed: list[Path]):
    code = [(path, text) for path, text in texts(committed) if path.suffix in {".py", ".js"}]

    assert [path for path, text in code if UNFINISHED.search(text)] == []


def test_no_code_of_others_is_committed(committed: list[Path], root: Path):
    names = [path.relative_to(root).as_posix() for path in committed]
    foreign = re.compile(r"node_modules/|static/vendor/|\.min\.(js|css)$|\.(woff2?|ttf|otf|wasm)$")

    assert [name for name in names if foreign.search(name)] == []
