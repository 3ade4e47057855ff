"""The JSON that scripts use: `/api/v1/`."""

from kb.api.routes import blueprint

__all__ = ["blueprint"]
