"""How many results there are, and the note on how the query was relaxed."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from indexer.model.query import Query
from indexer.model.results import RelaxationStep, ResultPage
from indexer.search.relaxation import DROPS_WORDS
from kb.web.urls import query_url


def count_text(results: ResultPage) -> str:
    """Return the number of results, and how many match all the words."""
    total, exact = results.total, results.exact_total
    count = ngettext("%(num)s result", "%(num)s results", total)
    if not total or exact == total:
        return count
    if not exact:
        return ngettext(
            "No record contains all the words. %(num)s contains some of them.",
            "No record contains all the words. %(num)s contain some of them.",
            total,
        )
    exact_count = ngettext("%(num)s of them exact", "%(num)s of them exact", exact)
    return f"{count}, {exact_count}"


def relaxation_notes(query: Query, results: ResultPage) -> tuple[Markup, ...]:
    """Return a sentence on each way in which the words were changed, if they were."""
    return tuple(_sentences(query, results)) if results.total else ()


def _sentences(query: Query, results: ResultPage) -> Iterator[Markup]:
    steps = frozenset(each.step for each in results.relaxed) - DROPS_WORDS
    if RelaxationStep.SPELLING in steps:
        yield _spelling(query, results)
    if RelaxationStep.OTHER_LANGUAGE in steps:
        yield escape(
            _(
                "No result for these words, so their equivalents in the other "
                "language were searched too."
            )
        )
    if RelaxationStep.THESAURUS in steps:
        yield escape(
            _("No result for these words, so their other names were searched too.")
        )
    if RelaxationStep.PHRASE in steps:
        yield escape(
            _(
                "No record contains this exact phrase, so its words were searched "
                "separately."
            )
        )


def _spelling(query: Query, results: ResultPage) -> Markup:
    """Return the sentence on the corrected spelling, with a link to its search."""
    corrected = results.suggestion
    url = query_url(query, text=corrected)
    message = (
        _("Also searched with the spelling %(text)s.", text="\0")
        if results.asked_total
        else _("Spelling corrected: %(text)s.", text="\0")
    )
    link = Markup('<a href="{}">{}</a>').format(url, corrected)
    return escape(message).replace("\0", link)
