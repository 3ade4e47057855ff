"""The page of a record, of a theme or of a term, now and on an earlier day."""
