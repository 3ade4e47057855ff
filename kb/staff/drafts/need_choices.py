"""The needs that a practice or a recommendation answers, in the form of its draft."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash
from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.errors import NOT_INDEXED_ERRORS
from indexer.model.ids import Kind, RecordId
from indexer.model.record_parts import Title
from kb.database.model import AuditAction
from kb.publishing.changes.repository import texts_in
from kb.publishing.drafts.draft import Draft
from kb.publishing.drafts.draft_links import ANSWER_FIELDS, NeedAnswers
from kb.publishing.drafts.similar_texts import proposed_needs
from kb.publishing.errors import PublishingError
from kb.services import services
from kb.staff.base.links import draft_url, title_in_texts
from kb.staff.base.publishing_services import repository
from kb.staff.base.requests import actor, error_sentence, log_action
from kb.staff.base.routing import staff_url
from kb.web.locale import page_locale

NEED_ACT, NO_NEED_ACT = "need:", "no-need:"
CHOSEN_NEED = "need:chosen"
"""The act that adds the need chosen in the list of all needs."""

NEEDS_ANCHOR = "needs"


@dataclass(frozen=True, slots=True)
class NeedChoice:
    """A need that a record answers or may answer; `url` is that of its staff page."""

    need: RecordId
    title: Title
    url: str


@dataclass(frozen=True, slots=True)
class NeedChoices:
    """The needs of a record: those that list it, those proposed, and all others."""

    answered: tuple[NeedChoice, ...]
    proposed: tuple[NeedChoice, ...]
    others: Mapping[str, str]


def need_choices(draft: Draft, corpus: Corpus) -> NeedChoices | None:
    """Return the needs of a draft; None for kinds that answer none."""
    record = draft.record
    if record.kind not in ANSWER_FIELDS:
        return None
    answered = NeedAnswers(repository()).needs_of(record, corpus)
    proposed = [need for need in _proposed(draft, corpus) if need not in answered]
    others = {
        need.id.slug: need.title_for(page_locale()).text
        for need in corpus.of_kind(Kind.NEED)
        if need.id not in {*answered, *proposed}
    }
    return NeedChoices(
        tuple(_row(need, corpus) for need in answered),
        tuple(_row(need, corpus) for need in proposed),
        dict(sorted(others.items(), key=lambda titled_need: titled_need[1])),
    )


def _proposed(draft: Draft, corpus: Corpus) -> tuple[RecordId, ...]:
    """Return the needs that a draft may answer; none without an index to search."""
    search = services().searches.search
    try:
        return proposed_needs(draft.record, draft.texts, corpus, search)
    except NOT_INDEXED_ERRORS:
        return ()


def perform_need_act(record: RecordId, act: str, chosen: str) -> bool:
    """Add a record to a need, or take it out; return whether `act` asks so.

    `chosen` is the slug of the need in the list of all needs.
    """
    if not act.startswith((NEED_ACT, NO_NEED_ACT)) or record.kind not in ANSWER_FIELDS:
        return False
    slug = chosen if act == CHOSEN_NEED else act.partition(":")[2]
    if not slug:
        flash(_("Choose a need first."), "bad")
        return True
    need, answers = RecordId(Kind.NEED, slug), NeedAnswers(repository())
    try:
        if act.startswith(NEED_ACT):
            answers.add(need, record, actor=actor())
            log_action(AuditAction.ANSWER_ADDED, record, detail=str(need))
            flash(_("The need lists it now, in its own draft: publish both."))
        else:
            answers.remove(need, record, actor=actor())
            log_action(AuditAction.ANSWER_REMOVED, record, detail=str(need))
            flash(_("The need no longer lists it."))
    except PublishingError as error:
        flash(error_sentence(error), "bad")
    return True


def _row(need: RecordId, corpus: Corpus) -> NeedChoice:
    folder = repository().draft_folders.find(need)
    if folder is not None:
        return NeedChoice(need, title_in_texts(need, texts_in(folder)), draft_url(need))
    record = corpus.get(need)
    title = Title(need.slug) if record is None else record.title_for(page_locale())
    return NeedChoice(need, title, staff_url("record_overview", record=need))
