"""The page of what did not work: each practice that tells it, and its words."""

from dataclasses import dataclass

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.vocabulary import Failure
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_card
from kb.web.records.record_groups import by_title
from kb.web.urls import search_url


@dataclass(frozen=True, slots=True)
class FailureList:
    """The practices, each with what did not work, and a search for them."""

    practices: tuple[tuple[Card, tuple[str, ...]], ...]
    search_url: str


def failure_list(content: PageContent) -> FailureList:
    """Return the practices that tell what did not work, sorted by title."""
    locale, practices = content.locale, content.corpus.of_kind(Kind.PRACTICE)
    told = (practice for practice in practices if practice.tells_failures)
    return FailureList(
        tuple(
            (record_card(practice, content), practice.edition(locale).did_not_work)
            for practice in by_title(told, locale)
        ),
        search_url(locale, filters=(Filter(FacetName.FAILURE, Failure.TOLD.value),)),
    )
