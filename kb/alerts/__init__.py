"""E-mail alerts: new matches of a search, once a week, where there is a mail server."""

from kb.alerts.routes import blueprint

__all__ = ["blueprint"]
