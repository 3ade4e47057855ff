"""The page of what did not work: each practice that tells it, and its words."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.analysis.tokens import fold
from indexer.model.facets import FAILURE_TOLD, FacetName, Filter
from indexer.model.ids import Kind
from kb.web.locale import lang_if_other
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_card
from kb.web.urls import search_url


@dataclass(frozen=True, slots=True)
class FailureView:
    """A practice and what did not work; `lang` is set if in the other language."""

    card: Card
    failures: tuple[str, ...]
    lang: str


@dataclass(frozen=True, slots=True)
class FailureListView:
    """All that the page shows."""

    practices: tuple[FailureView, ...]
    search_url: str


def failure_list(content: PageContent) -> FailureListView:
    """Return the practices that tell what did not work, sorted by title."""
    locale, corpus = content.locale, content.corpus
    practices = [each for each in corpus.of_kind(Kind.PRACTICE) if each.tells_failures]
    practices.sort(key=lambda each: fold(each.edition(locale).title))
    told = Filter(FacetName.FAILURE, FAILURE_TOLD)
    return FailureListView(
        tuple(
            FailureView(
                record_card(practice, content),
                edition.did_not_work,
                lang_if_other(edition.locale, locale),
            )
            for practice in practices
            for edition in [practice.edition(locale)]
        ),
        search_url(locale, filters=(told,)),
    )
