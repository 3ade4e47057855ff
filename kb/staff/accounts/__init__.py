"""Accounts: sign-in, the own account, administration, and the audit log."""
