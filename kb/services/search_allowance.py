"""How much each visitor adds to the counts of searches without results."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from cachetools import TTLCache

from indexer.model.ids import Locale
from kb.core.networks import network_of

SEARCHES_PER_HOUR = 20
MAX_NETWORKS = 10_000
HOUR_S = 3600


class SearchAllowance:
    """The searches that each network has added to the counts within an hour.

    They are in the memory of this process only: no address of a visitor is written.
    """

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._seen: TTLCache[str, set[int]] = TTLCache(MAX_NETWORKS, HOUR_S, timer)
        self._lock = threading.Lock()

    def admit(self, address: str, text: str, locale: Locale) -> bool:
        """Return whether to count a search: once per network, and up to a limit."""
        network, search = network_of(address), hash((text.casefold().strip(), locale))
        with self._lock:
            seen = self._seen.get(network)
            if seen is None:
                seen = self._seen[network] = set()
            if search in seen or len(seen) >= SEARCHES_PER_HOUR:
                return False
            seen.add(search)
            return True
