"""The language of a page, which its address names: `/fr/…` or `/en/…`."""

from contextvars import ContextVar
from dataclasses import dataclass

from flask import Flask, request
from flask_babel import Babel, Domain, refresh
from markupsafe import Markup
from werkzeug.routing import BaseConverter

from indexer.model.ids import Locale
from kb.core.catalogs import catalog
from kb.web.date_text import number_text

# A page reads its language some two hundred times: `g` would be slower.
_chosen: ContextVar[Locale | None] = ContextVar("locale", default=None)


@dataclass(frozen=True, slots=True)
class LazyString:
    """A message that is translated into the language of the page when it is shown."""

    message: str
    context: str = ""

    def __str__(self) -> str:
        return self.text(page_locale())

    def text(self, locale: Locale) -> str:
        """Return the message in a language."""
        if self.context:
            return catalog(locale).pgettext(self.context, self.message)
        return catalog(locale).gettext(self.message)


def lazy_gettext(message: str) -> LazyString:
    """Return a message that is translated later."""
    return LazyString(message)


def lazy_pgettext(context: str, message: str) -> LazyString:
    """Return a message with a context that is translated later."""
    return LazyString(message, context)


def by_locale(*, fr: LazyString, en: LazyString) -> dict[Locale, LazyString]:
    """Return a message for each language that a text may be in."""
    return {Locale.FR: fr, Locale.EN: en}


def init_locale(app: Flask) -> None:
    """Register Babel, the `locale` converter, and the messages of templates.

    Babel's own messages would take a quarter of the time of a page.
    """
    Babel(app, default_locale="fr", locale_selector=lambda: page_locale().value)
    app.extensions["babel"].instance.domain_instance = _SiteDomain()
    messages = {"_": _message, "gettext": _message, "ngettext": _counted_message}
    app.jinja_env.globals.update(messages)
    app.url_map.converters["locale"] = LocaleConverter
    app.url_value_preprocessor(_choose_address_locale)


class _SiteDomain(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """The messages of the site; a counted number has its separators: 1,664."""

    def ngettext(
        self, singular: str, plural: str, num: int, **variables: object
    ) -> str:
        """Return the plural form of a message for a number."""
        text = self.get_translations().ungettext(singular, plural, num)
        return str(text % {"num": number_text(num, page_locale()), **variables})


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
    """Return a message in the language of the page, its values escaped."""
    chosen = catalog(page_locale()).gettext(message)
    return Markup(chosen) % values  # noqa: S704  # from the catalog


def _counted_message(one: str, several: str, num: int, **values: object) -> Markup:
    """Return the plural form of a message for a number, its values escaped."""
    chosen = catalog(page_locale()).ngettext(one, several, num)
    number = number_text(num, page_locale())
    return Markup(chosen) % {"num": number, **values}  # noqa: S704  # from the catalog


def page_locale() -> Locale:
    """Return the language of the page: that of its address, else of the browser."""
    return _chosen.get() or preferred_locale()


def choose_locale(locale: Locale) -> None:
    """Set the language of the current page, or of the next message."""
    _chosen.set(locale)
    # Flask-Babel keeps the catalog that the page has used before.
    refresh()


def lang_if_other(language: str | None, reader: Locale) -> str:
    """Return a language for a `lang` attribute, or "" if it is the reader's or None."""
    return str(language) if language and language != reader else ""


def preferred_locale(default: Locale = Locale.FR) -> Locale:
    """Return the language that the browser prefers, or else the default."""
    first = request.path.split("/", 2)[1] if request.path.count("/") else ""
    if first in set(Locale):
        return Locale(first)
    chosen = request.args.get("hl", "")
    if chosen in set(Locale):
        return Locale(chosen)
    # `best_match` compares whole tags first: it prefers "fr;q=0.5" to "en-GB".
    accepted = (tag for tag, quality in request.accept_languages if quality > 0)
    languages = (tag.partition("-")[0].lower() for tag in accepted)
    return next(
        (Locale(language) for language in languages if language in set(Locale)), default
    )


def as_sentence(text: str) -> str:
    """Return a remark with a capital and a full stop, to be shown on its own."""
    return (
        text[:1].upper()
        + text[1:]
        + ("" if text.endswith((".", "?", "!", "…", ":")) else ".")
    )


def after_colon(text: str) -> str:
    """Return a sentence with a small first letter, unless it begins an acronym."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
