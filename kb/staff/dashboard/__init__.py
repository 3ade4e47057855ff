"""The desk, and the lists of work that begin on it."""
