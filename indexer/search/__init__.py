"""Search policy: everything of a search that does not depend on an index format.

    relaxation.py       the order of spelling, synonyms and widening
    query_rewriting.py  changes to the tree of a query before it is matched
    curation.py         records that staff put first, or leave out, for a query
    query_parts.py      the parts of a query that match reasons are about
    spelling.py         which words are corrected, and to what
    fuzzy_words.py      sorted words: by prefix, and within an edit distance
    suggester.py        the order of suggestions
    name_index.py       the words of names, for suggestions
    facet_order.py      the order of facet values, and selected values
    ranking.py          the weights of the scoring formula

An engine implements `relaxation.Matcher` and `spelling.Vocabulary`.
"""
