"""The pages that everybody sees."""

from kb.public.routes import blueprint

__all__ = ["blueprint"]
