"""What every search engine does."""
