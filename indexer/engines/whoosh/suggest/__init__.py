"""Names that complete what a visitor is typing."""
