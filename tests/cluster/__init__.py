"""A cluster of OpenSearch on this machine, for tests and trials.

pom.xml       the server and its module for HTTP, from Maven Central
nodes.py      starts and stops the nodes
__main__.py   `make cluster`
"""
