"""The public pages."""

from kb.public.routes import blueprint

__all__ = ["blueprint"]
