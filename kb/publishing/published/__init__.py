"""The published content: put online, replaced, withdrawn, deleted, merged."""
