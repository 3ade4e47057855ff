"""Counts searches without results, without delaying the visitor."""

from __future__ import annotations

import logging

from indexer.model.query import Query
from indexer.model.results import RelaxationStep, ResultPage
from kb.database.errors import DatabaseUnavailableError
from kb.services.site_services import Services

logger = logging.getLogger(__name__)


def count_zero_results(
    services: Services, query: Query, results: ResultPage, *, address: str
) -> None:
    """Count a query that has no result as it was typed, if counting is enabled.

    A corrected misspelling is not counted, nor a filtered search: the words alone may
    have results. The IP `address` limits how much one visitor adds; it is empty for
    the searches of the service itself, which are not counted.
    """
    if not address:
        return
    if not services.settings.counts_unfound or query.filters or query.page > 1:
        return
    steps = {each.step for each in results.relaxed}
    is_corrected = results.total and RelaxationStep.SPELLING in steps
    if results.asked_total or is_corrected or not query.text.strip():
        return
    if not services.search_allowance.admit(address, query.text, query.locale):
        return
    try:
        services.database.zero_result_searches.add(query.text, query.locale)
    except DatabaseUnavailableError as error:
        logger.warning("a search without results is not counted: %s", error)
