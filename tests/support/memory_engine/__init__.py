"""A plain search engine in memory: for tests, and the oracle of the other engine.

    analyzed_record.py  a record as words, by edition, part and field
    record_scorer.py    records and passages that match, with their scores
    record_vocabulary.py the words of records
    memory_page.py      a page of results, for `indexer.search.hits`
    memory_engine.py    the interface of `engines/base.py`

It applies the rules of `indexer.search` record after record, without an inverted index:
a search takes time in proportion to the size of the corpus.
"""
