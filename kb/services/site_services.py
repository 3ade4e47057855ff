"""Joins the services of an application, and gives views access to them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

from indexer.corpus.corpus import Corpus
from indexer.engines.base import SearchEngine
from indexer.model.problems import Notify
from indexer.pipeline import open_stored_engine, open_texts
from kb.core.settings import Settings
from kb.database.clock import Clock, system_clock
from kb.services.content_follower import ContentFollower
from kb.services.live_content import LiveContent
from kb.services.preview import Preview
from kb.services.search_service import SearchService
from kb.services.similar_records import SimilarRecords
from kb.services.staff_store import StaffStore
from kb.services.zero_result_counter import ZeroResultCounter

if TYPE_CHECKING:  # as in `staff_store`
    from kb.database.staff_database import StaffDatabase

_EXTENSION = "kb-services"

logger = logging.getLogger(__name__)


class Services:
    """The services of an application; each attribute has one job."""

    def __init__(
        self,
        settings: Settings,
        *,
        notify: Notify = logger.warning,
        clock: Clock = system_clock,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.engine: SearchEngine = open_stored_engine(
            settings.locations, notify=notify
        )
        self.texts = open_texts(settings.locations)
        self.content = LiveContent(settings.locations, self.engine, self.texts)
        self.preview = Preview()
        self.searches = SearchService(self.engine, lambda: self.content.corpus)
        self.similar = SimilarRecords(self.searches)
        self._store = StaffStore(settings, clock)
        self.zero_results = ZeroResultCounter(
            self._store,
            is_enabled=settings.counts_unfound,
            is_deferred=lambda: self.engine.is_followed,
        )
        self._follower = ContentFollower(self.engine, self.content)

    @property
    def corpus(self) -> Corpus:
        """The corpus that the request shows: that of a preview, or the live one.

        Raises:
            CorpusMissingError: there is no folder to read.
        """
        draft = self.preview.draft
        return draft.corpus if draft is not None else self.content.corpus

    @property
    def database(self) -> StaffDatabase:
        """The staff database.

        Raises:
            DatabaseUnavailableError: it can't be opened or upgraded.
        """
        return self._store.database

    @property
    def secret(self) -> bytes:
        """The secret of the instance.

        Raises:
            DatabaseUnavailableError: its file can't be read or created.
        """
        return self._store.secret

    def refresh(self) -> None:
        """Follow the index, unless a thread already does."""
        if not self.engine.is_followed:
            self.content.refresh()

    def follow(self) -> None:
        """Start the thread that follows the index."""
        self._follower.start(lambda: self.database, lambda: self.searches.idle_s)

    def close(self) -> None:
        """Stop the threads and close the database."""
        self._follower.stop()
        self._store.close()


def init_services(app: Flask, services: Services) -> None:
    """Register the services, and refresh them before each request."""
    app.extensions[_EXTENSION] = services
    app.before_request(services.refresh)


def services() -> Services:
    """Return the services of the current application."""
    return cast("Services", current_app.extensions[_EXTENSION])
