"""The query language, independent of the search engine.

    words           "a phrase"      -word       word*       ( brackets )
    AND OR NOT      ET OU SAUF      in capitals
    theme:trolling  title:word      a facet, or the title

Words side by side must all match. A text that can't be parsed is searched as plain
words (`Query.is_plain`); a sign without effect adds a notice (`Query.notices`).
"""
