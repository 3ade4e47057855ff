"""The heading of an answer, and the note on how the query was relaxed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.analysis.analyzer import is_stop_word
from indexer.analysis.tokens import tokenize
from indexer.model.ids import Locale
from indexer.model.query import Phrase, Query, Sort
from indexer.model.results import RelaxationStep, ResultPage
from kb.web.urls import query_url

SENTENCE_WORDS = 5
"""In a query of this many words, no visitor expects a record with all of them."""

_SOME_WORDS = {RelaxationStep.ONE_DROPPED, RelaxationStep.ANY_WORD}
_OTHER_NAMES = {RelaxationStep.OTHER_LANGUAGE, RelaxationStep.THESAURUS}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that may contain a link to a search."""

    before: str
    link: str = ""
    url: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The sentence without its link."""
        return f"{self.before}{self.link}{self.after}"


@dataclass(frozen=True, slots=True)
class Note:
    """The steps of the relaxation; the first sentence is the main one.

    A discreet note is no warning: the visitor expects the relaxation.
    """

    sentences: tuple[Sentence, ...]
    is_discreet: bool = False


@dataclass(frozen=True, slots=True)
class RelaxedAnswer:
    """A query and its results, and the differences between them."""

    query: Query
    results: ResultPage

    @property
    def steps(self) -> frozenset[RelaxationStep]:
        """The steps of the relaxation."""
        return frozenset(each.step for each in self.results.relaxed)

    @property
    def has_some_words(self) -> bool:
        """Whether the results include records with only some of the words."""
        return bool(self.steps & _SOME_WORDS)

    @property
    def is_sentence(self) -> bool:
        """Whether the query is a sentence, whose words no record contains all."""
        words = sum(
            1
            for token in tokenize(self.query.text)
            if not any(is_stop_word(token.text, locale) for locale in Locale)
        )
        return RelaxationStep.ANY_WORD in self.steps and words >= SENTENCE_WORDS

    @property
    def is_counted(self) -> bool:
        """Whether the number of exact matches is known."""
        return not self.query.filters

    @property
    def more(self) -> int:
        """The number of results that are no exact matches."""
        return max(0, self.results.total - self.results.asked_total)


def heading(query: Query, results: ResultPage) -> str:
    """Return the title of the page of results."""
    answer = RelaxedAnswer(query, results)
    total, asked = results.total, results.asked_total
    text = _shown_text(query)
    if not query.text:
        return ngettext("%(num)s record", "%(num)s records", total)
    if not total:
        return _("No result for “%(text)s”", text=text)
    if answer.steps and not answer.is_sentence:
        if not asked and answer.steps <= _SOME_WORDS:
            return _("No record holds all the words of “%(text)s”", text=text)
        if not asked:
            return _("No result for “%(text)s”", text=text)
        if answer.is_counted and answer.steps <= _SOME_WORDS:
            return ngettext(
                "%(num)s record holds all the words of “%(text)s”",
                "%(num)s records hold all the words of “%(text)s”",
                asked,
                text=text,
            )
        if answer.is_counted:
            total = asked
    return ngettext(
        "%(num)s result for “%(text)s”",
        "%(num)s results for “%(text)s”",
        total,
        text=text,
    )


def relaxation_note(query: Query, results: ResultPage) -> Note | None:
    """Return a note on each step of the relaxation, or None if there was none."""
    answer = RelaxedAnswer(query, results)
    if not results.total or not answer.steps:
        return None
    is_discreet = answer.is_sentence and answer.steps <= _SOME_WORDS
    sentences = (*_steps(answer), *_outcome(answer))
    return Note(sentences, is_discreet=is_discreet)


def _shown_text(query: Query) -> str:
    """Return the typed text; a phrase without its quotes, since the title adds some."""
    return query.root.text if isinstance(query.root, Phrase) else query.text


def _steps(answer: RelaxedAnswer) -> Iterator[Sentence]:
    results, steps = answer.results, answer.steps
    has_exact = bool(results.asked_total)
    if RelaxationStep.SPELLING in steps:
        yield _spelling(answer, has_exact=has_exact)
    if RelaxationStep.OTHER_LANGUAGE in steps:
        yield Sentence(
            _(
                "These words alone find nothing, so what they are called in the other "
                "language was searched too."
            )
        )
    if RelaxationStep.THESAURUS in steps:
        yield Sentence(
            _("These words alone find nothing, so their other names were searched too.")
        )
    if RelaxationStep.PHRASE in steps:
        yield Sentence(
            _(
                "No record holds this phrase as it is written, so its words were "
                "searched one by one."
            )
        )
    if not has_exact and not answer.is_sentence and steps <= _SOME_WORDS:
        yield Sentence(_("So we looked more widely."))


def _spelling(answer: RelaxedAnswer, *, has_exact: bool) -> Sentence:
    corrected = answer.results.suggestion
    message = (
        _("Also searched with the spelling %(text)s.", text="\0")
        if has_exact
        else _("Spelling corrected: %(text)s.", text="\0")
    )
    before, _mark, after = message.partition("\0")
    return Sentence(before, corrected, query_url(answer.query, text=corrected), after)


def _outcome(answer: RelaxedAnswer) -> Iterator[Sentence]:
    """Yield the sentences on the results, after those on the steps."""
    order = _order(answer.query)
    if answer.is_sentence:
        yield Sentence(_("In a search of many words, any of them will do."))
    else:
        yield Sentence(_count(answer))
    if order and answer.results.total > 1:
        yield Sentence(order)


def _count(answer: RelaxedAnswer) -> str:
    total, more = answer.results.total, answer.more
    is_mixed = not answer.steps <= _SOME_WORDS
    if answer.results.asked_total and not answer.is_counted:
        if answer.has_some_words:
            return _(
                "Few records hold all the words: those that hold some of them are "
                "shown too."
            )
        return _("Few records hold the words as they were typed.")
    if answer.results.asked_total and not answer.has_some_words:
        return ngettext("It finds %(num)s more.", "It finds %(num)s more.", more)
    if answer.results.asked_total and is_mixed:
        return ngettext(
            "%(num)s more is shown; it may hold some of the words only.",
            "%(num)s more are shown; some hold a part of the words only.",
            more,
        )
    if answer.results.asked_total:
        return ngettext(
            "%(num)s more holds some of them.", "%(num)s more hold some of them.", more
        )
    if answer.has_some_words and is_mixed:
        return ngettext(
            "Here is the only record found; it may hold some of the words only.",
            "Here are the %(num)s records found; some hold a part of the words only.",
            total,
        )
    if answer.has_some_words:
        return ngettext(
            "%(num)s record holds some of them.",
            "%(num)s records hold some of them.",
            total,
        )
    return ngettext(
        "Here is the only record found.", "Here are the %(num)s records found.", total
    )


def _order(query: Query) -> str:
    """Return the sentence on the sort order if it is by relevance, else ""."""
    if query.sort is not Sort.RELEVANCE:
        return ""
    return _("The nearest come first.")
