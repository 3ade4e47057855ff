"""Settings, locks, SQLite connections, cache keys and message catalogs."""
