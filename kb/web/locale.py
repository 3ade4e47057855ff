"""Which language a page is in. Its address says so: `/fr/…` or `/en/…`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from flask import Flask, request
from flask_babel import Babel, force_locale
from markupsafe import Markup
from werkzeug.routing import BaseConverter

from indexer.model.ids import Locale
from kb.core.catalogs import catalog

MAX_MESSAGES_KEPT = 4096

LOCALE_NAMES = {Locale.FR: "Français", Locale.EN: "English"}
"""Each language in its own words, for the link that switches."""


_chosen: ContextVar[Locale | None] = ContextVar("locale", default=None)
# A page asks for its language some two hundred times, and `g` would take a search of
# the context each time.


@dataclass(frozen=True, slots=True)
class LazyString:
    """A message that is said in the language of the page when it is shown."""

    message: str
    context: str = ""

    def __str__(self) -> str:
        return _plain_text(page_locale(), self.message, self.context)


def lazy_gettext(message: str) -> LazyString:
    """Say a message later."""
    return LazyString(message)


def lazy_pgettext(context: str, message: str) -> LazyString:
    """Say a message later, that may be another where it stands elsewhere."""
    return LazyString(message, context)


def init_locale(app: Flask) -> None:
    """Make Babel follow the address, and templates with it.

    A page of results says a hundred messages: templates find theirs in a table, where
    Babel would look for the locale, the catalog and the message each time.
    """
    Babel(app, default_locale="fr", locale_selector=lambda: page_locale().value)
    messages = {"_": _message, "gettext": _message, "ngettext": _counted_message}
    app.jinja_env.globals.update(messages)
    app.url_map.converters["locale"] = LocaleConverter
    app.url_value_preprocessor(_choose_address_locale)


class LocaleConverter(BaseConverter):
    """Matches the language of an address: `<locale:locale>` in a rule."""

    regex = "|".join(Locale)

    def to_python(self, value: str) -> Locale:
        """Return the locale of a part of the path."""
        return Locale(value)


def _choose_address_locale(
    _endpoint: str | None, values: dict[str, object] | None
) -> None:
    """Choose the locale of the address, and remove it from the arguments of the view.

    None resets the choice of the previous request of this thread.
    """
    locale = values.pop("locale", None) if values else None
    _chosen.set(locale if isinstance(locale, Locale) else None)


def _message(message: str, **values: object) -> Markup:
    """Say a message in the language of the page; values are escaped."""
    if values:
        return _format(page_locale(), message) % values
    return _plain_message(page_locale(), message)


def _counted_message(one: str, several: str, num: int, **values: object) -> Markup:
    """Say a message that tells a number, with the words that go with it."""
    chosen = catalog(page_locale()).ngettext(one, several, num)
    return Markup(chosen) % {"num": num, **values}  # noqa: S704  # from the catalog


@lru_cache(maxsize=MAX_MESSAGES_KEPT)
def _plain_message(locale: Locale, message: str) -> Markup:
    return _format(locale, message) % {}


@lru_cache(maxsize=MAX_MESSAGES_KEPT)
def _plain_text(locale: Locale, message: str, context: str) -> str:
    said = catalog(locale)
    return said.pgettext(context, message) if context else said.gettext(message)


@lru_cache(maxsize=MAX_MESSAGES_KEPT)
def _format(locale: Locale, message: str) -> Markup:
    return Markup(catalog(locale).gettext(message))  # noqa: S704  # from the catalog


def page_locale() -> Locale:
    """Give the language of the page: its address, else what the browser prefers."""
    return _chosen.get() or preferred_locale()


def choose_locale(locale: Locale) -> None:
    """Set the language of the page that is being answered."""
    _chosen.set(locale)


@contextmanager
def speaking(locale: Locale) -> Iterator[None]:
    """Say all messages in a language, whatever that of the page."""
    token = _chosen.set(locale)
    try:
        with force_locale(locale.value):
            yield
    finally:
        _chosen.reset(token)


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


def as_sentence(text: str) -> str:
    """Return a remark with a capital and a full stop, to be shown on its own."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


def after_colon(text: str) -> str:
    """Return a sentence with a small first letter, unless it begins an acronym."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
