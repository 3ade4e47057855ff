"""What agents call: the tools of a server of the Model Context Protocol."""

from kb.agents.routes import blueprint

__all__ = ["blueprint"]
