"""Read `documents/`: records, their editions, and every problem in them.

The reader repairs nothing and does not stop at the first problem. A record whose own
files are not valid is left out; a record that links to an unknown record is kept
without that link.
"""
