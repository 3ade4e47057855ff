"""What visitors send without an account: proposals, answers to needs, corrections."""

from kb.contributions.routes import blueprint

__all__ = ["blueprint"]
