"""Settings, locks, permissions, SQLite connections, cache keys, message catalogs."""
