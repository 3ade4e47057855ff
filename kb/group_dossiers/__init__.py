"""Group dossiers: several people read and write a dossier by secret links."""

from kb.group_dossiers.routes import blueprint

__all__ = ["blueprint"]
