"""Readers of tables: sheets of a spreadsheet, references, and answers of OAI-PMH."""
