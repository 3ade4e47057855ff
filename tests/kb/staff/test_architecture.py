"""Tests of the structure of the staff package."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import kb.staff
import kb.web

STAFF = Path(kb.staff.__file__).parent
WEB = Path(kb.web.__file__).parent
PURE_MODULES = [
    *STAFF.glob("*/*_view.py"),
    *(STAFF / "base" / f"{name}.py" for name in ("autocomplete", "field_labels")),
    *(STAFF / "base" / f"{name}.py" for name in ("links", "problem_messages", "times")),
    *(STAFF / "drafts" / f"{name}.py" for name in ("form_parser",)),
]
FORBIDDEN = {
    "kb.services.services",
    "flask.request",
    "flask.session",
    "flask.g",
    "flask.current_app",
    "kb.staff.base.session",
    "kb.staff.base.publishing_services",
}


def test_view_modules_do_not_fetch_data() -> None:
    """View modules import no service, no request and no session."""
    found = {
        (path.name, name)
        for path in PURE_MODULES
        for name in imported_names(path)
        if any(name == each or name.startswith(f"{each}.") for each in FORBIDDEN)
    }
    assert not found


def test_no_two_public_functions_share_a_name() -> None:
    """A name finds one function or class in the staff package and the web layer."""
    seen: dict[str, Path] = {}
    duplicates = []
    for path in (*STAFF.rglob("*.py"), *WEB.rglob("*.py")):
        for name in public_definitions(path):
            if name in seen:
                duplicates.append((name, seen[name].name, path.name))
            seen[name] = path
    assert not duplicates


def imported_names(path: Path) -> Iterator[str]:
    """Yield the qualified names that a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name


def public_definitions(path: Path) -> Iterator[str]:
    """Yield the names of the public functions and classes of a module."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_":
            yield node.name
