"""The data model shared by all packages: frozen dataclasses without side effects."""
