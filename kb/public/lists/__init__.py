"""Lists of records: of a kind, an audience, a place, and of what is missing."""
