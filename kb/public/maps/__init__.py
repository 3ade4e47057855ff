"""Maps of Europe, drawn by the server: projection, marks, names.

The outline is `kb/static/europe.svg`, made by `benchmarks/map_outline.py`. Pages
place their marks on it with the same projection.
"""
