"""Text analysis: the same tokens and stems at indexing and at query time.

The code of this folder is part of the index version: a change rebuilds the index.
"""
