"""From `documents/` to search results, without anything of the web."""
