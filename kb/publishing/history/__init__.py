"""The history of the content: each change of a record, its actor, time and states."""
