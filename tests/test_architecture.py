"""Rules of the layout that import-linter can't express."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.support.builders import PROJECT

KB = PROJECT / "kb"
VIEW_MODELS = {
    "api": "openapi serializers",
    "staff/base": "autocomplete field_labels labels links problem_messages",
    "staff/drafts": "form_parser",
}
"""Modules that prepare what a template or a JSON body shows, from their arguments."""

FETCHING = {
    "public": "routes",
    "public/brief": "comparison comparison_file dossier files named_records",
    "public/lists": "page",
    "public/maps": "page",
    "public/record": "page search_trail",
    "public/search": "follow offers page terms",
    "web": "dossier_cookie layout locale page_content urls",
    "web/records": "record_state",
    "web/responses": "compression conditional downloads errors headers request_counts",
    "web/search": "followed_records",
}
"""The modules of the public and the shared parts that are no view models."""

IMPURE = {
    "kb.services.services",
    "kb.web.page_content.page_content",
    "kb.staff.base.session",
    "kb.staff.base.publishing_services",
    *(f"flask.{name}" for name in ("request", "session", "g", "current_app")),
    "os",
    "time",
}
"""What only routes and modules that fetch may import."""


def named(folders: dict[str, str]) -> set[Path]:
    """Return the paths of modules that are named by their folders."""
    return {
        KB / folder / f"{name}.py"
        for folder, names in folders.items()
        for name in names.split()
    }


def view_models() -> list[Path]:
    """Return the paths of the view models; in two parts, all modules but some are."""
    pages = {
        path
        for part in ("public", "web")
        for path in (KB / part).rglob("*.py")
        if path.stem != "__init__"
    }
    staff = (KB / "staff").glob("*/*_view.py")
    others = {path for path in staff if path.stem != "edit_view"}
    return sorted(named(VIEW_MODELS) | (pages - named(FETCHING)) | others)


def imports(path: Path) -> Iterator[str]:
    """Yield the modules and the qualified names that a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{each.name}" for each in node.names)


def test_a_view_model_fetches_nothing() -> None:
    """A view model gets what it shows as arguments: no services, request or clock."""
    fetched = {str(path): IMPURE & set(imports(path)) for path in view_models()}

    assert {path: names for path, names in fetched.items() if names} == {}


GERUNDS = {
    *("spelling", "highlighting", "matching", "scoring", "ranking", "segment_merging"),
    *("query_rewriting", "numbering", "routing", "staging", "wording"),
}
"""Nouns of the field that end in -ing."""

VIEWS = {"compare", "search", "record", "main"}
"""Views of several blueprints, commands, tools and entry points, named by addresses."""


def modules() -> list[Path]:
    """Return the paths of all modules of the product."""
    return [
        path
        for package in ("kb", "indexer")
        for path in sorted((PROJECT / package).rglob("*.py"))
    ]


def repeated(names: Iterator[str]) -> list[str]:
    """Return the names that occur more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def public_names(kind: type[ast.ClassDef] | type[ast.FunctionDef]) -> Iterator[str]:
    """Yield the names of the public classes, or functions, of all modules."""
    for path in modules():
        if "migrations" not in path.parts:
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, kind) and not node.name.startswith("_"):
                    yield node.name


def test_no_two_public_classes_share_a_name() -> None:
    """A reader who searches for a class finds one."""
    assert repeated(public_names(ast.ClassDef)) == []


def test_no_two_public_functions_share_a_name() -> None:
    """The same holds for functions, except views, commands and entry points."""
    assert set(repeated(public_names(ast.FunctionDef))) <= VIEWS


def test_modules_are_named_by_nouns() -> None:
    """A module is named for what it holds, not for what somebody does with it."""
    gerunds = {path.stem for path in modules() if path.stem.endswith("ing")}

    assert gerunds <= GERUNDS
