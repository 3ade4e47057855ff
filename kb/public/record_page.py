"""Fetches all that the page of a record shows: corpus, uses, similar records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from flask import request

from indexer.errors import IndexUnavailableError
from indexer.model.ids import Kind, RecordId
from indexer.model.records import Record
from kb.public.citation_tags import citation_tags
from kb.public.document_search import PARAMETER as FIND
from kb.public.dossier import current_ids
from kb.public.glossary import TermUses, term_query, term_uses
from kb.public.record_view import record_view
from kb.public.search_trail import search_trail
from kb.public.structured_data import record_data
from kb.public.theme_page import theme_view
from kb.services import services
from kb.web.dossier_cookie import dossier_ids
from kb.web.page_content import PageContent, page_content
from kb.web.urls import absolute, record_url

_TEMPLATES = {Kind.THEME: "public/theme.html", Kind.TERM: "public/term.html"}
_PAGE_TEMPLATES = {
    RecordId(Kind.PAGE, "about"): "public/about.html",
    RecordId(Kind.PAGE, "accessibility"): "public/accessibility.html",
    RecordId(Kind.PAGE, "ranking"): "public/ranking.html",
}
"""The pages that show settings after their text."""


def record_template(record: Record) -> str:
    """Return the name of the template of a record."""
    if record.id in _PAGE_TEMPLATES:
        return _PAGE_TEMPLATES[record.id]
    return _TEMPLATES.get(record.id.kind, "public/record.html")


def record_context(record: Record, day: dt.date | None = None) -> dict[str, object]:
    """Return the variables of the template of a record, or of its state on a day."""
    content = page_content()
    url = absolute(record_url(record.id, content.locale, day=day))
    context: dict[str, object] = {
        "trail": search_trail(record.id, content),
        "past": None,
        "tags": citation_tags(record, url, content),
        "data": record_data(record, url, content),
        "uses_meaning": services().uses_meaning,
        "sends_mail": services().settings.mail is not None,
    }
    shown: Collection[RecordId] = ()
    if record.id.kind is Kind.THEME:
        context["theme"] = theme = theme_view(record, content)
        shown = theme.ids
    if record.id.kind is Kind.TERM:
        context["uses"] = uses = _uses(record, content)
        shown = {card.id for card in uses.cards} if uses is not None else set()
    context["view"] = record_view(
        record,
        content,
        similar=_similar(record, content),
        shown=shown,
        dossier=current_ids(dossier_ids()),
        today=services().clock().date(),
        typed=request.args.get(FIND, ""),
    )
    return context


def _uses(term: Record, content: PageContent) -> TermUses | None:
    # A record page works without an index; only this part of it is then missing.
    try:
        results = services().searches.search(term_query(term, content.locale))
    except IndexUnavailableError:
        return None
    return term_uses(term, results, content)


def _similar(record: Record, content: PageContent) -> tuple[RecordId, ...]:
    similar = services().similar
    find = similar.find if services().shows_live_corpus else similar.find_uncached
    # A record page works without an index; only this part of it is then missing.
    try:
        return find(record, content.locale)
    except IndexUnavailableError:
        return ()
