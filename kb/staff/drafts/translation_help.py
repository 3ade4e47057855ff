"""What stands beside a field that is behind, and the answers of staff to its changes.

The help is terms, earlier translations and a machine.
"""

from dataclasses import dataclass
from http import HTTPStatus

from flask import abort, flash, request
from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.errors import NOT_INDEXED_ERRORS
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record import Record
from indexer.model.record_parts import Title
from indexer.model.schema.frame import BODY
from kb.database.model import AuditAction
from kb.publishing.drafts.draft import Draft, MachineText
from kb.publishing.drafts.machine_texts import (
    machine_text_key,
    takes_translation,
    unread_texts,
    with_translation,
)
from kb.publishing.drafts.similar_texts import similar_hits
from kb.publishing.errors import NotFoundError
from kb.publishing.history.differences import paragraphs_of
from kb.publishing.history.edition_lags import (
    EditionLag,
    LagConfirmation,
    LagParagraph,
    confirm_edition,
)
from kb.publishing.history.edition_words import compared_words
from kb.publishing.records.form_values import FormValues, read_values
from kb.publishing.records.practice_frame import split_frame
from kb.publishing.translation_help import (
    GlossaryMatch,
    MemoryMatch,
    TranslationMemory,
    TranslatorError,
    glossary_matcher,
)
from kb.services import services
from kb.staff.base.field_labels import control_name
from kb.staff.base.lag_view import (
    CONFIRM_ACT,
    answer_flash,
    confirmation_of,
    control_of_change,
)
from kb.staff.base.publishing_services import draft_editor, repository, translator
from kb.staff.base.requests import actor, error_sentence, log_action
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.drafts.earlier_texts import UNDO_ACT
from kb.web.locale import page_locale

TRANSLATE_ACT, READ_ACT = "translate:", "machine-read:"


@dataclass(frozen=True, slots=True)
class TranslationHelp:
    """The help for a change that an edition does not have.

    `earlier` are texts that were translated before, with the titles of their records.
    `source_lang` and `target_lang` are the languages of the texts; `can_translate`:
    whether a machine can propose a translation.
    """

    terms: tuple[GlossaryMatch, ...]
    earlier: tuple[tuple[MemoryMatch, Title], ...]
    can_translate: bool
    source_lang: str
    target_lang: str


@dataclass(frozen=True, slots=True)
class MachineTextView:
    """A paragraph of a machine that nobody has read; `lang` is that of the text."""

    key: str
    text: str
    lang: str


def translation_help(
    record: RecordId, lag: EditionLag, paragraph: LagParagraph
) -> TranslationHelp:
    """Return the help for a change; for a removed paragraph there is none."""
    source, text = lag.locale.other, paragraph.difference.new_text
    corpus = services().corpus
    terms: tuple[GlossaryMatch, ...] = ()
    earlier: list[tuple[MemoryMatch, Title]] = []
    if text:
        matcher = glossary_matcher(corpus)
        memory = TranslationMemory(_similar_records(text, source, corpus))
        terms = matcher.matches(text, source)
        for match in memory.matches(text, source, excluded=record):
            title = corpus.records[match.record].title_for(page_locale())
            earlier.append((match, title))
    machine = translator()
    return TranslationHelp(
        terms=terms,
        earlier=tuple(earlier),
        can_translate=machine is not None
        and machine.can_translate(source)
        and takes_translation(record.kind, paragraph),
        source_lang=source.value,
        target_lang=lag.locale.value,
    )


def _similar_records(text: str, locale: Locale, corpus: Corpus) -> list[Record]:
    """Return the records in which a text may have been translated before."""
    try:
        hits = similar_hits(text, locale, services().searches.search)
    except NOT_INDEXED_ERRORS:
        return []
    return [corpus.records[hit.id] for hit in hits if hit.id in corpus.records]


def unread_views(
    draft: Draft, values: FormValues
) -> dict[str, tuple[MachineTextView, ...]]:
    """Return the paragraphs of a machine that nobody has read, by their control."""
    views: dict[str, tuple[MachineTextView, ...]] = {}
    for made in unread_texts(draft.record.kind, draft.texts, draft.notes):
        field = _field_of(draft.record.kind, made, values)
        control = control_name(f"{made.locale}.md", field)
        lang = made.locale.value if made.locale is not page_locale() else ""
        view = MachineTextView(machine_text_key(made), made.text, lang)
        views[control] = (*views.get(control, ()), view)
    return views


def control_of_act(draft: Draft, act: str) -> str | None:
    """Return the control that a button stands beside, to return to; None for others."""
    kind, key = draft.record.kind, act.rpartition(":")[2]
    if act.startswith(UNDO_ACT):
        return key
    if act.startswith(READ_ACT):
        views = unread_views(draft, read_values(kind, draft.texts))
        found = (
            name
            for name, paragraphs in views.items()
            if key in {v.key for v in paragraphs}
        )
        return next(found, None)
    if act.startswith((TRANSLATE_ACT, CONFIRM_ACT)):
        lags = draft_editor().lags(draft.record)
        return control_of_change(kind, lags, key.split()) or None
    return None


def perform_act(draft: Draft, act: str) -> bool:
    """Translate a paragraph, or note that one was read; return whether `act` asks so.

    A translation is saved into the draft, and marked until a person has read it.
    """
    if act.startswith(READ_ACT):
        draft_editor().confirm_read(draft.record, act.removeprefix(READ_ACT))
        return True
    if not act.startswith(TRANSLATE_ACT):
        return False
    locale, _separator, key = act.removeprefix(TRANSLATE_ACT).partition(":")
    for lag in draft_editor().lags(draft.record):
        for paragraph in lag.paragraphs:
            if (lag.locale.value, paragraph.key) == (locale, key):
                _propose(draft, lag.locale, paragraph)
                return True
    flash(_("This paragraph has changed meanwhile: look at it again."), "bad")
    return True


def _propose(draft: Draft, locale: Locale, paragraph: LagParagraph) -> None:
    machine = translator()
    if machine is None or not takes_translation(draft.record.kind, paragraph):
        flash(_("There is no machine translator for this."), "bad")
        return
    try:
        text = machine.translate(paragraph.difference.new_text, locale.other)
    except TranslatorError as error:
        flash(error_sentence(error), "bad")
        return
    kind = draft.record.kind
    draft_editor().save(
        draft.record,
        with_translation(kind, draft.texts, locale, paragraph, text),
        version=draft.version,
        actor=actor(),
        machine_made=(MachineText(locale, paragraph.field, text),),
    )
    flash(_("A machine translated the paragraph. Read it before it is published."))


def _field_of(kind: Kind, made: MachineText, values: FormValues) -> str:
    body = values.words.get(made.locale, {}).get(BODY, "")
    if made.field != BODY or kind is not Kind.PRACTICE or not isinstance(body, str):
        return made.field
    words = compared_words(made.text)
    for section in split_frame(body):
        if words in map(compared_words, paragraphs_of(section.text)):
            return f"{BODY}-{section.key}"
    return made.field


@route("/records/<record:record>/in-step", Access.EDITOR, methods=("POST",))
def confirm_in_step(record: RecordId) -> ViewResponse:
    """Store the answer to changes of the other language; no text changes."""
    if services().corpus.get(record) is None:
        raise NotFoundError(record)
    confirmation = confirmation_of(request.form.get("act", ""))
    if confirmation is None:
        abort(HTTPStatus.BAD_REQUEST)
    store_confirmation(record, confirmation)
    if request.form.get("back") == "to_look_after":
        return see_other(staff_url("to_look_after", work="behind"))
    return see_other(staff_url("record_overview", record=record))


def store_confirmation(record: RecordId, confirmation: LagConfirmation) -> None:
    """Store a confirmation, log it, and tell it on the next page."""
    history, now = repository().history, repository().clock()
    confirm_edition(history, record, confirmation, at=now, actor=actor())
    log_action(AuditAction.EDITION_CONFIRMED, record, detail=confirmation.locale.value)
    flash(answer_flash(confirmation))
