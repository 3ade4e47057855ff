"""The page of a record as it stood on an earlier day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from flask import render_template

from indexer.model.records import Record
from kb.public.citation_box import citation_box
from kb.public.record_page import record_context, record_template
from kb.public.record_view import RecordView
from kb.services import services
from kb.web.locale import page_locale
from kb.web.past_state import corpus_on, day_text, past_state
from kb.web.urls import record_url


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
    here = services()
    state = past_state(record, day)
    changed_at = here.change_times.of((record,))[record.id]
    band = PastBand(
        day=day_text(day),
        current_url=record_url(record.id, page_locale()),
        current_day="" if state.is_current else day_text(changed_at.date()),
    )
    corpus = corpus_on(state)
    with here.showing(corpus):
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
        find=None,
    )
