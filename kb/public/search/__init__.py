"""The search page, and the page on following a search."""
