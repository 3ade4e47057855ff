"""A dossier as a brief, in the formats of documents; nothing here knows of the web."""
