"""Everything that is read from an index: matching, scoring, facets, result pages."""
