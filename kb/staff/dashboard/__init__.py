"""The dashboard, and the lists of work that begin on it."""
