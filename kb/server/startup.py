"""The start of the service, before the fork: log, database, index and first pages."""

import errno
import logging
import os
import time
from collections.abc import Callable

from flask import Flask

from indexer.corpus.corpus import Corpus
from indexer.errors import NOT_INDEXED_ERRORS, IndexBusyError
from indexer.model.ids import Kind, Locale
from indexer.model.problems import Notify, errors_among, message
from indexer.model.progress import Progress, no_progress
from indexer.pipeline import IndexChange, Locations
from indexer.readers.sandbox.isolation import missing_isolation
from indexer.terminal import error_count
from kb.core.metrics import Mark, Metrics
from kb.core.permissions import make_private
from kb.database.errors import DatabaseUnavailableError
from kb.database.schema import StaffStore
from kb.services import Services

_NO_VISITOR = {"REMOTE_ADDR": ""}

WARM_UP_QUERIES = ("police", "police+municipale", "polcie", '"social+media"', "loc*")
"""One word, two words, a misspelling, a phrase and a prefix."""


def prepare(
    services: Services, *, notify: Notify, progress: Progress = no_progress
) -> IndexChange | None:
    """Update the database schema and the index; return the change of the index.

    It is None when the index can't be written: the last good one then answers. A
    reader that shares the index of another machine only reads the content.

    Raises:
        CorpusMissingError: there is no content to serve.
    """
    _make_folders_private(services.settings.locations, notify)
    services.first_address  # noqa: B018  # the first access stores it
    if not services.settings.is_reader:
        _prepare_database(services, notify)
    _report_isolation(notify)
    corpus: Corpus | None = None

    def read() -> Corpus:
        nonlocal corpus
        corpus = services.content.read()
        services.texts.read_missing(
            corpus.records.values(), notify=notify, progress=progress
        )
        errors = errors_among(corpus.problems)
        if errors:
            notify(error_count(errors))
        return corpus

    if not services.settings.writes_index:
        read()
        return None
    try:
        return services.content.update_index(read, progress=progress)
    except NOT_INDEXED_ERRORS as error:
        reason = error if isinstance(error, IndexBusyError) else error.reason
        notify(message("the index could not be updated: %(reason)s", reason=reason))
        # The watcher retries.
        services.metrics.set_mark(Mark.INDEX_BEHIND_SINCE, time.time())
        if corpus is None:
            read()
    return None


def _prepare_database(services: Services, notify: Notify) -> None:
    """Create or upgrade the staff database; visitors are served even if that fails."""
    try:
        StaffStore(services.settings.database).migrate()
        # Opened before the fork, so that the workers share the imported modules.
        database = services.database
        if not services.settings.counts_unfound:
            database.zero_result_searches.delete_all()
            database.typed_searches.delete_all()
            database.daily_counts.delete_all()
    except DatabaseUnavailableError as error:
        notify(message("staff cannot sign in: %(reason)s", reason=error.reason))


def _make_folders_private(locations: Locations, notify: Notify) -> None:
    """Remove the permissions of other accounts, which earlier versions set."""
    for folder in (locations.instance, locations.index):
        try:
            make_private(folder)
        except OSError as error:
            notify(
                message(
                    "other accounts may read files of %(folder)s: %(reason)s",
                    folder=folder,
                    reason=error,
                )
            )


def _report_isolation(notify: Notify) -> None:
    """Report what the system lacks to isolate the processes that read files."""
    missing = " + ".join(missing_isolation())
    if missing:
        notify(
            message(
                "files are read with less isolation: this system lacks %(missing)s",
                missing=missing,
            )
        )


def request_each_page(app: Flask) -> None:
    """Request a page of each type before the fork, so that no visitor waits.

    The workers then share compiled templates, rendered texts and imported modules.
    """
    client = app.test_client()
    for locale in Locale:
        for path in (
            "",
            *(f"search?q={text}" for text in WARM_UP_QUERIES),
            *(f"{kind.folder}/" for kind in Kind),
        ):
            client.get(
                f"/{locale}/{path}", follow_redirects=True, environ_base=_NO_VISITOR
            )
    client.get("/api/v1/suggest?q=police", environ_base=_NO_VISITOR)


FULL_DISK_EVERY_S = 60.0

_FULL_DISK = (
    os.strerror(errno.ENOSPC),
    os.strerror(errno.EDQUOT),
    "database or disk is full",  # SQLite
)


def configure_log(metrics: Metrics) -> None:
    """Log warnings and errors on standard error, before the fork of the workers."""
    handler = logging.StreamHandler()
    handler.addFilter(FullDiskFilter(metrics))
    logging.basicConfig(
        format="[%(asctime)s] %(levelname)s in %(name)s: %(message)s",
        handlers=[handler],
    )


class FullDiskFilter(logging.Filter):
    """Drops lines about a full disk that any process logged less than a minute ago.

    Each save and each request may fail on a full disk: the log, too, needs room.
    """

    def __init__(
        self, metrics: Metrics, *, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__()
        self._metrics = metrics
        self._clock = clock

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log the record."""
        if not _is_about_full_disk(record):
            return True
        now = self._clock()
        logged_at = self._metrics.mark(Mark.FULL_DISK_LOGGED_AT)
        if 0 <= now - logged_at < FULL_DISK_EVERY_S:
            return False
        self._metrics.set_mark(Mark.FULL_DISK_LOGGED_AT, now)
        return True


def _is_about_full_disk(record: logging.LogRecord) -> bool:
    texts = [record.getMessage()]
    error = record.exc_info[1] if record.exc_info else None
    while error is not None:
        texts.append(str(error))
        error = error.__cause__ or error.__context__
    return any(phrase in text for text in texts for phrase in _FULL_DISK)
