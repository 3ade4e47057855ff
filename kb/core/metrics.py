"""Counters of the service, in memory that its processes share.

The memory belongs to no file: it needs no clean-up, and a full disk does not affect it.
Each worker counts in a row of its own, so that processes need no lock. A worker that
replaces another one continues its row: no counter ever decreases.
"""

import mmap
import threading
from bisect import bisect_left
from enum import StrEnum

ROWS = 132
"""Twice the most workers, for a hand-over, and the row 0 of all other processes."""

BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The upper limits of the histogram of response times; the last bucket has none."""

STATUS_CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")

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


class Mark(StrEnum):
    """A time that one process stores for the others, in seconds since 1970."""

    INDEX_BEHIND_SINCE = "index-behind-since"
    """Since when a change of the content waits for the index; 0 if none does."""
    CONTENT_CHANGED_AT = "content-changed-at"
    """When the content last changed that another machine indexes; 0 if it never did."""
    FULL_DISK_LOGGED_AT = "full-disk-logged-at"


class Metrics:
    """Counts requests and faults; made before the fork, used by every process."""

    def __init__(self) -> None:
        keys: list[tuple[object, ...]] = [(each,) for each in (*ConnectionFault, *Mark)]
        for group in RequestGroup:
            keys += [(group, status) for status in STATUS_CLASSES]
            keys += [(group, each) for each in range(len(BUCKETS_S) + 1)]
            keys.append((group, "seconds"))
        self._columns = {key: column for column, key in enumerate(keys)}
        memory = mmap.mmap(-1, 8 * ROWS * len(keys))
        self._cells = memoryview(memory).cast("d")
        self._start = 0
        self._lock = threading.Lock()

    def use_row(self, row: int) -> None:
        """Count in a row of its own, after the fork of a worker."""
        self._start = row % ROWS * len(self._columns)

    def count_request(self, group: RequestGroup, status: int, seconds: float) -> None:
        """Count a response with its status and its time."""
        status_class = STATUS_CLASSES[min(max(status // 100, 1), 5) - 1]
        with self._lock:
            self._add((group, status_class), 1)
            self._add((group, bisect_left(BUCKETS_S, seconds)), 1)
            self._add((group, "seconds"), seconds)

    def count_fault(self, fault: ConnectionFault) -> None:
        """Count a rejected request or a closed connection."""
        with self._lock:
            self._add((fault,), 1)

    def requests(self, group: RequestGroup, status_class: str) -> float:
        """Return the number of responses of all processes with a class of statuses."""
        return self._total((group, status_class))

    def buckets(self, group: RequestGroup) -> list[float]:
        """Return the number of responses in each bucket, and in those before it."""
        count, counts = 0.0, []
        for bucket in range(len(BUCKETS_S) + 1):
            count += self._total((group, bucket))
            counts.append(count)
        return counts

    def seconds(self, group: RequestGroup) -> float:
        """Return the sum of the response times."""
        return self._total((group, "seconds"))

    def faults(self, fault: ConnectionFault) -> float:
        """Return the number of faults of all processes."""
        return self._total((fault,))

    def mark(self, mark: Mark) -> float:
        """Return the stored time, or 0."""
        return float(self._cells[self._columns[(mark,)]])

    def set_mark(self, mark: Mark, at: float) -> None:
        """Store a time for all processes; 0 deletes it."""
        self._cells[self._columns[(mark,)]] = at

    def _add(self, key: tuple[object, ...], amount: float) -> None:
        self._cells[self._start + self._columns[key]] += amount

    def _total(self, key: tuple[object, ...]) -> float:
        return float(sum(self._cells[self._columns[key] :: len(self._columns)]))
