"""The whole page of a record: its template, and all that it shows."""

from __future__ import annotations

from indexer.errors import IndexUnavailableError
from indexer.model.ids import Kind, RecordId
from indexer.model.records import Record
from kb.public.glossary import TermUses, term_uses
from kb.public.record_list import theme_view
from kb.public.record_view import record_view
from kb.public.related_records import near_records
from kb.web.locale import page_locale

_TEMPLATES = {Kind.THEME: "public/theme.html", Kind.TERM: "public/term.html"}


def record_template(record: Record) -> str:
    """Give the template of the page of a record."""
    return _TEMPLATES.get(record.id.kind, "public/record.html")


def record_context(record: Record) -> dict[str, object]:
    """Present a record, for its template."""
    locale = page_locale()
    context: dict[str, object] = {}
    shown: set[str] = set()
    if record.id.kind is Kind.THEME:
        theme = theme_view(record, locale)
        context["theme"] = theme
        shown |= theme.urls
    if record.id.kind is Kind.TERM:
        uses = _uses(record)
        context["uses"] = uses
        shown |= {card.url for card in uses.cards} if uses is not None else set()
    context["view"] = record_view(record, locale, near=_near(record), shown=shown)
    return context


def _uses(term: Record) -> TermUses | None:
    # The page of a term stands without an index; only this part of it does not.
    try:
        return term_uses(term, page_locale())
    except IndexUnavailableError:
        return None


def _near(record: Record) -> tuple[RecordId, ...]:
    # So does that of any record.
    try:
        return near_records(record, page_locale())
    except IndexUnavailableError:
        return ()
