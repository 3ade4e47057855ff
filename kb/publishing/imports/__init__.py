"""Files that arrive: sent, read by a process of their own, and made drafts."""
