"""What readers and programs take away: searches as files, the dump, and its page."""

from kb.open_data.routes import blueprint

__all__ = ["blueprint"]
