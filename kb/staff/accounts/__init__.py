"""Signing in, my account, all accounts, and the log of actions."""
