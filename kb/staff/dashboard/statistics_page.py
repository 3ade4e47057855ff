"""The statistics: the records, the searches, and what visitors take away."""

from collections import Counter
from collections.abc import Iterable

from flask import render_template, request

from indexer.model.ids import Kind, Locale
from indexer.model.record import Record
from kb.database.model import COUNT_DAYS, CountedUse
from kb.publishing.drafts.draft import Draft, DraftState
from kb.services import services
from kb.staff.base.labels import STATE_LABELS
from kb.staff.base.publishing_services import draft_editor
from kb.staff.base.routing import Access, ViewResponse, route
from kb.staff.base.ticked_lists import theme_titles
from kb.web.labels import KINDS_PLURAL
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

PERIODS = (30, 90, 365)
MAX_SEARCHES = 10
SEARCH_DAYS = 90
"""Searches are kept no longer; see `kb.database.counts`."""

USE_LABELS: dict[CountedUse, LazyString] = {
    CountedUse.DOSSIER_ADDITION: _l("Records added to a dossier"),
    CountedUse.DOSSIER_DOCUMENT: _l(
        "Dossiers as a document (PDF, DOCX, Markdown, references)"
    ),
    CountedUse.DOSSIER_DATA: _l("Dossiers as data (spreadsheet, JSON)"),
    CountedUse.SEARCH_EXPORT: _l("Searches exported"),
    CountedUse.REFERENCE: _l("References of one record"),
    CountedUse.DUMP: _l("All records"),
}
"""The label of each use, in the order of the page."""


NumberRow = tuple[str, tuple[int, ...]]
"""A label and its numbers."""


@route("/statistics", Access.EDITOR)
def statistics() -> ViewResponse:
    """Show the statistics of the last 30, 90 or 365 days."""
    chosen = request.args.get("days", "")
    days = int(chosen) if chosen in {str(period) for period in PERIODS} else PERIODS[0]
    database, corpus = services().database, services().corpus
    records, drafts = tuple(corpus.records.values()), draft_editor().all()
    kinds = [kind for kind in Kind if kind not in {Kind.THEME, Kind.PAGE, Kind.TERM}]
    searched = database.typed_searches.total(min(days, SEARCH_DAYS))
    unfound = database.zero_result_searches.total(min(days, SEARCH_DAYS))
    return render_template(
        "staff/statistics.html",
        days=days,
        periods=PERIODS,
        search_days=min(days, SEARCH_DAYS),
        max_age=COUNT_DAYS,
        is_counted=services().settings.counts_unfound,
        states=[STATE_LABELS[state] for state in DraftState],
        kind_rows=[_kind_row(kind, records, drafts) for kind in Kind],
        theme_kinds=[KINDS_PLURAL[kind] for kind in kinds],
        theme_rows=_theme_rows(records, kinds, theme_titles()),
        searched=searched,
        unfound=unfound,
        frequent=database.typed_searches.most_frequent(limit=MAX_SEARCHES),
        uses=[
            (USE_LABELS[use], count)
            for use, count in database.daily_counts.totals(days).items()
        ],
    )


def _kind_row(
    kind: Kind, records: Iterable[Record], drafts: Iterable[Draft]
) -> NumberRow:
    """Return a kind with its published records, those by language, and its drafts."""
    written = Counter(
        frozenset(edition.locale for edition in record.editions)
        for record in records
        if record.id.kind is kind
    )
    states = Counter(draft.notes.state for draft in drafts if draft.record.kind is kind)
    languages = (frozenset(Locale), frozenset({Locale.FR}), frozenset({Locale.EN}))
    numbers = (
        sum(written.values()),
        *(written[locales] for locales in languages),
        *(states[state] for state in DraftState),
    )
    return str(KINDS_PLURAL[kind]), numbers


def _theme_rows(
    records: Iterable[Record], kinds: Iterable[Kind], titles: dict[str, str]
) -> list[NumberRow]:
    counts = Counter(
        (theme, record.id.kind) for record in records for theme in record.themes
    )
    return [
        (title, tuple(counts[slug, kind] for kind in kinds))
        for slug, title in titles.items()
    ]
