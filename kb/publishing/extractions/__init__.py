"""What was extracted from files: stored by digest, and written as draft records."""
