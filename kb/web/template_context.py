"""The globals, filters and context of all templates."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from kb.web import labels
from kb.web.cards import marked
from kb.web.date_text import number_text
from kb.web.layout import layout_context
from kb.web.locale import after_colon, page_locale
from kb.web.urls import absolute, address, canonical, query_url, static_url


def init_templates(app: Flask) -> None:
    """Register the context, globals and filters."""
    app.context_processor(layout_context)
    functions = (absolute, address, canonical, icon, marked, query_url, static_url)
    app.jinja_env.globals |= {each.__name__: each for each in functions}
    app.jinja_env.globals["labels"] = labels
    app.jinja_env.filters["number"] = lambda number: number_text(number, page_locale())
    app.jinja_env.filters["after_colon"] = after_colon


def icon(name: str) -> Markup:
    """Return the SVG element of an icon of the sprite.

    A page has forty icons: a template macro would take ten times as long.
    """
    element = Markup('<svg aria-hidden="true"><use href="{}#i-{}" /></svg>')
    return element.format(static_url("icons.svg"), name)
