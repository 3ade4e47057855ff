"""Fetches all that the page of a record shows, now or as the record stood on a day."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from flask import render_template, request

from indexer.analysis.tokens import tokenize
from indexer.errors import IndexUnavailableError
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import And, FilterNode, Node, Not, Or, Phrase, Query, Word
from indexer.model.record import Record
from kb.public.document.search import PARAMETER as FIND
from kb.public.record.citation_box import citation_box
from kb.public.record.page_metadata import cited_page, record_data
from kb.public.record.search_trail import search_trail
from kb.public.record.theme_page import theme_view
from kb.public.record.view import RecordView, record_view
from kb.services import services
from kb.services.search_service import visible_hits
from kb.web.dossier_cookie import dossier_ids
from kb.web.locale import page_locale
from kb.web.page_content import PageContent, page_content
from kb.web.pagination import pager
from kb.web.records.cards import Card, hit_card, record_card
from kb.web.records.record_state import corpus_on, current_ids, day_text, past_state
from kb.web.search.request_query import page_number
from kb.web.urls import absolute, record_url, search_url

MAX_USES = 10
_USING = frozenset(Kind) - {Kind.TERM, Kind.THEME, Kind.PAGE}
"""The kinds of records whose links to a term are uses of it."""


@dataclass(frozen=True, slots=True)
class TermUses:
    """The records that contain a term or link to it, the best first.

    A search, at `search_url`, finds `total` records; the address is "" if all of them
    are in `cards`.
    """

    total: int
    cards: tuple[Card, ...]
    search_url: str


def term_query(term: Record, locale: Locale) -> Query:
    """Return a query for the records, other terms excepted, that contain a term."""
    names = (
        name
        for edition in term.editions
        for name in (edition.title, *edition.variants)
        if any(tokenize(name))
    )
    others = Not(FilterNode(Filter(FacetName.KIND, Kind.TERM.value)))
    return Query(
        root=And((Or(tuple(map(_name_node, names))), others)),
        locale=locale,
        page_size=MAX_USES,
        max_passages=1,
        is_exact=True,
    )


def _name_node(name: str) -> Node:
    words = [token.text for token in tokenize(name)]
    return Word(words[0]) if len(words) == 1 else Phrase(name)


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
    """Return the variables of the template of a record, or of its state on a day.

    Raises:
        PageOutOfRangeError: the page of linked records asked for is after the last.
    """
    content = page_content()
    url = absolute(record_url(record.id, content.locale, day=day))
    context: dict[str, object] = {
        "trail": search_trail(record.id, content),
        "past": None,
        "tags": cited_page(record, url, content),
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
    number = page_number(request.args.get("page", "")) or 1
    context["view"] = view = record_view(
        record,
        content,
        similar=_similar(record, content),
        beside=shown,
        dossier=current_ids(dossier_ids()),
        today=services().clock().date(),
        dead=services().dead_sources(),
        typed=request.args.get(FIND, ""),
        page=number,
    )
    context["linked_pages"] = pager(
        number,
        view.linked.pages,
        lambda page: record_url(record.id, content.locale, day=day, page=page),
    )
    return context


def _uses(term: Record, content: PageContent) -> TermUses | None:
    # A record page works without an index; only this part of it is then missing.
    try:
        results = services().searches.search(term_query(term, content.locale))
    except IndexUnavailableError:
        return None
    corpus = content.corpus
    hits = [*visible_hits(results.hits, corpus.records)]
    found = {record.id: hit_card(hit, record, content) for hit, record in hits}
    for link in corpus.backlinks.get(term.id, ()):
        if link.target.kind in _USING and len(found) < MAX_USES:
            found.setdefault(
                link.target, record_card(corpus.records[link.target], content)
            )
    return TermUses(
        total=results.total,
        cards=tuple(found.values()),
        search_url=search_url(content.locale, text=term.edition(content.locale).title)
        if results.total > len(hits)
        else "",
    )


def _similar(record: Record, content: PageContent) -> tuple[RecordId, ...]:
    similar = services().similar
    find = similar.find if services().shows_live_corpus else similar.find_uncached
    # A record page works without an index; only this part of it is then missing.
    try:
        return find(record, content.locale)
    except IndexUnavailableError:
        return ()


@dataclass(frozen=True, slots=True)
class PastBand:
    """The band that says which day the page shows; `current_day` is "" if unchanged."""

    day: str
    current_url: str
    current_day: str


def past_page(record: Record, day: dt.date) -> str:
    """Render the page of a published record as it stood at the end of a day.

    Raises:
        HTTPException: there is no such state, or the history can't be read now.
    """
    site = services()
    state = past_state(record, day)
    changed_at = site.change_times.of((record,))[record.id]
    band = PastBand(
        day=day_text(day),
        current_url=record_url(record.id, page_locale()),
        current_day="" if state.is_current else day_text(changed_at.date()),
    )
    corpus = corpus_on(state)
    with site.showing(corpus):
        past = corpus.records[record.id]
        context = record_context(past, day)
        view = context["view"]
        if isinstance(view, RecordView):
            context["view"] = _with_address(view, day)
        return render_template(record_template(past), **(context | {"past": band}))


def _with_address(view: RecordView, day: dt.date) -> RecordView:
    """Return the view with the address of the day to cite, and without a search.

    The results of a search inside the record would lead to its current version.
    """
    locale = page_locale()
    url = record_url(view.record.id, locale, day=day)
    return replace(
        view,
        card=replace(view.card, url=url),
        citation=citation_box(view.record, locale, day=day),
        text=replace(view.text, find=None),
    )
