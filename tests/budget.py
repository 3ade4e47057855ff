"""Weighs the code, and fails where it is heavier than its budget: `make budget`.

The budget stands in `pyproject.toml`, under `[tool.house]`. A page of `docs/decisions/`
names its number of lines, and says what a higher one buys.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
PACKAGES = ("kb", "indexer")
MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 50


@dataclass(frozen=True, slots=True)
class Module:
    """A module: its path in the project, its lines, and its lines of imports."""

    path: str
    lines: int
    import_lines: int
    long_functions: tuple[str, ...]


def weigh(root: Path = PROJECT) -> list[Module]:
    """Return all modules of the product."""
    return [
        _module(path, root)
        for package in PACKAGES
        for path in sorted((root / package).rglob("*.py"))
    ]


def _module(path: Path, root: Path) -> Module:
    text = path.read_text("utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    return Module(
        path.relative_to(root).as_posix(),
        text.count("\n"),
        sum(
            _lines(node)
            for node in nodes
            if isinstance(node, ast.Import | ast.ImportFrom)
        ),
        tuple(
            node.name
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and _lines(node) > MAX_FUNCTION_LINES
        ),
    )


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def summary(modules: list[Module]) -> str:
    """Return the weight in one line."""
    lines = sum(module.lines for module in modules)
    share = sum(module.import_lines for module in modules) / lines
    return (
        f"{lines:,} lines in {len(modules)} modules of {' and '.join(PACKAGES)}, "
        f"{share:.1%} of them imports"
    )


def faults(modules: list[Module], root: Path = PROJECT) -> Iterator[str]:
    """Yield what is heavier than the budget allows, with its remedy."""
    budget = _budget(root)
    lines, allowed = sum(module.lines for module in modules), budget["max_lines"]
    if lines > allowed:
        yield (
            f"{lines - allowed} lines over the budget of {allowed}: delete as many, or "
            "raise max_lines in pyproject.toml and say in docs/decisions/ what it buys"
        )
    if not _is_decided(allowed, root):
        yield (
            f"max_lines is {allowed}, which no page of docs/decisions/ names: "
            "say there what it buys"
        )
    for module in modules:
        if module.lines > MAX_MODULE_LINES and module.path not in budget["data"]:
            yield f"{module.path}: {module.lines} lines: split it by subject"
        for name in module.long_functions:
            if module.path not in budget["data"]:
                yield f"{module.path}: {name}: more than {MAX_FUNCTION_LINES} lines"


def _budget(root: Path) -> dict[str, Any]:
    with (root / "pyproject.toml").open("rb") as source:
        budget: dict[str, Any] = tomllib.load(source)["tool"]["house"]
    return budget


def _is_decided(number: int, root: Path) -> bool:
    """Return whether a decision names a number of lines, as 88000 or 88,000."""
    named = re.compile(rf"(?<![\d,])(?:{number}|{number:,})(?![\d,]*\d)")
    pages = (root / "docs/decisions").glob("*.md")
    return any(named.search(page.read_text("utf-8")) for page in pages)


def main() -> None:
    """Print the weight and its faults; exit with 1 if there is a fault."""
    modules = weigh()
    found = list(faults(modules))
    sys.stdout.write("\n".join([summary(modules), *found]) + "\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
