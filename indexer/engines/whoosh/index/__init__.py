"""Everything that is written into an index, and how it is read back as bytes."""
