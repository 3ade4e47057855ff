"""Limits of requests: how many a network may send, and how much of a body is stored.

The requests of a minute are counted in memory that processes share. The memory belongs
to no file, and no address is stored: a keyed digest of policy and network chooses one
of many counters. Two networks with the same counter are counted together, which is
rare. Processes take no lock: a lost count makes a limit looser.
"""

import hashlib
import mmap
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kb.core.networks import network_of

WINDOW_S = 60
COUNTERS = 1 << 16
_NUMBERS_PER_COUNTER = 2
_BYTES_PER_NUMBER = 8


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a network may still request: of `limit`, until `reset_s` seconds from now.

    `is_exceeded`: this request is more than the limit allows.
    """

    limit: int
    remaining: int
    reset_s: int
    is_exceeded: bool


class RequestLimits:
    """Fixed windows of a minute; made before the fork, used by every process."""

    def __init__(self, timer: Callable[[], float] = time.time) -> None:
        size = COUNTERS * _NUMBERS_PER_COUNTER * _BYTES_PER_NUMBER
        self._numbers = memoryview(mmap.mmap(-1, size)).cast("Q")
        self._key = secrets.token_bytes(16)
        self._timer = timer

    def count(self, policy: str, address: str, limit: int) -> Allowance:
        """Count a request from an IP address, and return what remains of the limit."""
        now = self._timer()
        window = int(now // WINDOW_S)
        cell = _NUMBERS_PER_COUNTER * self._counter(policy, network_of(address))
        if self._numbers[cell] != window:
            self._numbers[cell], self._numbers[cell + 1] = window, 0
        used = self._numbers[cell + 1] = self._numbers[cell + 1] + 1
        reset_s = max(1, round((window + 1) * WINDOW_S - now))
        return Allowance(limit, max(0, limit - used), reset_s, used > limit)

    def _counter(self, policy: str, network: str) -> int:
        text = f"{policy} {network}".encode()
        digest = hashlib.blake2b(text, key=self._key, digest_size=8).digest()
        return int.from_bytes(digest) % COUNTERS


REJECTED_BODY = "kb.rejected_body"
"""The WSGI key of why a body was not stored: True if it is too long, or an OSError."""


REFUSED = "kb.refused"
"""The WSGI key that is True if the threads for such requests have too much to do."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The bytes of a request body that are stored, and that are read to be discarded.

    A browser displays the response to a form only after it has sent the whole form: a
    body between the two limits is read, and the application answers without it.
    """

    stored: int
    discarded: int = 0


GetBodyLimits = Callable[[Mapping[str, str]], BodyLimits]
"""Returns the limits of a request, from `PATH_INFO` and `HTTP_COOKIE`."""
