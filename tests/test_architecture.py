"""Rules of the layout that import-linter can't express."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.builders import PROJECT

VIEW_MODELS = (
    "kb/api/openapi.py",
    "kb/api/serializers.py",
    "kb/public/dossier_view.py",
    "kb/public/event_cards.py",
    "kb/public/expansion_list.py",
    "kb/public/file_text_view.py",
    "kb/public/glossary.py",
    "kb/public/home.py",
    "kb/public/linked_records.py",
    "kb/public/record_list.py",
    "kb/public/record_view.py",
    "kb/public/related_records.py",
    "kb/public/relaxation_notice.py",
    "kb/public/search_view.py",
    "kb/public/theme.py",
    "kb/web/cards.py",
    "kb/web/date_text.py",
    "kb/web/facet_values.py",
    "kb/web/file_links.py",
    "kb/web/labels.py",
    "kb/web/markup.py",
    "kb/web/match_reasons.py",
    "kb/web/provenance.py",
    "kb/web/request_query.py",
    "kb/web/suggestion_box.py",
)
"""Modules that prepare what a template or a JSON body shows, from their arguments."""

IMPURE = {
    ("kb.services", "services"),
    ("kb.web.page_content", "page_content"),
    *(("flask", name) for name in ("request", "session", "g", "current_app")),
    ("os", ""),
    ("time", ""),
}
"""What only routes and fetching modules may import."""


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the modules and the names that a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((each.name, "") for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", each.name) for each in node.names)


@pytest.mark.parametrize("module", VIEW_MODELS)
def test_a_view_model_fetches_nothing(module: str) -> None:
    """A view model gets what it shows as arguments: no services, request or clock."""
    assert not IMPURE & set(imports(PROJECT / module))
