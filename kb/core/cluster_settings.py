"""The settings of a cluster of search servers: `KB_OPENSEARCH_…`."""

import re
from urllib.parse import urlsplit

from indexer.engines.base import ClusterAccess
from kb.core.networks import is_encrypted_or_local, is_service_url
from kb.core.variable_reader import VariableReader

CLUSTER_VARIABLES = tuple(
    f"KB_OPENSEARCH_{name}"
    for name in (
        "URL INDEX USER PASSWORD_FILE CA_FILE CERTIFICATE_FILE KEY_FILE SHARDS REPLICAS"
    ).split()
)

MAX_SHARDS = 64
MAX_REPLICAS = 8

_INDEX = re.compile(r"[a-z][a-z0-9-]{0,49}")


def read_cluster_access(reader: VariableReader, *, is_used: bool) -> ClusterAccess:
    """Return how the servers are reached; each invalid value is reported.

    `is_used` is whether the engine of the settings needs servers.
    """
    access = ClusterAccess(
        urls=_urls(reader, "KB_OPENSEARCH_URL"),
        index=_index(reader, "KB_OPENSEARCH_INDEX"),
        user=reader.text("KB_OPENSEARCH_USER"),
        password_file=reader.file("KB_OPENSEARCH_PASSWORD_FILE"),
        ca_file=reader.file("KB_OPENSEARCH_CA_FILE"),
        certificate_file=reader.file("KB_OPENSEARCH_CERTIFICATE_FILE"),
        key_file=reader.file("KB_OPENSEARCH_KEY_FILE"),
        shards=reader.number("KB_OPENSEARCH_SHARDS", 1, range(1, MAX_SHARDS + 1)),
        replicas=reader.number("KB_OPENSEARCH_REPLICAS", 1, range(MAX_REPLICAS + 1)),
    )
    if is_used and not access.urls and not reader.text("KB_OPENSEARCH_URL"):
        reader.report(
            "%(name)s is missing: KB_ENGINE=opensearch needs the addresses of "
            "its servers",
            name="KB_OPENSEARCH_URL",
        )
    _check_sign_in(reader, access)
    return access


def _urls(reader: VariableReader, name: str) -> tuple[str, ...]:
    urls = [url.rstrip("/") for url in reader.text(name).replace(",", " ").split()]
    if all(is_service_url(url) and not urlsplit(url).path for url in urls):
        return tuple(urls)
    reader.report(
        "%(name)s is not a list of addresses such as "
        "https://node1.example.org:9200, without a password in them",
        name=name,
    )
    return ()


def _index(reader: VariableReader, name: str) -> str:
    text = reader.text(name, ClusterAccess().index)
    if not _INDEX.fullmatch(text):
        reader.report(
            "%(name)s=%(text)s is not a name of small letters, digits and hyphens",
            name=name,
            text=text,
        )
    return text


def _check_sign_in(reader: VariableReader, access: ClusterAccess) -> None:
    if bool(access.user) != (access.password_file is not None):
        reader.report(
            "KB_OPENSEARCH_USER and KB_OPENSEARCH_PASSWORD_FILE belong together"
        )
    if bool(access.certificate_file) != bool(access.key_file):
        reader.report(
            "KB_OPENSEARCH_CERTIFICATE_FILE and KB_OPENSEARCH_KEY_FILE belong together"
        )
    signs_in = access.password_file or access.certificate_file
    if signs_in and not all(map(is_encrypted_or_local, access.urls)):
        reader.report(
            "KB_OPENSEARCH_URL must name https addresses: a password or a "
            "certificate is only sent encrypted"
        )
