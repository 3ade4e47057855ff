"""A search as a question of a record: whether it is one, and the draft that adds it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.analysis.tokens import fold, normalize
from indexer.model.edition import QUESTIONS
from indexer.model.ids import Locale
from indexer.model.record import Record
from kb.publishing.changes.repository import texts_in
from kb.publishing.records.form_values import FormValues, read_values, write_values
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.requests import actor

MIN_WORDS = 3
"""Fewer words are another name of a term, or belong in the text of a record."""

MAX_QUESTION = 140

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class SearchQuestion:
    """What the page of a search says of the questions of a record.

    Attributes:
        can_add: whether the search can be added to them.
        note: why it cannot; empty for a search that is no question.
        draft_url: the address of the draft that has the question, or is damaged.
    """

    can_add: bool = False
    note: str = ""
    draft_url: str = ""


def has_question_length(text: str) -> bool:
    """Return whether the text of a search is long, and short, enough."""
    words = [word for word in text.split() if _WORD.search(word)]
    return len(words) >= MIN_WORDS and len(text) <= MAX_QUESTION


def search_question(record: Record, text: str, locale: Locale) -> SearchQuestion:
    """Compare a search with the questions of a record, published and in its draft."""
    editions = [edition for edition in record.editions if edition.locale is locale]
    if any(_contains(edition.questions, text) for edition in editions):
        return SearchQuestion(note=_("Already one of its questions"))
    if not has_question_length(text):
        return SearchQuestion()
    folder = repository().draft_folders.find(record.id)
    if folder is None:
        has_edition = bool(editions)
    else:
        values = read_values(record.id.kind, texts_in(folder))
        url = draft_url(record.id)
        if _is_damaged(values, locale):
            note = _("Its draft contains an error: correct it first")
            return SearchQuestion(note=note, draft_url=url)
        if _contains(_questions(values, locale), text):
            note = _("One of its questions, in its draft")
            return SearchQuestion(note=note, draft_url=url)
        has_edition = bool(values.words.get(locale))
    if has_edition:
        return SearchQuestion(can_add=True)
    return SearchQuestion(note=_("No question can be added: no text in this language"))


def add_question(record: Record, text: str, locale: Locale) -> None:
    """Append a search to the questions in the draft of a record, begun if needed.

    Raises:
        PublishingError: the draft can't be written, or somebody saved it just now.
    """
    drafts = draft_editor()
    draft = drafts.begin(record.id, actor())
    values = read_values(record.id.kind, draft.texts)
    questions = _questions(values, locale)
    # Two people, or a double press, add it once.
    if _contains(questions, text) or _is_damaged(values, locale):
        return
    added = FormValues(words={locale: {QUESTIONS: (*questions, text)}})
    texts = write_values(record.id.kind, added, draft.texts)
    drafts.save(record.id, texts, version=draft.version, actor=actor())


def _is_damaged(values: FormValues, locale: Locale) -> bool:
    """Return whether writing the questions would replace what cannot be read."""
    file = f"{locale}.md"
    return file in values.raw or (file, QUESTIONS) in values.odd


def _questions(values: FormValues, locale: Locale) -> tuple[str, ...]:
    stored = values.words.get(locale, {}).get(QUESTIONS, ())
    return tuple(question for question in stored if isinstance(question, str))


def _contains(questions: Iterable[str], text: str) -> bool:
    """Return whether a text is among questions, whatever its case and punctuation."""
    return _key(text) in map(_key, questions)


def _key(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(normalize(text))))
