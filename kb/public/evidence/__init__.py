"""The evidence atlas: practices by theme, aim, audience, country and year."""
