"""The warnings of the content: found beside the workers, read by pages of staff."""

import threading

from indexer.corpus.content_warnings import WarningFinder
from indexer.corpus.corpus import Corpus
from indexer.corpus.record_cache import FoundWarnings, RecordCache
from indexer.pipeline import Locations

MAX_STORED = 500
"""More than a page shows: reading thousands takes half a second of each page."""


class ContentWarnings:
    """Warnings of the whole content, stored with the stamp of what was checked."""

    def __init__(self, locations: Locations) -> None:
        documents = locations.documents
        self._finder = WarningFinder(documents, shown_root=documents.name)
        self._cache = RecordCache(locations.record_cache, documents)
        self._lock = threading.Lock()
        self._known = FoundWarnings()

    def check(self, corpus: Corpus) -> FoundWarnings:
        """Find and store the warnings of a corpus, and return them.

        The first time in a process takes two milliseconds for each record; the next
        times, only changed records are checked.
        """
        with self._lock:
            if self._known.stamp != corpus.stamp:
                stored = self._cache.warnings()
                if stored is None or stored.stamp != corpus.stamp:
                    found = tuple(self._finder.find(corpus))
                    first = found[:MAX_STORED]
                    stored = FoundWarnings(corpus.stamp, len(found), first)
                    self._cache.store_warnings(stored)
                self._known = stored
            return self._known

    def last(self, corpus: Corpus) -> FoundWarnings:
        """Return the warnings last stored; their stamp may differ from the corpus.

        Another process finds the warnings of the newest content.
        """
        if self._known.stamp != corpus.stamp:
            self._known = self._cache.warnings() or self._known
        return self._known
