"""Recommendations and practices that are proposed from the text of a document."""
