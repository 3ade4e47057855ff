"""The tests: what the project promises, one behaviour each."""
