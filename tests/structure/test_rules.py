"""What the rules of the shop may not know: the web, the settings, what time it is."""

import ast
from pathlib import Path

import pytest

WEB = {
    "flask",
    "flask_babel",
    "flask_wtf",
    "werkzeug",
    "htmx_flask",
    "granian",
    "uvicorn",
    "a2wsgi",
}
CLOCKS = {"now", "utcnow", "today"}
OWN_TIME = {"store/sync.py", "store/connectors/answers.py"}
"""The worker is its own handler and hands the time to the rules; Retry-After may be a date."""


def rules(root: Path) -> list[Path]:
    store = root / "store"
    return [path for path in store.rglob("*.py") if store / "web" not in path.parents]


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def clock_calls(tree: ast.AST) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date"}
    ]


@pytest.fixture(scope="module")
def trees(root: Path) -> dict[Path, ast.AST]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in rules(root)}


def test_no_rule_knows_the_web(trees: dict[Path, ast.AST]):
    assert {
        path: imported(tree) & WEB for path, tree in trees.items() if imported(tree) & WEB
    } == {}


def test_no_rule_reads_settings(trees: dict[Path, ast.AST]):
    readers = {"config", "os", "environ"}

    assert {path for path, tree in trees.items() if imported(tree) & readers} == set()


def test_no_rule_looks_at_the_clock(trees: dict[Path, ast.AST], root: Path):
    found = {
        path: clock_calls(tree)
        for path, tree in trees.items()
        if path.relative_to(root).as_posix() not in OWN_TIME
    }

    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize("package", ["config", "kiosk", "clienteling", "store"])
def test_no_function_imports(package: str, root: Path):
    hidden = [
        (path, node.lineno)
        for path in (root / package).rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


@pytest.mark.parametrize("package", ["config", "kiosk", "clienteling", "store"])
def test_functions_are_short_enough_to_read(package: str, root: Path):
    long = [
        (path, function.name, function.end_lineno - function.lineno)
        for path in (root / package).rglob("*.py")
        if "versions" not in path.parts
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and function.end_lineno - function.lineno > 60
    ]

    assert long == []


def test_every_public_function_of_the_store_says_what_it_does(trees: dict[Path, ast.AST]):
    silent = [
        (path, node.name)
        for path, tree in trees.items()
        if "migrations" not in path.parts
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]

    assert silent == []
