"""The Flask site: HTTP in, HTML, JSON and Atom out."""
