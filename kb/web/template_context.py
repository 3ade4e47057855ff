"""What every template can use: the frame of a page, marks, numbers, colons."""

from __future__ import annotations

from flask import Flask

from kb.web.cards import marked
from kb.web.date_text import number_text
from kb.web.layout import layout_context
from kb.web.locale import page_locale
from kb.web.sentences import after_colon


def init_templates(app: Flask) -> None:
    """Register the context, globals and filters that all templates use."""
    app.context_processor(layout_context)
    app.jinja_env.globals["marked"] = marked
    app.jinja_env.filters["number"] = lambda number: number_text(number, page_locale())
    app.jinja_env.filters["after_colon"] = after_colon
