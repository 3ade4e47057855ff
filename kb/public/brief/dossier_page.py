"""The page of a dossier: its list, its address, and the form of its brief."""

from __future__ import annotations

from dataclasses import dataclass, replace

from indexer.corpus.typography import typeset
from indexer.model.ids import RecordId
from kb.public.brief.comparison import CompareChoice, dossier_choices
from kb.public.brief.files import FILES
from kb.public.brief.named_records import dossier_content
from kb.public.brief.request import (
    MAX_NOTE,
    MAX_TITLE,
    BriefDepth,
    BriefRequest,
    brief_url,
    dated,
)
from kb.services import services
from kb.web.page_content import page_content
from kb.web.records.cards import Card, record_cards
from kb.web.urls import absolute, address, compare_url


@dataclass(frozen=True, slots=True)
class BriefForm:
    """The fields of the form, with what the address says."""

    ids: tuple[RecordId, ...]
    title: str
    note: str
    at: str
    is_full: bool
    has_table: bool
    max_title: int
    max_note: int
    files: dict[str, str]
    """The address of each format, without parameters."""


@dataclass(frozen=True, slots=True)
class DossierPage:
    """All that the page of a dossier shows.

    Attributes:
        title: the one that its author gave it, or "".
        gone: which of its records are missing or were replaced.
        changes: its day, and what changed since, if its address names a day.
        present_url: the address of its present content; "" if it is that.
        share_url: its address with the day of its content.
    """

    is_shared: bool
    title: str
    note: tuple[str, ...]
    cards: tuple[Card, ...]
    gone: tuple[str, ...]
    changes: tuple[str, ...]
    present_url: str
    share_url: str
    choices: tuple[CompareChoice, ...]
    compare_url: str
    form: BriefForm


def dossier_page(request: BriefRequest) -> DossierPage:
    """Return the page of a dossier."""
    content, today = page_content(), services().clock().date()
    shown = dossier_content(request, content, today)
    locale, ids = content.locale, shown.ids
    cards = record_cards(shown.records, content)
    present = brief_url(replace(request, at=None), locale, ids)
    return DossierPage(
        is_shared=request.is_shared,
        title=typeset(request.title, locale),
        note=tuple(filter(None, typeset(request.note, locale).split("\n"))),
        cards=cards,
        gone=shown.gone,
        changes=shown.changes,
        present_url=present if shown.changes else "",
        share_url=absolute(brief_url(dated(request, today), locale, ids)),
        choices=dossier_choices(cards),
        compare_url=compare_url(locale),
        form=BriefForm(
            ids=ids,
            title=request.title,
            note=request.note,
            at=request.at.isoformat() if request.at is not None else "",
            is_full=request.depth is BriefDepth.FULL,
            has_table=request.has_table,
            max_title=MAX_TITLE,
            max_note=MAX_NOTE,
            files={
                each: address("public.brief_file", locale=locale.value, file=each)
                for each in FILES
            },
        ),
    )
