"""What other programs read: the feed of a search, and what crawlers ask for."""

from kb.feeds.routes import blueprint

__all__ = ["blueprint"]
