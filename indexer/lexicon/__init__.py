"""What else a word is called: in the other language, and by its other names.

Four sources, asked in this order: what staff decided (`documents/lexicon.yaml`), the
glossary, what was learned from records that stand in both languages, and a table that
is shipped. `table.tsv.xz` is made by `make_table.py`; its licence is in `LICENSE`.
"""
