"""Readers of HTML and of saved web pages."""
