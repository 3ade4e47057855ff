"""Reader of PDF: glyphs, then words, lines, columns, paragraphs and tables.

A PDF only says which glyph is where. Each module builds larger units from those of the
one before; only `glyphs`, `ruling_lines` and the page reader call PDFium.
"""
