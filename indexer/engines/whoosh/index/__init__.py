"""Everything that is written into an index, and how the bytes are read again."""
