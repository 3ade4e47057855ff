"""The engine on Whoosh. Nothing outside this folder imports Whoosh.

    engine.py        the interface of `engines/base.py`; searches of one snapshot
    generations.py   folders, signatures and locks: which index can be opened safely
    shared_cache.py  an LRU cache that threads share
    index/           what is written: segments, postings, doc values, merging
    search/          what is read: matching, scoring, facets, result pages

Whoosh unpickles what it opens, never calls fsync, and stays locked after a failed
commit. So an index is never changed in place: each change makes a new folder (a
"generation"), flushes and signs it, then names it as the current one.
"""
