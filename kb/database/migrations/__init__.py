"""The migrations of the database; they run by themselves."""
