"""Fetches all that the page of a record shows: corpus, uses, similar records."""

from __future__ import annotations

from indexer.errors import IndexUnavailableError
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Record
from kb.public.glossary import TermUses, term_uses
from kb.public.record_view import record_view
from kb.public.theme import theme_view
from kb.services import services
from kb.web.locale import page_locale

_TEMPLATES = {Kind.THEME: "public/theme.html", Kind.TERM: "public/term.html"}


def record_template(record: Record) -> str:
    """Return the name of the template for the kind of a record."""
    return _TEMPLATES.get(record.id.kind, "public/record.html")


def record_context(record: Record) -> dict[str, object]:
    """Return the variables of the template of a record."""
    locale = page_locale()
    context: dict[str, object] = {}
    shown_urls: set[str] = set()
    if record.id.kind is Kind.THEME:
        theme = theme_view(record, locale)
        context["theme"] = theme
        shown_urls |= theme.urls
    if record.id.kind is Kind.TERM:
        uses = _uses(record, locale)
        context["uses"] = uses
        shown_urls |= {card.url for card in uses.cards} if uses is not None else set()
    context["view"] = record_view(
        record, locale, similar=_similar(record, locale), shown_urls=shown_urls
    )
    return context


def _uses(term: Record, locale: Locale) -> TermUses | None:
    # A record page works without an index; only this part of it is then missing.
    try:
        return term_uses(term, locale)
    except IndexUnavailableError:
        return None


def _similar(record: Record, locale: Locale) -> tuple[RecordId, ...]:
    similar, draft = services().similar, services().preview.draft
    find = similar.find if draft is None else similar.find_uncached
    # A record page works without an index; only this part of it is then missing.
    try:
        return find(record, locale)
    except IndexUnavailableError:
        return ()
