"""What views use: one engine, and one corpus in step with it."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, cast

from flask import Flask, current_app

from indexer.corpus.corpus import Corpus
from indexer.engines.base import StoredEngine
from indexer.errors import CorpusMissingError
from indexer.model.facets import Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Notify
from indexer.model.query import Query
from indexer.model.results import RelaxationStep, ResultPage, Suggestion
from indexer.pipeline import open_corpus, open_stored_engine, open_texts, update
from kb.core.cache import GenerationCache
from kb.core.request_queue import fast_thread_switching
from kb.core.settings import Settings
from kb.database.clock import Clock, utc_now
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import SessionLife
from kb.database.secret_tokens import instance_secret

if TYPE_CHECKING:  # it brings SQLAlchemy, which visitors must not wait for
    from kb.database.staff_database import StaffDatabase

MAX_NEAR_KEPT = 2000
MAX_ANSWERS_KEPT = 256
FOLLOWED_EVERY_S = 0.05
TRIED_AGAIN_AFTER_S = 5.0
QUIET_S = 1.0
STATE_OPENED_AFTER_S = 60.0
"""Staff's side is opened when nobody has searched for a second, or after a minute."""

MAX_UNCOUNTED = 1000
"""So many searches without an answer wait to be counted until then."""

LEFT_BEHIND_S = 2.0
"""After so long, an index that does not follow the content is not waited for."""

_EXTENSION = "kb-services"

logger = logging.getLogger(__name__)


class _Shown(NamedTuple):
    """What a preview shows: the content with a draft in it, and which."""

    corpus: Corpus
    draft: RecordId


class Services:
    """The engine and the corpus that it was made from, kept in step."""

    def __init__(
        self,
        settings: Settings,
        *,
        notify: Notify = logger.warning,
        clock: Clock = utc_now,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.engine: StoredEngine = open_stored_engine(
            settings.locations, notify=notify
        )
        self.near: GenerationCache[tuple[RecordId, Locale], tuple[RecordId, ...]] = (
            GenerationCache(MAX_NEAR_KEPT)
        )
        """The records nearest to each, for each reader."""
        self._answers: GenerationCache[Query, ResultPage] = GenerationCache(
            MAX_ANSWERS_KEPT
        )
        self.texts = open_texts(settings.locations)
        """What the files of deliverables say."""
        self._reader = open_corpus(settings.locations, is_kept=True)
        self._corpus: Corpus | None = None
        self._read_for = ""
        self._read_at: tuple[int, ...] = ()
        self._behind_since: float | None = None
        self._searched_at = 0.0
        self._uncounted: deque[tuple[str, Locale]] = deque(maxlen=MAX_UNCOUNTED)
        self._shown: ContextVar[_Shown | None] = ContextVar("shown", default=None)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._state: StaffDatabase | None = None
        self._secret = b""
        self._state_lock = threading.Lock()

    @property
    def corpus(self) -> Corpus:
        """The records, as they were when the index was made.

        Raises:
            CorpusMissingError: there is no folder to read.
        """
        shown = self._shown.get()
        if shown is not None:
            return shown.corpus
        corpus = self._corpus
        return corpus if corpus is not None else self.read()

    @property
    def is_previewing(self) -> bool:
        """Whether the corpus is one with a draft in it: nothing of it may be kept."""
        return self._shown.get() is not None

    def is_draft(self, record: RecordId) -> bool:
        """Whether a record is the draft that is previewed: its files are for staff."""
        shown = self._shown.get()
        return shown is not None and shown.draft == record

    @contextmanager
    def showing(self, corpus: Corpus, draft: RecordId) -> Iterator[None]:
        """Take a corpus with a draft in it for the true one, here and for now."""
        token = self._shown.set(_Shown(corpus, draft))
        try:
            yield
        finally:
            self._shown.reset(token)

    @property
    def state(self) -> StaffDatabase:
        """What the staff side keeps, opened when it is first asked for.

        Raises:
            StateUnavailableError: it can't be opened, or brought up to date.
        """
        from kb.database.staff_database import StaffDatabase  # noqa: PLC0415  # as above

        with self._state_lock:
            if self._state is None:
                self._state = StaffDatabase(
                    self.settings.database,
                    self.secret,
                    life=SessionLife(
                        self.settings.idle_minutes * 60,
                        self.settings.session_hours * 3600,
                    ),
                    clock=self.clock,
                )
                self._count_waiting(self._state)
            return self._state

    @property
    def secret(self) -> bytes:
        """The secret of this service, made when it is first asked for.

        Raises:
            StateUnavailableError: it can't be read, or made.
        """
        if not self._secret:
            path = self.settings.secret_file
            try:
                self._secret = instance_secret(path)
            except OSError as error:
                reason = error.strerror or str(error)
                raise DatabaseUnavailableError(path, reason) from error
        return self._secret

    def count_unfound(self, query: Query, results: ResultPage) -> None:
        """Count a search that found nothing as it was typed, if that is wanted.

        A slip of the keyboard that was mended is none, nor is a search that the visitor
        narrowed: the words themselves may well be found.
        """
        if not self.settings.counts_unfound or query.filters or query.page > 1:
            return
        steps = {each.step for each in results.relaxed}
        is_mended = results.total and RelaxationStep.SPELLING in steps
        if results.asked_total or is_mended or not query.text.strip():
            return
        if self._state is None and self.engine.is_followed:
            # The thread that opens it counts this: a visitor need not wait.
            self._uncounted.append((query.text, query.locale))
            return
        try:
            self.state.zero_result_searches.add(query.text, query.locale)
        except DatabaseUnavailableError as error:
            # Visitors are answered whatever happens to the counts.
            logger.warning("a search is not counted: %s", error)

    def _count_waiting(self, state: StaffDatabase) -> None:
        try:
            while self._uncounted:
                state.zero_result_searches.add(*self._uncounted.popleft())
        except DatabaseUnavailableError as error:
            logger.warning("a search is not counted: %s", error)

    def search(self, query: Query) -> ResultPage:
        """Answer a query; the answers given last are kept.

        Readers come back to their results from each record that they open.

        Raises:
            PageOutOfRangeError: the page asked for is after the last.
            IndexUnavailableError: there is no index to search.
        """
        self._searched_at = time.monotonic()
        page = self._answers.recall(
            self.engine.generation, query, lambda: self.engine.search(query)
        )
        records = self.corpus.records
        if all(hit.id in records for hit in page.hits):
            return page
        # An index that can't be written holds what was withdrawn.
        return replace(page, hits=tuple(h for h in page.hits if h.id in records))

    def suggest(
        self, text: str, locale: Locale, *, limit: int
    ) -> tuple[Suggestion, ...]:
        """Give names that the visitor may be typing, of records that are there."""
        records = self.corpus.records
        return tuple(
            each
            for each in self.engine.suggest(text, locale, limit=limit)
            if isinstance(each.target, Filter) or each.target in records
        )

    def refresh(self) -> None:
        """Answer from the newest index, unless a thread sees to it."""
        if not self.engine.is_followed:
            self._refresh()

    def catch_up(self) -> None:
        """Answer from the newest index, however long it takes to open it.

        Who changed something by another process must see it on the next page, even
        where the index can't be written and none comes.
        """
        if self._refresh(is_patient=True) and self._is_left_behind():
            self.read()

    def follow(self) -> None:
        """Answer from the newest index at all times, by a thread that looks for it.

        What a request would wait for is done before it comes. The thread ends with the
        process, or at `close`.
        """
        self.engine.is_followed = True
        threading.Thread(target=self._follow, name="kb-follow", daemon=True).start()

    def close(self) -> None:
        """Stop following, and close what is open."""
        self._stop.set()
        with self._state_lock:
            if self._state is not None:
                self._state.close()
            self._state = None

    def _follow(self) -> None:
        pause_s = FOLLOWED_EVERY_S
        threading.Thread(target=self._open_state, name="kb-state", daemon=True).start()
        while not self._stop.wait(pause_s):
            is_done = False
            try:
                with fast_thread_switching():
                    is_done = self._refresh()
                self._leave_index_behind()
            except Exception:
                # Whatever is wrong with what is new, what is there goes on answering.
                logger.exception("the newest index can't be followed")
            # What goes on failing must not fill the log.
            pause_s = FOLLOWED_EVERY_S if is_done else TRIED_AGAIN_AFTER_S

    def _open_state(self) -> None:
        """Open what staff keep in a quiet moment: it holds up pages, and they it."""
        latest = time.monotonic() + STATE_OPENED_AFTER_S
        is_quiet = False
        while not is_quiet and time.monotonic() < latest:
            if self._stop.wait(QUIET_S):
                return
            is_quiet = time.monotonic() - self._searched_at > QUIET_S
        try:
            _ = self.state
        except DatabaseUnavailableError as error:
            logger.warning("staff can't sign in: %s", error)

    def _refresh(self, *, is_patient: bool = False) -> bool:
        """Follow a new generation of the index: read what changed in the content.

        Tells whether the content is in step with the index.
        """
        self.engine.refresh(is_patient=is_patient)
        if self._corpus is None or self._read_for == self.engine.generation:
            return True
        try:
            self.read()
        except CorpusMissingError as error:
            # What was read before is still true of most of it; the next request tries.
            logger.warning("the content can't be read again: %s", error)
            return False
        return True

    def _leave_index_behind(self) -> None:
        """Read the content again when records came or went and no index followed.

        It may not be writable; what was withdrawn is not to be shown for that.
        """
        if not self._is_left_behind():
            self._behind_since = None
            return
        now = time.monotonic()
        self._behind_since = self._behind_since or now
        if now - self._behind_since >= LEFT_BEHIND_S:
            self.read()

    def _is_left_behind(self) -> bool:
        """Tell whether records came or went since the content was read."""
        folders = self._folders_now()
        return self._corpus is not None and bool(folders) and folders != self._read_at

    def _folders_now(self) -> tuple[int, ...]:
        """Give when records last came into the folders of the content, or went."""
        documents = self.settings.locations.documents
        times = []
        for kind in Kind:
            with suppress(OSError):
                times.append((documents / kind.folder).stat().st_mtime_ns)
        return tuple(times)

    def update_index(self) -> None:
        """Bring the index up to date with the content, now.

        Raises:
            IndexBusyError: another process has been writing it for too long.
            IndexWriteError: it can't be written; the last good one still answers.
        """
        with fast_thread_switching(), self.engine.exclusive():
            update(self.engine, self.read, texts=self.texts)
            self.keep_step()

    def keep_step(self) -> None:
        """Say that the index was just made from the content as it was read last."""
        with self._lock:
            self._read_for = self.engine.generation

    def warm_up(self) -> None:
        """Read the content and open the index now, before the first visitor asks."""
        self.engine.warm_up()
        if self._corpus is None or self._read_for != self.engine.generation:
            self.read()

    def read(self) -> Corpus:
        """Read the content again; only what changed is opened.

        Raises:
            CorpusMissingError: there is no folder to read.
        """
        with self._lock:
            generation = self.engine.generation
            self._read_at = self._folders_now()
            self._corpus = self._reader.read()
            self._read_for = generation
            return self._corpus


def init_services(app: Flask, services: Services) -> None:
    """Give an application its services."""
    app.extensions[_EXTENSION] = services
    app.before_request(services.refresh)


def services() -> Services:
    """Give the services of the current application."""
    return cast("Services", current_app.extensions[_EXTENSION])
