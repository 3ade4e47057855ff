"""Changes of the published content: publish, replace, withdraw, delete, merge."""
