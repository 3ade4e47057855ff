"""The text of an original, and the search inside one document."""
