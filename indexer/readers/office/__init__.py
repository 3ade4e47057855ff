"""Readers of DOCX, ODT and PPTX."""
