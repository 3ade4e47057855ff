"""Counted numbers have the separators of the language, in code and in templates."""

import pytest
from flask import Flask, render_template_string

from indexer.model.ids import Kind
from kb.web.records.counts import counted


@pytest.mark.parametrize(
    ("locale", "text"), [("fr", "1\u202f664 pratiques"), ("en", "1,664 practices")]
)
def test_a_large_number_has_separators(app: Flask, locale: str, text: str) -> None:
    """A base of ten thousand records counts in thousands."""
    template = '{{ ngettext("%(num)s practice", "%(num)s practices", 1664) }}'
    with app.test_request_context(f"/{locale}/"):
        app.preprocess_request()
        assert counted(Kind.PRACTICE, 1664) == text
        assert render_template_string(template) == text
