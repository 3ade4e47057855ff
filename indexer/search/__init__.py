"""Search policy: everything of a search that does not depend on an index format.

    relaxation.py       the order of spelling, synonyms and widening
    query_rewriting.py  changes to the tree of a query before it is matched
    query_parts.py      the parts of a query that match reasons are about
    hits.py             the hits of a page: marks, snippets and match reasons
    spelling.py         which words are corrected, and to what
    fuzzy_words.py      sorted words: by prefix, and within an edit distance
    suggester.py        the order of suggestions, and the words of names
    facet_order.py      the order of facet values, and selected values
    ranking.py          the weights of the scoring formula
    rank_fusion.py      the order of the records that match a question in part
    static_index.py     the index of the copy of the site as files

An engine implements `relaxation.Matcher`, `spelling.Vocabulary` and
`hits.MatchEvidence`.
"""
