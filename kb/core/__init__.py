"""Settings, file writes, cache keys, message catalogs and the request queue."""
