"""From `documents/` to search results. Knows nothing of the web.

Imports go down: cli → pipeline → engines | corpus | readers | extraction |
query_language → analysis → model → errors.
"""
