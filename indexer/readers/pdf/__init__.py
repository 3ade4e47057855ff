"""Reads PDF: letters where they stand on a page, and from these lines, columns, blocks.

A PDF says nothing but which letter stands where. So each module makes of what the one
before gave something larger, and none but `glyphs` and `rules` knows the library.
"""
