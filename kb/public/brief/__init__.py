"""The dossier as a brief: its form, its content, its files."""
