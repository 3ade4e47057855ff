"""Joins the services of an application, and gives views access to them."""

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias, cast

from cachetools import TTLCache, cachedmethod
from flask import Flask, current_app, has_request_context, request

from indexer.corpus.corpus import Corpus
from indexer.corpus.record_reader import id_order
from indexer.engines.base import SearchEngine
from indexer.files import FileStamp, file_stamp
from indexer.meaning.close_records import CloseRecords
from indexer.meaning.encoder import is_model_installed, open_encoder
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Notify
from indexer.model.record import Record
from indexer.pipeline import open_stored_engine, open_texts
from kb.core.first_address import first_address
from kb.core.metrics import Mark, Metrics
from kb.core.request_limits import RequestLimits
from kb.core.settings import Settings
from kb.core.storage_errors import storage_errors
from kb.database.audit_log import ClientAddresses
from kb.database.clock import Clock, utc_now
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import SessionLife
from kb.database.secret_tokens import instance_secret
from kb.publishing.errors import HistoryUnreadableError
from kb.publishing.history.history import History
from kb.publishing.history.past_states import last_good_states
from kb.services.content_warnings import ContentWarnings
from kb.services.live_content import LiveContent
from kb.services.search_counter import PendingSearches, SearchAllowance
from kb.services.search_service import SearchService, no_close_records
from kb.services.similar_records import SimilarRecords


@dataclass(frozen=True, slots=True)
class ChangedRecord:
    """A record, and when visitors could first see its present state.

    `published_at` is when they could first see the record; None if it is older than
    the history.
    """

    record: Record
    changed_at: dt.datetime
    published_at: dt.datetime | None = None

    @property
    def place(self) -> tuple[float, object]:
        """Its place among others, the newest first; no two records have the same."""
        return -self.changed_at.timestamp(), id_order(self.record.id)


_Times: TypeAlias = Mapping[RecordId, tuple[dt.datetime | None, dt.datetime]]


class ChangeTimes:
    """Reads the times of changes from a history; they are cached until it changes."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._read: tuple[FileStamp, _Times] = ((), {})
        self._newest: tuple[Corpus | None, object, tuple[ChangedRecord, ...]]
        self._newest = (None, None, ())

    @property
    def stamp(self) -> FileStamp:
        """The stamp of the history, which differs after each change; () without one."""
        try:
            return file_stamp(self._history.path.stat())
        except OSError:
            return ()

    def of(self, records: Iterable[Record]) -> dict[RecordId, dt.datetime]:
        """Return when visitors could first see the present state of each record.

        A record that was never changed on this site, or whose `updated` day is later
        than its last change, has the start of that day, in UTC.
        """
        times = self._times()
        days = {
            each.id: dt.datetime.combine(each.updated, dt.time(), dt.UTC)
            for each in records
        }
        return {
            record: max(day, times[record][1]) if record in times else day
            for record, day in days.items()
        }

    def newest(self, corpus: Corpus) -> tuple[ChangedRecord, ...]:
        """Return all records of a corpus, the newest change first.

        They are sorted once for the last corpus, until the history changes.
        """
        known_corpus, known_times, newest = self._newest
        times = self._times()
        if known_corpus is not corpus or known_times is not times:
            changed_at = self.of(corpus.records.values())
            changed = (
                ChangedRecord(
                    record, changed_at[record_id], times.get(record_id, (None,))[0]
                )
                for record_id, record in corpus.records.items()
            )
            newest = tuple(sorted(changed, key=lambda each: each.place))
            self._newest = (corpus, times, newest)
        return newest

    def _times(self) -> _Times:
        stamp, times = self._read
        current = self.stamp
        if current == stamp:
            return times
        try:
            times = self._history.change_times()
        except HistoryUnreadableError as error:
            logger.warning("the times of changes can't be read: %s", error)
            return {}
        self._read = (current, times)
        return times


if TYPE_CHECKING:  # it imports argon2, which takes 0.1 s of each command
    from kb.database.source_links import SourceLink
    from kb.database.staff_database import StaffDatabase

HISTORY_TIMEOUT_S = 0.2
DEAD_SOURCES_READ_EVERY_S = 60.0

_EXTENSION = "kb-services"

logger = logging.getLogger(__name__)


class Services:
    """The services of an application; each attribute has one job."""

    def __init__(
        self,
        settings: Settings,
        *,
        notify: Notify = logger.warning,
        clock: Clock = utc_now,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.metrics = Metrics()
        self.request_limits = RequestLimits()
        self.engine: SearchEngine = open_stored_engine(
            settings.locations, notify=notify
        )
        self.texts = open_texts(settings.locations)
        self.content = LiveContent(
            settings.locations,
            self.engine,
            self.texts,
            last_good=last_good_states(settings.locations, is_copy=settings.is_reader),
            changed_at=lambda: self.metrics.mark(Mark.CONTENT_CHANGED_AT),
        )
        self.content_warnings = ContentWarnings(settings.locations)
        self.close_records = _open_close_records(settings)
        """Closeness in meaning; None where it is off, or the model not installed."""
        self.searches = SearchService(
            self.engine,
            lambda: self.content.corpus,
            is_copy=settings.is_reader,
            close_records=no_close_records
            if self.close_records is None
            else self.close_records.find,
        )
        self.similar = SimilarRecords(self.searches)
        self.search_allowance = SearchAllowance()
        self.pending_searches = PendingSearches(self._count_typed)
        self.history = History(
            settings.locations.instance,
            wait_s=HISTORY_TIMEOUT_S,
            is_copy=settings.is_reader,
        )
        """The history, for visitors: no page waits long for it."""
        self.change_times = ChangeTimes(self.history)
        self._dead_sources: TTLCache[object, Mapping[str, SourceLink]]
        self._dead_sources = TTLCache(1, DEAD_SOURCES_READ_EVERY_S)
        self._dead_sources_lock = Lock()
        self._preview: ContextVar[tuple[Corpus, RecordId | None] | None] = ContextVar(
            "preview", default=None
        )

    def _count_typed(self, searches: Sequence[tuple[str, Locale]]) -> None:
        self.database.typed_searches.add_all(searches)

    @property
    def corpus(self) -> Corpus:
        """The corpus that the request shows: the live one, or that of `showing`.

        Raises:
            CorpusMissingError: there is no folder to read.
        """
        preview = self._preview.get()
        return self.content.corpus if preview is None else preview[0]

    @property
    def previewed_record(self) -> RecordId | None:
        """The record whose draft the request previews, if any."""
        preview = self._preview.get()
        return None if preview is None else preview[1]

    @property
    def shows_live_corpus(self) -> bool:
        """Whether what is computed for the request may be cached for others."""
        return self._preview.get() is None

    @contextmanager
    def showing(self, corpus: Corpus, draft: RecordId | None = None) -> Iterator[None]:
        """Show, during the block, a corpus with the draft or a past state of a record.

        `draft` is the record whose draft is in the corpus.
        """
        token = self._preview.set((corpus, draft))
        try:
            yield
        finally:
            self._preview.reset(token)

    @cached_property
    def database(self) -> "StaffDatabase":
        """The staff database, opened and migrated at the first access.

        Raises:
            DatabaseUnavailableError: it can't be opened or migrated.
        """
        from kb.database.staff_database import StaffDatabase  # noqa: PLC0415  # slow

        life = SessionLife(
            dt.timedelta(minutes=self.settings.idle_minutes),
            dt.timedelta(hours=self.settings.session_hours),
        )
        return StaffDatabase(
            self.settings.database,
            self.secret,
            life=life,
            clock=self.clock,
            clients=ClientAddresses(self.settings.sign_in_address_days, _client),
        )

    @cached_property
    def secret(self) -> bytes:
        """The secret of the instance, created at the first access.

        Raises:
            DatabaseUnavailableError: its file can't be read or created.
        """
        path = self.settings.secret_file
        with storage_errors(path, lambda _, why: DatabaseUnavailableError(path, why)):
            return instance_secret(path)

    @cached_property
    def first_address(self) -> str:
        """The address at the first start, which the ids that it publishes contain."""
        return first_address(self.settings)

    @cachedmethod(
        lambda self: self._dead_sources, lock=lambda self: self._dead_sources_lock
    )
    def dead_sources(self) -> Mapping[str, "SourceLink"]:
        """Return the addresses that failed in `kb content links`, as of a minute ago.

        It is empty while there is no staff database, or none that can be read.
        """
        try:
            is_there = self.settings.database.exists()
            return self.database.source_links.dead() if is_there else {}
        except DatabaseUnavailableError as error:
            logger.warning("the tested addresses can't be read: %s", error)
            return {}

    @property
    def uses_meaning(self) -> bool:
        """Whether searches use closeness in meaning."""
        return self.close_records is not None and self.close_records.is_ready

    def refresh(self) -> None:
        """Follow the index, unless a thread already does."""
        if not self.engine.is_followed:
            self.content.refresh()


def _client() -> str:
    """Return the IP address of the request; empty for a command."""
    return (request.remote_addr or "") if has_request_context() else ""


def _open_close_records(settings: Settings) -> CloseRecords | None:
    if not settings.uses_meaning or not is_model_installed():
        return None
    return CloseRecords(settings.locations.vectors, open_encoder)


def init_services(app: Flask, services: Services) -> None:
    """Register the services, and refresh them before each request."""
    app.extensions[_EXTENSION] = services
    app.before_request(services.refresh)


def services() -> Services:
    """Return the services of the current application."""
    return cast("Services", current_app.extensions[_EXTENSION])
