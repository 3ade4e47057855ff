"""How records are cited: formatted references, BibTeX, RIS and CSL-JSON."""
