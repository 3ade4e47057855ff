"""The counters that the processes of the service share."""

import os
import threading
import warnings

from kb.core.metrics import (
    BUCKETS_S,
    SECONDS,
    ConnectionFault,
    Mark,
    Metrics,
    RequestGroup,
)


def in_a_fork(action: object, metrics: Metrics, row: int) -> None:
    """Run a function in a forked process that counts in a row of its own."""
    with warnings.catch_warnings():
        # Threads of NumPy's algebra library stop around a fork.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        metrics.use_row(row)
        assert callable(action)
        action()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_counts_of_all_processes_are_added() -> None:
    """A worker that replaces a dead one continues its row."""
    metrics = Metrics()
    for row in (1, 2, 1):
        in_a_fork(
            lambda: metrics.count_request(RequestGroup.PAGES, 200, 0.02), metrics, row
        )

    assert metrics.total(RequestGroup.PAGES, "2xx") == 3
    assert metrics.total(RequestGroup.PAGES, "5xx") == 0
    assert metrics.total(RequestGroup.API, "2xx") == 0
    assert round(metrics.total(RequestGroup.PAGES, SECONDS), 6) == 0.06


def test_threads_of_a_process_lose_no_count() -> None:
    """Each worker has several threads."""
    metrics = Metrics()

    def count() -> None:
        for _ in range(2000):
            metrics.count(ConnectionFault.LATE)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert metrics.total(ConnectionFault.LATE) == 8000
    assert metrics.total(ConnectionFault.MALFORMED) == 0


def test_buckets_are_cumulative() -> None:
    """A limit belongs to its bucket, as Prometheus defines it."""
    metrics = Metrics()
    for seconds in (0.001, BUCKETS_S[0], 0.3, 99):
        metrics.count_request(RequestGroup.API, 503, seconds)

    assert metrics.buckets(RequestGroup.API) == [2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4]
    assert metrics.total(RequestGroup.API, "5xx") == 4


def test_a_mark_of_one_process_is_seen_by_the_others() -> None:
    """The watcher process stores since when the index is behind."""
    metrics = Metrics()
    in_a_fork(lambda: metrics.set_mark(Mark.INDEX_BEHIND_SINCE, 12.5), metrics, 7)

    assert metrics.mark(Mark.INDEX_BEHIND_SINCE) == 12.5
    assert metrics.mark(Mark.FULL_DISK_LOGGED_AT) == 0
