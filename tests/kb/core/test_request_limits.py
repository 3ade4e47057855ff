"""The counters of requests, shared by processes."""

import os

from kb.core.request_limits import WINDOW_S, RequestLimits


class Timer:
    """A clock that a test sets."""

    now = 10.0 * WINDOW_S

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def test_a_network_has_its_limit_in_each_minute() -> None:
    """The last request within the limit is allowed, and the next minute begins anew."""
    timer = Timer()
    limits = RequestLimits(timer)

    first = limits.count("search", "203.0.113.7", 2)
    assert (first.remaining, first.reset_s, first.is_exceeded) == (1, 60, False)
    timer.now += 20
    assert not limits.count("search", "203.0.113.7", 2).is_exceeded
    third = limits.count("search", "203.0.113.7", 2)
    assert (third.remaining, third.reset_s, third.is_exceeded) == (0, 40, True)
    timer.now += 40
    assert limits.count("search", "203.0.113.7", 2).remaining == 1


def test_networks_and_policies_are_counted_apart() -> None:
    """One IPv6 network has very many addresses, and counts as one."""
    limits = RequestLimits(Timer())

    limits.count("search", "2001:db8::1", 9)

    assert limits.count("search", "2001:db8::2", 9).remaining == 7
    assert limits.count("search", "2001:db8:0:1::1", 9).remaining == 8
    assert limits.count("suggest", "2001:db8::1", 9).remaining == 8


def test_processes_count_together() -> None:
    """A client is served by several workers."""
    limits = RequestLimits(Timer())
    child = os.fork()
    if not child:
        limits.count("search", "203.0.113.7", 9)
        os._exit(0)
    os.waitpid(child, 0)

    assert limits.count("search", "203.0.113.7", 9).remaining == 7
