"""Reads `documents/`: records, their editions, and everything that is wrong in them.

Nothing is repaired in silence and nothing stops at the first problem. A record whose
own files can't be understood is left out; a record that only names something unknown
is kept, without that link.
"""
