"""Keycloak on this machine, an OpenID Connect provider, for tests and trials.

pom.xml       the server, from Maven Central
realm.json    the persons and the client of the tests
server.py     starts and stops the server
__main__.py   `make keycloak`
"""
