"""Files that staff send: upload, reading, and the review of what was extracted."""
