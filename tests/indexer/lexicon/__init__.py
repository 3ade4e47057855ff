"""What else a word is called."""
