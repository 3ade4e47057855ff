"""The engine on OpenSearch. Nothing outside this folder imports its client.

    opensearch_engine.py  the interface of `engines/base.py`; one generation, open
    cluster_client.py     requests to the nodes: sign-in, one retry elsewhere, limits
    index_fields.py       fields, settings, mapping and stamp of an index
    documents.py          an indexed record as documents, analysed by our analyzer
    bulk_sender.py        documents in bulk requests
    bulk_writer.py        a new index behind an alias, and changes in bulk
    node_queries.py       a tree of a query, and facets, as queries of the server
    server_words.py       counts of records and words for `indexer.search.relaxation`
    server_names.py       names that complete what is typed
    page_search.py        the requests of a page of results
    page_records.py       the records of a page, for `indexer.search.hits`

Analysis is ours: fields contain our terms, separated by spaces. The server matches,
scores and counts. There are documents of these types in one index:

    record   all words of a record, as searches match records as a whole
    passage  the words of one passage, for the best passage and for snippets
    place    the names of a place
    word     a spelling, to find similar ones
    links    the word links
"""
