"""The engine on OpenSearch. Nothing outside this folder imports its client.

    opensearch_engine.py the interface of `engines/base.py`
    cluster_client.py    requests to the nodes: sign-in, one retry elsewhere, limits
    stamp.py             what tells our index from others: version, signature, change
    index_fields.py     fields, settings and mapping of an index
    documents.py         an indexed record as documents, analysed by our analyzer
    bulk_sender.py       documents in bulk requests
    bulk_writer.py       a new index behind an alias, and changes in bulk
    open_index.py        one generation: searches, suggestions, its words
    node_queries.py      a tree of a query as a query of the server
    server_matcher.py    counts matches for `indexer.search.relaxation`
    server_words.py      the words of the index, for spelling and translations
    server_names.py      names that complete what is typed
    page_search.py       the requests of a page of results
    facet_requests.py    facets as filter aggregations
    hit_builder.py       hits with their snippets, marks and reasons

Analysis is ours: fields contain our terms, separated by spaces. The server matches,
scores and counts. There are documents of these types in one index:

    record   all words of a record, as searches match records as a whole
    passage  the words of one passage, for the best passage and for snippets
    place    the names of a place
    word     a spelling, to find similar ones
    links    the word links
"""
