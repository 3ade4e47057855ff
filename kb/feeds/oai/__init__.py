"""OAI-PMH 2.0: catalogues harvest the records of the site.

The library oai-repo is not used: it lists no deleted records, and continues a list by
position, so that a harvester misses records when others change meanwhile.
"""
