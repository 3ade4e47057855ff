"""Counters of the service, in memory that its processes share.

The memory belongs to no file: it needs no clean-up, and a full disk does not affect it.
Each worker counts in a row of its own, so that processes need no lock. A worker that
replaces another one continues its row: no counter ever decreases.
"""

import mmap
import threading
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

ROWS = 132
"""Twice the most workers, for a hand-over, and the row 0 of all other processes."""

BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The upper limits of the histogram of response times; the last bucket has none."""

STATUS_CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")

SECONDS = "seconds"

RECEIVED_AT = "kb.received_at"
"""The WSGI key of the monotonic time at which the whole request had arrived."""


class RequestGroup(StrEnum):
    """The endpoints whose requests are counted together; the values are exported."""

    SEARCH = "search"
    SUGGEST = "suggest"
    PAGES = "pages"
    API = "api"
    FEEDS = "feeds"
    STAFF = "staff"
    STATIC = "static"
    OTHER = "other"


class ConnectionFault(StrEnum):
    """Why the HTTP server rejected a request or closed a connection; exported."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    LATE = "late"
    CROWDED_OUT = "crowded_out"
    """The server had too many connections, and closed the one that was slowest."""


class Pool(StrEnum):
    """The pools of threads of a worker; the values are exported."""

    PAGES = "pages"
    EXPORTS = "exports"
    """What reads many records: files of searches, briefs, maps, lists for programs."""
    STAFF = "staff"
    MONITORING = "monitoring"


class PoolCount(StrEnum):
    """What is counted of the requests of a pool."""

    WAITING = "waiting"
    RUNNING = "running"
    REFUSED = "refused"
    """The queue was full: the client got a 503."""
    DROPPED = "dropped"
    """The client went away while the request waited."""


@dataclass(frozen=True, slots=True)
class ViewTime:
    """How often the view of an endpoint ran, and how long: in all, and the slowest."""

    view: str
    requests: float
    seconds: float
    slowest_s: float


class Mark(StrEnum):
    """A time that one process stores for the others, in seconds since 1970."""

    INDEX_BEHIND_SINCE = "index-behind-since"
    """Since when a change of the content waits for the index; 0 if none does."""
    CONTENT_CHANGED_AT = "content-changed-at"
    """When the content last changed that another machine indexes; 0 if it never did."""
    FULL_DISK_LOGGED_AT = "full-disk-logged-at"


_NUMBERS_PER_VIEW = 3


def _shared_cells(columns: int) -> "memoryview[float]":
    """Return memory for `ROWS` rows of numbers, which forked processes share."""
    return memoryview(mmap.mmap(-1, 8 * ROWS * max(1, columns))).cast("d")


class Metrics:
    """Counts requests and faults; made before the fork, used by every process."""

    def __init__(self) -> None:
        keys: list[tuple[object, ...]] = [(each,) for each in (*ConnectionFault, *Mark)]
        for group in RequestGroup:
            keys += [(group, status) for status in STATUS_CLASSES]
            keys += [(group, each) for each in range(len(BUCKETS_S) + 1)]
            keys.append((group, SECONDS))
        keys += [(pool, count) for pool in Pool for count in PoolCount]
        self._columns = {key: column for column, key in enumerate(keys)}
        self._cells = _shared_cells(len(keys))
        self._views: dict[str, int] = {}
        self._view_cells = _shared_cells(0)
        self._row = 0
        self._lock = threading.Lock()

    def use_row(self, row: int) -> None:
        """Count in a row of its own, after the fork of a worker."""
        self._row = row % ROWS

    def name_views(self, views: Iterable[str]) -> None:
        """Reserve memory for the times of views, before the fork of the workers."""
        self._views = {view: column for column, view in enumerate(sorted(views))}
        self._view_cells = _shared_cells(_NUMBERS_PER_VIEW * len(self._views))

    def count_request(self, group: RequestGroup, status: int, seconds: float) -> None:
        """Count a response with its status and its time."""
        status_class = STATUS_CLASSES[min(max(status // 100, 1), 5) - 1]
        with self._lock:
            self._add((group, status_class), 1)
            self._add((group, bisect_left(BUCKETS_S, seconds)), 1)
            self._add((group, SECONDS), seconds)

    def count_view(self, view: str, seconds: float) -> None:
        """Count a run of a view; a name that is not reserved is ignored."""
        column = self._views.get(view)
        if column is None:
            return
        width = _NUMBERS_PER_VIEW * len(self._views)
        cell = self._row * width + _NUMBERS_PER_VIEW * column
        with self._lock:
            self._view_cells[cell] += 1
            self._view_cells[cell + 1] += seconds
            slowest = max(self._view_cells[cell + 2], seconds)
            self._view_cells[cell + 2] = slowest

    def view_times(self) -> list[ViewTime]:
        """Return the times of the views that ran in any process, the slowest first."""
        width = _NUMBERS_PER_VIEW * len(self._views)
        times = []
        for view, column in self._views.items():
            requests, seconds, slowest = (
                self._view_cells[_NUMBERS_PER_VIEW * column + number :: width]
                for number in range(_NUMBERS_PER_VIEW)
            )
            times.append(ViewTime(view, sum(requests), sum(seconds), max(slowest)))
        ran = [time for time in times if time.requests]
        return sorted(ran, key=lambda time: time.slowest_s, reverse=True)

    def set_load(self, pool: Pool, *, waiting: int, running: int) -> None:
        """Store how many requests wait and run in a pool of this worker."""
        with self._lock:
            self._cells[self._cell((pool, PoolCount.WAITING))] = waiting
            self._cells[self._cell((pool, PoolCount.RUNNING))] = running

    def count(self, *key: object) -> None:
        """Count a fault, or a request that a pool refused or dropped."""
        with self._lock:
            self._add(key, 1)

    def total(self, *key: object) -> float:
        """Return a number over all processes.

        The key is a fault, a pool with a count of it, or a group of requests with a
        class of statuses or with `SECONDS`, the sum of the response times.
        """
        return float(sum(self._cells[self._columns[key] :: len(self._columns)]))

    def buckets(self, group: RequestGroup) -> list[float]:
        """Return the number of responses in each bucket, and in those before it."""
        count, counts = 0.0, []
        for bucket in range(len(BUCKETS_S) + 1):
            count += self.total(group, bucket)
            counts.append(count)
        return counts

    def mark(self, mark: Mark) -> float:
        """Return the stored time, or 0."""
        return float(self._cells[self._columns[(mark,)]])

    def set_mark(self, mark: Mark, at: float) -> None:
        """Store a time for all processes; 0 deletes it."""
        self._cells[self._columns[(mark,)]] = at

    def _add(self, key: tuple[object, ...], amount: float) -> None:
        self._cells[self._cell(key)] += amount

    def _cell(self, key: tuple[object, ...]) -> int:
        return self._row * len(self._columns) + self._columns[key]
