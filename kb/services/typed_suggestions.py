"""Suggests events by their day and records by their questions, which are no names."""

from collections.abc import Iterator
from functools import lru_cache

from indexer.analysis.text_dates import date_in_words
from indexer.analysis.tokens import DIGIT, fold, tokenize
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale
from indexer.model.record import Record
from indexer.model.records import Event
from indexer.model.results import LocalizedText, Suggestion

MIN_LETTERS = 4
"""Fewer letters begin words of too many questions."""


def suggested_days(text: str, locale: Locale, corpus: Corpus) -> Iterator[Suggestion]:
    """Yield the events of a day that is typed, perhaps without its year."""
    typed = _words(text)
    if DIGIT.search(typed) is None or typed.isdigit():
        return
    for event in corpus.of_kind(Kind.EVENT):
        if isinstance(event, Event) and event.date is not None and event.date.day:
            days = (date_in_words(event.date, each) for each in (locale, locale.other))
            if day := next((day for day in days if _has_words(day, typed)), None):
                yield _suggestion(event, day, locale, locale)


def suggested_questions(
    text: str, locale: Locale, corpus: Corpus
) -> Iterator[Suggestion]:
    """Yield questions with all the typed words, the reader's language first."""
    typed = _words(text)
    if len(typed) <= MIN_LETTERS:
        return
    for language in (locale, locale.other):
        for record in corpus.records.values():
            edition = record.edition(language)
            for question in edition.questions if edition.locale is language else ():
                if _has_words(question, typed):
                    yield _suggestion(record, question, language, locale)


def _suggestion(
    record: Record, text: str, language: Locale, reader: Locale
) -> Suggestion:
    edition = record.edition(reader)
    title = LocalizedText(edition.title, edition.locale)
    return Suggestion(record.id, language, text, title)


def _has_words(text: str, typed: str) -> bool:
    """Return whether words of a text begin with the typed words, in their order."""
    words, position = _words(text), 0
    for word in typed.split():
        position = words.find(f" {word}", position) + 1
        if not position:
            return False
    return True


@lru_cache(maxsize=2**17)  # all questions are compared at each letter
def _words(text: str) -> str:
    """Return the folded words of a text, each after a space."""
    return "".join(f" {fold(token.text)}" for token in tokenize(text))
