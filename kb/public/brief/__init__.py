"""The dossier and the comparison: their records, their pages, the files of a brief."""
