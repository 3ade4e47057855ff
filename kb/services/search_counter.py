"""Counts searches, and those without results, without delaying the visitor."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cachetools import TTLCache

from indexer.model.ids import Locale
from indexer.model.query import Query
from indexer.model.results import RelaxationStep, ResultPage
from kb.core.networks import network_of
from kb.database.errors import DatabaseUnavailableError

if TYPE_CHECKING:  # it makes the classes below its parts
    from kb.services.site_services import Services

logger = logging.getLogger(__name__)

WRITTEN_EVERY_S = 20.0
"""A write takes 5 ms: all searches of this time are written at once."""

MAX_PENDING = 1000

Searches = Sequence[tuple[str, Locale]]


class PendingSearches:
    """Keeps the searches of one process in memory, and writes them together.

    A worker that is asked to end writes its last ones; one that is killed loses them.
    """

    def __init__(self, write: Callable[[Searches], object]) -> None:
        """Write with a function, which may raise `DatabaseUnavailableError`."""
        self._write = write
        self._searches: list[tuple[str, Locale]] = []
        self._lock = threading.Lock()
        self._is_timed = False

    def add(self, text: str, locale: Locale) -> None:
        """Add a search; a thread writes it within twenty seconds."""
        with self._lock:
            if len(self._searches) < MAX_PENDING:
                self._searches.append((text, locale))
            if self._is_timed:
                return
            self._is_timed = True
        timer = threading.Timer(WRITTEN_EVERY_S, self.flush)
        timer.daemon = True
        timer.start()

    def flush(self) -> None:
        """Write the searches; they are lost if the database can't be written."""
        with self._lock:
            searches, self._searches = self._searches, []
            self._is_timed = False
        if not searches:
            return
        try:
            self._write(searches)
        except DatabaseUnavailableError as error:
            logger.info("%s searches are not counted: %s", len(searches), error)


SEARCHES_PER_HOUR = 20
MAX_NETWORKS = 10_000
HOUR_S = 3600


class SearchAllowance:
    """The searches that each network has added to the counts within an hour.

    They are in the memory of this process only: no address of a visitor is written.
    """

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._seen: TTLCache[str, set[int]] = TTLCache(MAX_NETWORKS, HOUR_S, timer)
        self._lock = threading.Lock()

    def admit(self, address: str, text: str, locale: Locale) -> bool:
        """Return whether to count a search: once per network, and up to a limit."""
        network, search = network_of(address), hash((text.casefold().strip(), locale))
        with self._lock:
            seen = self._seen.get(network)
            if seen is None:
                seen = self._seen[network] = set()
            if search in seen or len(seen) >= SEARCHES_PER_HOUR:
                return False
            seen.add(search)
            return True


def count_search(
    services: "Services", query: Query, results: ResultPage, *, address: str
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
        logger.info("a search without results is not counted: %s", error)
