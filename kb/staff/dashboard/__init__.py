"""The first page of staff, and the lists that it begins."""
