"""Deletes what visitors sent, and how to reach them, once its time is over."""

from __future__ import annotations

import logging
import time

from kb.contributions.contribution_store import ContributionStore
from kb.core.storage_errors import StorageError
from kb.services import Services

FIRST_AFTER_S = 30.0
INTERVAL_S = 3600.0

logger = logging.getLogger(__name__)


class ContributionCleaner:
    """Runs beside the workers, every hour: a deletion takes a few milliseconds."""

    def __init__(
        self, services: Services, *, first_after_s: float = FIRST_AFTER_S
    ) -> None:
        """Delete for the first time once the service has started."""
        self._services = services
        self._next = time.monotonic() + first_after_s

    def run_if_due(self) -> None:
        """Delete what is due if an hour has passed; the log names no address."""
        now = time.monotonic()
        settings = self._services.settings
        if now < self._next or settings.is_reader:
            return
        self._next = now + INTERVAL_S
        store = ContributionStore(
            settings.contributions_file, days=settings.contact_days
        )
        try:
            deleted = store.delete_expired(self._services.clock())
        except StorageError as error:
            logger.warning("old contributions could not be deleted: %s", error)
            return
        if deleted:
            logger.info("contributions and contacts deleted: %s", deleted)
