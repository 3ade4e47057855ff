"""The heading of an answer, and the note on how the query was relaxed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from indexer.model.query import Phrase, Query, Sort
from indexer.model.results import RelaxationStep, ResultPage
from kb.web.match_reasons import content_words
from kb.web.urls import query_url

SENTENCE_WORDS = 5
"""In a query of this many words, no visitor expects a record with all of them."""

_SOME_WORDS = {RelaxationStep.ONE_DROPPED, RelaxationStep.ANY_WORD}


@dataclass(frozen=True, slots=True)
class Note:
    """The sentences on the relaxation; the first one is the main one.

    A relaxation that the visitor expects is no warning.
    """

    sentences: tuple[str, ...]
    is_warning: bool


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
    def is_mixed(self) -> bool:
        """Whether the words were changed, and not only left out."""
        return not self.steps <= _SOME_WORDS

    @property
    def is_sentence(self) -> bool:
        """Whether the query is a sentence, whose words no record contains all."""
        has_many_words = len(content_words(self.query.text)) >= SENTENCE_WORDS
        return RelaxationStep.ANY_WORD in self.steps and has_many_words


def heading(query: Query, results: ResultPage) -> str:
    """Return the title of the page of results."""
    answer = RelaxedAnswer(query, results)
    total, exact = results.total, results.asked_total
    # The title adds quotation marks to those of a phrase.
    text = query.root.text if isinstance(query.root, Phrase) else query.text
    if not query.text:
        return ngettext("%(num)s record", "%(num)s records", total)
    is_relaxed = answer.steps and not answer.is_sentence
    if total and is_relaxed and not exact and not answer.is_mixed:
        return _("No record contains all the words of “%(text)s”", text=text)
    if not total or (is_relaxed and not exact):
        return _("No result for “%(text)s”", text=text)
    # The number of exact matches is that without filters.
    if is_relaxed and not query.filters:
        if not answer.is_mixed:
            return ngettext(
                "%(num)s record contains all the words of “%(text)s”",
                "%(num)s records contain all the words of “%(text)s”",
                exact,
                text=text,
            )
        total = exact
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
    sentences = (*_steps(answer), *_outcome(answer))
    return Note(sentences, is_warning=answer.is_mixed or not answer.is_sentence)


def _steps(answer: RelaxedAnswer) -> Iterator[str]:
    has_exact, steps = bool(answer.results.asked_total), answer.steps
    if RelaxationStep.SPELLING in steps:
        yield _spelling(answer, has_exact=has_exact)
    if RelaxationStep.OTHER_LANGUAGE in steps:
        yield _(
            "No result for these words, so their equivalents in the other "
            "language were searched too."
        )
    if RelaxationStep.THESAURUS in steps:
        yield _("No result for these words, so their other names were searched too.")
    if RelaxationStep.PHRASE in steps:
        yield _(
            "No record contains this exact phrase, so its words were searched "
            "separately."
        )
    if not has_exact and not answer.is_sentence and not answer.is_mixed:
        yield _("The search was widened.")


def _spelling(answer: RelaxedAnswer, *, has_exact: bool) -> Markup:
    """Return the sentence on the corrected spelling, with a link to its search."""
    corrected = answer.results.suggestion
    url = query_url(answer.query, text=corrected)
    message = (
        _("Also searched with the spelling %(text)s.", text="\0")
        if has_exact
        else _("Spelling corrected: %(text)s.", text="\0")
    )
    link = Markup('<a href="{}">{}</a>').format(url, corrected)
    return escape(message).replace("\0", link)


def _outcome(answer: RelaxedAnswer) -> Iterator[str]:
    """Yield the sentences on the results, after those on the steps."""
    if answer.is_sentence:
        yield _("With a long search, one matching word is enough.")
    else:
        yield _count(answer)
    if answer.query.sort is Sort.RELEVANCE and answer.results.total > 1:
        yield _("Best matches come first.")


def _count(answer: RelaxedAnswer) -> str:
    total, exact = answer.results.total, answer.results.asked_total
    more = max(0, total - exact)
    if exact and answer.query.filters:
        if answer.has_some_words:
            return _(
                "Few records contain all the words: those that contain only some of "
                "them are shown too."
            )
        return _("Few records contain these exact words.")
    if exact and not answer.has_some_words:
        return ngettext(
            "%(num)s more record was found.", "%(num)s more records were found.", more
        )
    if exact and answer.is_mixed:
        return ngettext(
            "%(num)s more is shown; it may contain only some of the words.",
            "%(num)s more are shown; some contain only some of the words.",
            more,
        )
    if exact:
        return ngettext(
            "%(num)s more contains some of them.",
            "%(num)s more contain some of them.",
            more,
        )
    if answer.has_some_words and answer.is_mixed:
        return ngettext(
            "Here is the only record found; it may contain only some of the words.",
            "Here are the %(num)s records found; some contain only some of the words.",
            total,
        )
    if answer.has_some_words:
        return ngettext(
            "%(num)s record contains some of them.",
            "%(num)s records contain some of them.",
            total,
        )
    return ngettext(
        "Here is the only record found.", "Here are the %(num)s records found.", total
    )
