"""What visitors may type, whatever the engine.

    words           "a phrase"      -word       word*       ( brackets )
    AND OR NOT      ET OU SAUF      in capitals
    theme:trolling  title:word      a facet, or the title

Words side by side must all be found. `parser.py` turns a text into a tree; a text that
it can't read is taken as plain words, and the query says so.
"""
