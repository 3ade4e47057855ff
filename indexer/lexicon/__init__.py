"""Expansion of queries: equivalents in the other language, and synonyms.

Equivalents come from four sources, in this order: the corrections of staff
(`documents/lexicon.yaml`), the glossary, the pairs learned from bilingual records, and
a shipped table. `LICENSE` is the licence of `table.tsv.xz`.
"""
