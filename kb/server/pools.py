"""The pools of threads of a worker: a request waits only for others of its kind.

Python computes one thing at a time. So pages have one thread, and what takes long has
another: a page then gets half of the processor, and never waits for a whole export.
Monitors have threads of their own, which answer whatever the others do.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from waitress.task import ThreadedTaskDispatcher
from werkzeug.exceptions import HTTPException

from kb.core.metrics import Metrics, Pool, PoolCount
from kb.web.responses.headers import path_below

EXPORT_VIEWS = frozenset(
    {
        "api.record_harvest",
        "feeds.calendar",
        "feeds.glossary_file",
        "feeds.oai",
        "feeds.sitemap",
        "open_data.dossier_file",
        "open_data.dump",
        "open_data.search_table",
        "public.atlas",
        "public.atlas_embed",
        "public.atlas_file",
        "public.brief_file",
        "public.comparison_file",
        "public.gaps",
        "public.map_page",
        "public.plan_file",
        "public.timeline",
    }
)
"""The endpoints whose time grows with the content."""

FindView = Callable[[str, str], str]
"""Returns the endpoint of a path and a method; "" if there is none."""


@dataclass(frozen=True, slots=True)
class PoolSize:
    """The threads of a pool, and how many requests may wait for one: None for all."""

    threads: int
    max_waiting: int | None = None


def pool_sizes(*, is_index_shared: bool) -> dict[Pool, PoolSize]:
    """Return the sizes of the pools of a worker.

    Pages that wait for a cluster are computed together: with one worker and four
    readers that is twice as many pages a second. Staff wait for other processes.
    """
    return {
        Pool.PAGES: PoolSize(4 if is_index_shared else 1),
        Pool.EXPORTS: PoolSize(2 if is_index_shared else 1, max_waiting=8),
        Pool.STAFF: PoolSize(3, max_waiting=32),
        Pool.MONITORING: PoolSize(2),
    }


def pool_of(view: str) -> Pool:
    """Return the pool that answers the requests of an endpoint."""
    if view in EXPORT_VIEWS:
        return Pool.EXPORTS
    match view.partition(".")[0]:
        case "staff":
            return Pool.STAFF
        case "monitoring":
            return Pool.MONITORING
        case _:
            return Pool.PAGES


def view_finder(app: Flask, mount_path: str) -> FindView:
    """Return what finds the endpoint that the application chooses for a request."""
    urls = app.url_map.bind("localhost")

    def find(path: str, method: str) -> str:
        text = path_below(mount_path, path.encode("latin-1").decode(errors="replace"))
        try:
            return urls.match(text, method)[0]
        except HTTPException:  # not found, another method, a redirect
            return ""

    return find


class PoolThreads(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress has no types
    """The threads and the queue of one pool."""

    def __init__(self, pool: Pool, size: PoolSize, metrics: Metrics) -> None:
        super().__init__()
        self.queue_logger.disabled = True
        self._pool = pool
        self._size = size
        self._metrics = metrics
        self._running = 0
        self._report()
        self.set_thread_count(size.threads)

    def offer(self, client: object) -> bool:
        """Queue the first request of a connection; return False if too many wait."""
        if self._size.max_waiting is not None:
            most = self._size.threads + self._size.max_waiting
            if self._running + len(self.queue) >= most:
                self._metrics.count(self._pool, PoolCount.REFUSED)
                return False
        self.add_task(client)
        self._report()
        return True

    def drop(self, client: object) -> bool:
        """Remove the request of a client that has gone; return False if it runs."""
        with self.lock:
            if client not in self.queue:
                return False
            self.queue.remove(client)
        self._metrics.count(self._pool, PoolCount.DROPPED)
        self._report()
        return True

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count a request as running during the block."""
        self._add_running(1)
        try:
            yield
        finally:
            self._add_running(-1)

    def _add_running(self, number: int) -> None:
        with self.lock:
            self._running += number
        self._report()

    def _report(self) -> None:
        self._metrics.set_load(
            self._pool, waiting=len(self.queue), running=self._running
        )


class Pools:
    """All threads that answer the requests of a worker."""

    def __init__(
        self,
        sizes: Mapping[Pool, PoolSize],
        find_view: FindView = lambda _path, _method: "",
        metrics: Metrics | None = None,
    ) -> None:
        """Start the threads; requests of a pool without a size are those of pages."""
        self.find_view = find_view
        self.metrics = metrics or Metrics()
        self._threads = {
            pool: PoolThreads(pool, size, self.metrics) for pool, size in sizes.items()
        }
        self.pages = self._threads[Pool.PAGES]

    def threads_for(self, view: str) -> PoolThreads:
        """Return the threads that answer the requests of an endpoint."""
        return self._threads.get(pool_of(view), self.pages)

    def shutdown(self) -> None:
        """Stop the threads, and wait for those of each pool for a second."""
        for threads in self._threads.values():
            threads.shutdown(timeout=1)
