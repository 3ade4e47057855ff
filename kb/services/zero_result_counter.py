"""Counts searches without results, without delaying the visitor."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from indexer.model.ids import Locale
from indexer.model.query import Query
from indexer.model.results import RelaxationStep, ResultPage
from kb.database.errors import DatabaseUnavailableError
from kb.services.staff_store import StaffStore

if TYPE_CHECKING:  # as in `staff_store`
    from kb.database.staff_database import StaffDatabase

MAX_PENDING = 1000

logger = logging.getLogger(__name__)


class ZeroResultCounter:
    """Counts searches without results; with `is_enabled` false, deletes the counts."""

    def __init__(
        self, store: StaffStore, *, is_enabled: bool, is_deferred: Callable[[], bool]
    ) -> None:
        """Count into the database of `store`.

        While `is_deferred()`, searches wait in memory until the database is open.
        """
        self._store = store
        self._is_enabled = is_enabled
        self._is_deferred = is_deferred
        self._pending: deque[tuple[str, Locale]] = deque(maxlen=MAX_PENDING)
        store.on_open = self._on_open

    def count(self, query: Query, results: ResultPage) -> None:
        """Count a query that has no result as it was typed.

        A corrected misspelling is not counted, nor a filtered search: the words alone
        may have results.
        """
        if not self._is_enabled or query.filters or query.page > 1:
            return
        steps = {each.step for each in results.relaxed}
        is_corrected = results.total and RelaxationStep.SPELLING in steps
        if results.asked_total or is_corrected or not query.text.strip():
            return
        self._pending.append((query.text, query.locale))
        if self._store.is_open or not self._is_deferred():
            try:
                self._count_pending(self._store.database)
            except DatabaseUnavailableError as error:
                # Visitors get their answer even if it can't be counted.
                logger.warning("a search is not counted: %s", error)

    def clear_if_disabled(self) -> None:
        """Open the database if counting is disabled: that deletes the counts.

        Raises:
            DatabaseUnavailableError: the database can't be opened.
        """
        if not self._is_enabled:
            _ = self._store.database

    def _on_open(self, database: StaffDatabase) -> None:
        if self._is_enabled:
            self._count_pending(database)
            return
        try:
            database.unfound.forget_all()
        except DatabaseUnavailableError as error:
            logger.warning("the counts of searches can't be deleted: %s", error)

    def _count_pending(self, database: StaffDatabase) -> None:
        try:
            while self._pending:
                database.unfound.add(*self._pending.popleft())
        except DatabaseUnavailableError as error:
            logger.warning("a search is not counted: %s", error)
