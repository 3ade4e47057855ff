"""The start of the service: index, database, memory and caches, before the fork."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import time
from collections.abc import Iterator

from flask import Flask

from indexer.corpus.corpus import Corpus
from indexer.errors import IndexBusyError, IndexUnavailableError, IndexWriteError
from indexer.model.ids import Kind, Locale
from indexer.model.problems import Notify, errors_among, message
from indexer.model.progress import Progress, no_progress
from indexer.pipeline import IndexChange, update
from indexer.terminal import error_count
from kb.database.errors import DatabaseUnavailableError
from kb.database.migrate import ensure_migrated
from kb.services import Services

M_ARENA_MAX = -8
"""The number of this `mallopt` parameter in `malloc.h` of glibc."""

WARM_UP_QUERIES = ("police", "police+municipale", "polcie", '"social+media"', "loc*")
"""One word, two words, a misspelling, a phrase and a prefix."""

NOT_UP_TO_DATE = message("the index could not be updated: %(reason)s", reason="")


def prepare(
    services: Services, *, notify: Notify, progress: Progress = no_progress
) -> tuple[IndexChange | None, float]:
    """Update the database schema and the index; return the change and its seconds.

    The change is None when the index can't be written: the last good one then answers.

    Raises:
        CorpusMissingError: there is no content to serve.
    """
    started = time.monotonic()
    change: IndexChange | None = None
    _prepare_database(services, notify)
    corpus: Corpus | None = None

    def read() -> Corpus:
        nonlocal corpus
        with garbage_collector_off():
            corpus = services.content.read()
        services.texts.read_missing(
            corpus.records.values(), notify=notify, progress=progress
        )
        errors = errors_among(corpus.problems)
        if errors:
            notify(error_count(errors))
        return corpus

    try:
        with services.engine.exclusive():
            # The index is verified while the content is read.
            change = update(
                services.engine, read, texts=services.texts, progress=progress
            )
            services.content.mark_in_step()
    except (IndexBusyError, IndexWriteError, IndexUnavailableError) as error:
        reason = error if isinstance(error, IndexBusyError) else error.reason
        notify(message(NOT_UP_TO_DATE.template, reason=reason))
        if corpus is None:
            read()
    return change, time.monotonic() - started


def _prepare_database(services: Services, notify: Notify) -> None:
    """Create or upgrade the staff database; visitors are served even if that fails."""
    try:
        if ensure_migrated(services.settings.database):
            notify(message("the staff database is up to date"))
        # Opened before the fork, so that the workers share the modules of SQLAlchemy.
        searches = services.database.zero_result_searches
        if not services.settings.counts_unfound:
            searches.delete_all()
    except DatabaseUnavailableError as error:
        notify(message("staff cannot sign in: %(reason)s", reason=error.reason))


def return_freed_memory() -> None:
    """Return freed memory to the system, so that the workers do not inherit it.

    glibc keeps freed memory, and one heap for each thread: one heap is enough where the
    GIL runs one thread at a time. Another C library is left as it is.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(M_ARENA_MAX, 1)
        library.malloc_trim(0)


@contextlib.contextmanager
def garbage_collector_off() -> Iterator[None]:
    """Disable the garbage collector for a block that makes long-lived objects.

    Collections took a sixth of a start with 100,000 passages.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


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
            client.get(f"/{locale}/{path}", follow_redirects=True)
    client.get("/api/v1/suggest?q=police")
