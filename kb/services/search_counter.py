"""Counts searches, and those without results, without delaying the visitor."""

from __future__ import annotations

import logging

from indexer.model.query import Query
from indexer.model.results import RelaxationStep, ResultPage
from kb.database.errors import DatabaseUnavailableError
from kb.services.site_services import Services

logger = logging.getLogger(__name__)


def count_search(
    services: Services, query: Query, results: ResultPage, *, address: str
) -> None:
    """Count a query, if counting is enabled; and apart, if it has no result as typed.

    A filtered search and a next page are not counted, and a corrected misspelling is
    not one without results. The IP `address` limits how much one visitor adds; it is
    empty for the searches of the service itself, which are not counted.
    """
    if not address or not query.text.strip():
        return
    if not services.settings.counts_unfound or query.filters or query.page > 1:
        return
    if not services.search_allowance.admit(address, query.text, query.locale):
        return
    services.pending_searches.add(query.text, query.locale)
    steps = {each.step for each in results.relaxed}
    is_corrected = results.total and RelaxationStep.SPELLING in steps
    if results.asked_total or is_corrected:
        return
    try:
        services.database.zero_result_searches.add(query.text, query.locale)
    except DatabaseUnavailableError as error:
        logger.warning("a search without results is not counted: %s", error)
