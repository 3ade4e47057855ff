"""The warnings of the content: found beside the workers, read by pages of staff."""

import threading

from indexer.corpus.content_warnings import WarningFinder
from indexer.corpus.corpus import Corpus
from indexer.corpus.record_cache import RecordCache
from indexer.model.problems import Problem
from indexer.pipeline import Locations


class ContentWarnings:
    """Warnings of the whole content, stored with the stamp of what was checked."""

    def __init__(self, locations: Locations) -> None:
        documents = locations.documents
        self._finder = WarningFinder(documents, shown_root=documents.name)
        self._cache = RecordCache(locations.record_cache, documents)
        self._lock = threading.Lock()
        self._known: tuple[str, tuple[Problem, ...]] = ("", ())

    def check(self, corpus: Corpus) -> tuple[Problem, ...]:
        """Find and store the warnings of a corpus, and return them.

        The first time in a process takes six milliseconds for each record; the next
        times, only changed records are checked.
        """
        with self._lock:
            if self._known[0] != corpus.stamp:
                stored = self._cache.warnings()
                if stored is None or stored[0] != corpus.stamp:
                    stored = corpus.stamp, tuple(self._finder.find(corpus))
                    self._cache.store_warnings(*stored)
                self._known = stored
            return self._known[1]

    def last(self, corpus: Corpus) -> tuple[tuple[Problem, ...], bool]:
        """Return the warnings last stored, and whether they are those of a corpus.

        Another process finds the warnings of the newest content.
        """
        if self._known[0] != corpus.stamp:
            self._known = self._cache.warnings() or self._known
        return self._known[1], self._known[0] == corpus.stamp
