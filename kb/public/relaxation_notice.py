"""Says what an answer holds, and in what way it departs from what was typed."""

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
"""Of a query of so many words, nobody expects a record to hold all of them."""

_SOME_WORDS = {RelaxationStep.ONE_DROPPED, RelaxationStep.ANY_WORD}
_OTHER_NAMES = {RelaxationStep.OTHER_LANGUAGE, RelaxationStep.THESAURUS}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, in which a search may be linked."""

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
    """What was done beyond what was asked. The first sentence is the main one.

    `is_discreet`: it is as anybody expects, and no warning.
    """

    sentences: tuple[Sentence, ...]
    is_discreet: bool = False


@dataclass(frozen=True, slots=True)
class RelaxedAnswer:
    """An answer, as it differs from what was asked."""

    query: Query
    results: ResultPage

    @property
    def steps(self) -> frozenset[RelaxationStep]:
        """The steps that were taken."""
        return frozenset(each.step for each in self.results.relaxed)

    @property
    def has_some_words(self) -> bool:
        """Whether records were let in that hold some of the words only."""
        return bool(self.steps & _SOME_WORDS)

    @property
    def is_sentence(self) -> bool:
        """Whether there are so many words that nobody expects all in one record."""
        words = sum(
            1
            for token in tokenize(self.query.text)
            if not any(is_stop_word(token.text, locale) for locale in Locale)
        )
        return RelaxationStep.ANY_WORD in self.steps and words >= SENTENCE_WORDS

    @property
    def is_counted(self) -> bool:
        """Whether those that hold all that was asked are known to be on the page."""
        return not self.query.filters

    @property
    def more(self) -> int:
        """How many were found beside those that match all that was asked."""
        return max(0, self.results.total - self.results.asked_total)


def heading(query: Query, results: ResultPage) -> str:
    """Give the title of an answer."""
    departure = RelaxedAnswer(query, results)
    total, asked = results.total, results.asked_total
    text = _shown_text(query)
    if not query.text:
        return ngettext("%(num)s record", "%(num)s records", total)
    if not total:
        return _("No result for “%(text)s”", text=text)
    if departure.steps and not departure.is_sentence:
        if not asked and departure.steps <= _SOME_WORDS:
            return _("No record contains all the words of “%(text)s”", text=text)
        if not asked:
            return _("No result for “%(text)s”", text=text)
        if departure.is_counted and departure.steps <= _SOME_WORDS:
            return ngettext(
                "%(num)s record contains all the words of “%(text)s”",
                "%(num)s records contain all the words of “%(text)s”",
                asked,
                text=text,
            )
        if departure.is_counted:
            total = asked
    return ngettext(
        "%(num)s result for “%(text)s”",
        "%(num)s results for “%(text)s”",
        total,
        text=text,
    )


def departure_note(query: Query, results: ResultPage) -> Note | None:
    """Say each step that was taken, in order; None when there was none to say."""
    departure = RelaxedAnswer(query, results)
    if not results.total or not departure.steps:
        return None
    is_discreet = departure.is_sentence and departure.steps <= _SOME_WORDS
    sentences = (*_taken(departure), *_outcome(departure))
    return Note(sentences, is_discreet=is_discreet)


def _shown_text(query: Query) -> str:
    """Give what was typed; a phrase loses its quotes, since it is shown in quotes."""
    return query.root.text if isinstance(query.root, Phrase) else query.text


def _taken(departure: RelaxedAnswer) -> Iterator[Sentence]:
    results, steps = departure.results, departure.steps
    is_found = bool(results.asked_total)
    if RelaxationStep.SPELLING in steps:
        yield _spelling(departure, is_found=is_found)
    if RelaxationStep.OTHER_LANGUAGE in steps:
        yield Sentence(
            _(
                "No result for these words, so their equivalents in the other "
                "language were searched too."
            )
        )
    if RelaxationStep.THESAURUS in steps:
        yield Sentence(
            _("No result for these words, so their other names were searched too.")
        )
    if RelaxationStep.PHRASE in steps:
        yield Sentence(
            _(
                "No record contains this exact phrase, so its words were searched "
                "separately."
            )
        )
    if not is_found and not departure.is_sentence and steps <= _SOME_WORDS:
        yield Sentence(_("The search was widened."))


def _spelling(departure: RelaxedAnswer, *, is_found: bool) -> Sentence:
    mended = departure.results.suggestion
    message = (
        _("Also searched with the spelling %(text)s.", text="\0")
        if is_found
        else _("Spelling corrected: %(text)s.", text="\0")
    )
    before, _mark, after = message.partition("\0")
    return Sentence(before, mended, query_url(departure.query, text=mended), after)


def _outcome(departure: RelaxedAnswer) -> Iterator[Sentence]:
    """Say what that gave; what was searched is told before."""
    nearest = _nearest(departure.query)
    if departure.is_sentence:
        yield Sentence(_("With a long search, one matching word is enough."))
    else:
        yield Sentence(_count(departure))
    if nearest and departure.results.total > 1:
        yield Sentence(nearest)


def _count(departure: RelaxedAnswer) -> str:
    total, more = departure.results.total, departure.more
    is_mixed = not departure.steps <= _SOME_WORDS
    if departure.results.asked_total and not departure.is_counted:
        if departure.has_some_words:
            return _(
                "Few records contain all the words: those that contain only some of "
                "them are shown too."
            )
        return _("Few records contain these exact words.")
    if departure.results.asked_total and not departure.has_some_words:
        return ngettext(
            "%(num)s more record was found.", "%(num)s more records were found.", more
        )
    if departure.results.asked_total and is_mixed:
        return ngettext(
            "%(num)s more is shown; it may contain only some of the words.",
            "%(num)s more are shown; some contain only some of the words.",
            more,
        )
    if departure.results.asked_total:
        return ngettext(
            "%(num)s more contains some of them.",
            "%(num)s more contain some of them.",
            more,
        )
    if departure.has_some_words and is_mixed:
        return ngettext(
            "Here is the only record found; it may contain only some of the words.",
            "Here are the %(num)s records found; some contain only some of the words.",
            total,
        )
    if departure.has_some_words:
        return ngettext(
            "%(num)s record contains some of them.",
            "%(num)s records contain some of them.",
            total,
        )
    return ngettext(
        "Here is the only record found.", "Here are the %(num)s records found.", total
    )


def _nearest(query: Query) -> str:
    """Say in what order they are, when that is by nearness."""
    if query.sort is not Sort.RELEVANCE:
        return ""
    return _("Best matches come first.")
