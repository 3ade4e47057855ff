"""The settings of a cluster of search servers: `KB_OPENSEARCH_…`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from indexer.engines.cluster_access import ClusterAccess
from indexer.model.problems import Message, message

CLUSTER_VARIABLES = tuple(
    f"KB_OPENSEARCH_{name}"
    for name in (
        "URL INDEX USER PASSWORD_FILE CA_FILE CERTIFICATE_FILE KEY_FILE SHARDS REPLICAS"
    ).split()
)

MAX_SHARDS = 64
MAX_REPLICAS = 8

_INDEX = re.compile(r"[a-z][a-z0-9-]{0,49}")

Report = Callable[[Message], None]


def read_cluster_access(
    environ: Mapping[str, str], *, is_used: bool, report: Report
) -> ClusterAccess:
    """Return how the servers are reached; each invalid value is reported.

    `is_used` is whether the engine of the settings needs servers.
    """
    reader = _ClusterReader(environ, report)
    access = ClusterAccess(
        urls=reader.urls("KB_OPENSEARCH_URL"),
        index=reader.index("KB_OPENSEARCH_INDEX"),
        user=reader.text("KB_OPENSEARCH_USER"),
        password_file=reader.file("KB_OPENSEARCH_PASSWORD_FILE"),
        ca_file=reader.file("KB_OPENSEARCH_CA_FILE"),
        certificate_file=reader.file("KB_OPENSEARCH_CERTIFICATE_FILE"),
        key_file=reader.file("KB_OPENSEARCH_KEY_FILE"),
        shards=reader.number("KB_OPENSEARCH_SHARDS", 1, range(1, MAX_SHARDS + 1)),
        replicas=reader.number("KB_OPENSEARCH_REPLICAS", 1, range(MAX_REPLICAS + 1)),
    )
    if is_used and not access.urls and not reader.text("KB_OPENSEARCH_URL"):
        report(
            message(
                "%(name)s is missing: KB_ENGINE=opensearch needs the addresses of "
                "its servers",
                name="KB_OPENSEARCH_URL",
            )
        )
    reader.check_sign_in(access)
    return access


class _ClusterReader:
    def __init__(self, environ: Mapping[str, str], report: Report) -> None:
        self._environ = environ
        self._report = report

    def text(self, name: str) -> str:
        return self._environ.get(name, "").strip()

    def urls(self, name: str) -> tuple[str, ...]:
        urls = [each.rstrip("/") for each in self.text(name).replace(",", " ").split()]
        for each in urls:
            if not _is_node_url(each):
                self._report(
                    message(
                        "%(name)s is not a list of addresses such as "
                        "https://node1.example.org:9200, without a password in them",
                        name=name,
                    )
                )
                return ()
        return tuple(urls)

    def index(self, name: str) -> str:
        text = self.text(name) or ClusterAccess().index
        if not _INDEX.fullmatch(text):
            self._report(
                message(
                    "%(name)s=%(text)s is not a name of small letters, digits and "
                    "hyphens",
                    name=name,
                    text=text,
                )
            )
        return text

    def number(self, name: str, default: int, allowed: range) -> int:
        text = self.text(name) or str(default)
        if text.isascii() and text.isdigit() and int(text) in allowed:
            return int(text)
        self._report(
            message(
                "%(name)s=%(text)s is not a number from %(minimum)s to %(maximum)s",
                name=name,
                text=text,
                minimum=allowed[0],
                maximum=allowed[-1],
            )
        )
        return default

    def file(self, name: str) -> Path | None:
        text = self.text(name)
        if not text:
            return None
        path = Path(text).absolute()
        try:
            with path.open("rb"):
                pass
        except OSError as error:
            self._report(
                message(
                    "%(name)s=%(text)s cannot be read: %(reason)s",
                    name=name,
                    text=text,
                    reason=error.strerror or error,
                )
            )
        return path

    def check_sign_in(self, access: ClusterAccess) -> None:
        if bool(access.user) != (access.password_file is not None):
            self._report(
                message(
                    "KB_OPENSEARCH_USER and KB_OPENSEARCH_PASSWORD_FILE belong together"
                )
            )
        if bool(access.certificate_file) != bool(access.key_file):
            self._report(
                message(
                    "KB_OPENSEARCH_CERTIFICATE_FILE and KB_OPENSEARCH_KEY_FILE belong "
                    "together"
                )
            )
        signs_in = access.password_file or access.certificate_file
        if signs_in and not all(map(_is_private, access.urls)):
            self._report(
                message(
                    "KB_OPENSEARCH_URL must name https addresses: a password or a "
                    "certificate is only sent encrypted"
                )
            )


def _is_node_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_http = parts.scheme in {"http", "https"} and bool(parts.hostname)
    # A password in an address would be logged with it.
    is_plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    return is_http and has_port and is_plain and parts.path == ""


def _is_private(url: str) -> bool:
    """Return whether nobody on the network can read what is sent to an address."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
