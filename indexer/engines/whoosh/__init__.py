"""The engine on Whoosh. Nothing outside this folder imports Whoosh.

    generations.py   directories, stamps, locks: what makes an index safe to open
    schema.py        the fields
    version.py       the stamp of the code that an index was made by
    writing.py       records → documents of Whoosh
    snapshot.py      an open index, its facts in arrays
    postings.py      the postings of a term, as arrays
    rewriting.py     what is changed in a query before it is matched
    matching.py      a query → which records match, and how well
    counting.py      filters and facets
    spelling.py      words that no record holds → the nearest that one does
    answering.py     what matched → one page of results
    engine.py        the five methods

Whoosh unpickles what it opens, never flushes to disk and stays locked after a failed
commit. So an index is never changed in place: each change makes a new directory (a
"generation"), flushed and signed, then named as the current one.
"""
