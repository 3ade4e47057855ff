"""The feed of a search, and the files that crawlers and browsers read."""

from kb.feeds.routes import blueprint

__all__ = ["blueprint"]
