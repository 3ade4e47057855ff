"""A plain search engine in memory: for tests, and the oracle of the other engine.

    analyzed_record.py  a record as words, by edition, part and field
    record_index.py     records that match, their scores, facets and reasons
    memory_engine.py    the interface of `engines/base.py`

It applies the rules of `indexer.search` record after record, without an inverted index:
a search takes time in proportion to the size of the corpus.
"""
