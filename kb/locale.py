"""Which language a page is in. Its address says so: `/fr/…` or `/en/…`."""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask, g, request
from flask_babel import Babel

from indexer.model.ids import Locale

LOCALE_NAMES = {Locale.FR: "Français", Locale.EN: "English"}
"""Each language in its own words, for the link that switches."""


def init_locale(app: Flask) -> None:
    """Make Babel follow the address."""
    Babel(app, default_locale="fr", locale_selector=lambda: page_locale().value)


def page_locale() -> Locale:
    """Give the language of the page: its address, else what the browser prefers."""
    chosen: Locale | None = g.get("locale")
    return chosen if chosen is not None else preferred_locale()


def preferred_locale() -> Locale:
    """Give the language that the browser prefers, French when it has no preference."""
    first = request.path.split("/", 2)[1] if request.path.count("/") else ""
    if first in set(Locale):
        return Locale(first)
    chosen = request.args.get("hl", "")
    if chosen in set(Locale):
        return Locale(chosen)
    # `best_match` would prefer "fr;q=0.5" to "en-GB": it looks for whole tags first.
    wanted = (tag for tag, quality in request.accept_languages if quality > 0)
    asked = (tag.partition("-")[0].lower() for tag in wanted)
    return next((Locale(tag) for tag in asked if tag in set(Locale)), Locale.FR)


def system_translation(
    environ: Mapping[str, str] | None = None,
) -> Callable[[str], str]:
    """Give the translation into the terminal's language: LC_ALL, LC_MESSAGES, LANG."""
    values = os.environ if environ is None else environ
    names = (values.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    language = next((name for name in names if name), "")[:2]
    folder = Path(__file__).parent / "translations"
    return gettext.translation("messages", folder, [language], fallback=True).gettext
