"""Safety copies."""
