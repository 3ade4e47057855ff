"""From records and results to what templates show. No template decides anything."""

from __future__ import annotations

from flask import Flask

from kb.locale import page_locale
from kb.presenters.cards import marked
from kb.presenters.dates import number_text
from kb.presenters.layout import layout_context
from kb.presenters.sentences import after_colon


def init_presenters(app: Flask) -> None:
    """Give every template what the frame of a page needs."""
    app.context_processor(layout_context)
    app.jinja_env.globals["marked"] = marked
    app.jinja_env.filters["number"] = lambda number: number_text(number, page_locale())
    app.jinja_env.filters["after_colon"] = after_colon
