"""Requests to the nodes of a cluster.

A request that one node fails to answer is sent once more, to another node: a lost node
costs a visitor a moment, a lost cluster at most twice the time limit.
"""

import json
import logging
import os
import re
import ssl
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from opensearchpy import OpenSearch
from opensearchpy.exceptions import (
    AuthenticationException,
    AuthorizationException,
    ConnectionTimeout,
    NotFoundError,
    OpenSearchException,
    SSLError,
    TransportError,
)
from opensearchpy.exceptions import ConnectionError as NoConnectionError

from indexer.engines.base import ClusterAccess
from indexer.engines.opensearch.index_fields import Json
from indexer.errors import IndexUnavailableError, IndexWriteError

SEARCH_TIMEOUT_S = 5.0
"""A visitor waits for one node at most this long, and as long for another."""

WRITE_TIMEOUT_S = 60.0
CONNECTIONS = 16
DEAD_NODE_S = 5.0
"""A node that did not answer is not asked again for this time, if others answer."""

DOWN_S = 1.0
"""When no node answers, requests fail at once for this time: none waits in a queue."""

RETRIED_STATUSES = (429, 502, 503, 504)
SEARCH_TYPE = "dfs_query_then_fetch"
"""Scores are those of the whole index, not of one of its parts."""

READ_ONLY = "the index is read-only: a disk of the cluster may be full"

BLOCKED = "cluster_block_exception"

SERVER_VERSIONS = re.compile(r"2\.(1[2-9]|[2-9]\d)\.")
"""From 2.12, a hit has the score of each part of a query; 3 was never tried."""

# The client logs each failed request with its body, which may have a visitor's words.
logging.getLogger("opensearch").setLevel(logging.CRITICAL)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unscored:
    """A search whose scores nobody reads: nodes need no statistics of one another."""

    body: Json


class UnreachableError(IndexUnavailableError):
    """No node gave an answer: the index may be whole."""


class NoSuchIndexError(Exception):
    """The index was deleted: a newer one has replaced it."""


class ClusterClient:
    """Sends requests to the nodes; safe among threads and after a fork."""

    def __init__(self, access: ClusterAccess) -> None:
        self.access = access
        self._client: tuple[int, OpenSearch] | None = None
        self._tried_version = ""
        self._down_until = 0.0
        self._lock = threading.Lock()

    @property
    def place(self) -> Path:
        """What messages name as the place of the index."""
        return self.access.place

    def search(self, index: str, body: Json) -> Json:
        """Return the answer to one search.

        Raises:
            UnreachableError: no node answers, or a part of the index is missing.
            NoSuchIndexError: there is no such index.
        """
        options = {
            "search_type": SEARCH_TYPE,
            "allow_partial_search_results": "false",
            "include_named_queries_score": "true",
        }
        path = f"/{index}/_search?{urlencode(options)}"
        return self.request("POST", path, body=body)

    def searches(self, index: str, asked: Sequence[Json | Unscored]) -> list[Json]:
        """Return the answers to several searches, sent in one request.

        They have no scores of named queries: the server gives them to `search` only.

        Raises:
            UnreachableError, NoSuchIndexError: like `search`.
        """
        header = {"index": index, "allow_partial_search_results": False}
        scored = {**header, "search_type": SEARCH_TYPE}
        lines: list[bytes] = []
        for each in asked:
            if isinstance(each, Unscored):
                lines += (request_line(header), request_line(each.body))
            else:
                lines += (request_line(scored), request_line(each))
        answers: list[Json] = []
        for attempt in (1, 2):
            answers = self.request("POST", "/_msearch", lines=lines)["responses"]
            errors = [answer for answer in answers if "error" in answer]
            if not errors:
                return answers
            if errors[0]["status"] not in RETRIED_STATUSES or attempt == 2:
                self._raise(errors[0])
        return answers

    def _raise(self, answer: Json) -> None:
        error = answer["error"]
        if answer["status"] == 404:
            raise NoSuchIndexError
        causes = error.get("root_cause") or [error]
        raise UnreachableError(
            self.place, f"{error.get('type')}: {causes[0].get('type')}"
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Json | None = None,
        lines: Iterable[bytes] | None = None,
        timeout_s: float = SEARCH_TIMEOUT_S,
    ) -> Json:
        """Return the answer to a request with a JSON body, or with `request_line`s.

        Raises:
            UnreachableError: no node answers, or refuses the request.
            NoSuchIndexError: there is no such index.
        """
        content: Any = body
        headers = {}
        if lines is not None:
            content = b"".join(lines)
            headers = {"content-type": "application/x-ndjson"}
        if time.monotonic() < self._down_until:
            raise UnreachableError(self.place, "no node answered a moment ago")
        try:
            self._check_version()
            answer = self._perform(method, path, content, headers, timeout_s)
        except NotFoundError as error:
            raise NoSuchIndexError from error
        except (OpenSearchException, OSError, ValueError) as error:
            if isinstance(error, NoConnectionError):
                self._down_until = time.monotonic() + DOWN_S
            # The error may name headers: only our own words go on.
            raise UnreachableError(self.place, reason_of(error)) from None
        return answer if isinstance(answer, dict) else {"answer": answer}

    def write(
        self,
        method: str,
        path: str,
        *,
        body: Json | None = None,
        lines: Iterable[bytes] | None = None,
    ) -> Json:
        """Return the answer to a request that changes something.

        Raises:
            IndexWriteError: no node answers, or refuses the request.
        """
        try:
            return self.request(
                method, path, body=body, lines=lines, timeout_s=WRITE_TIMEOUT_S
            )
        except IndexUnavailableError as error:
            raise IndexWriteError(self.place, error.reason) from error
        except NoSuchIndexError as error:
            raise IndexWriteError(self.place, "the index is missing") from error

    def _check_version(self) -> None:
        if not self._tried_version:
            answer = self._perform("GET", "/", None, {}, SEARCH_TIMEOUT_S)
            version = str(answer["version"]["number"])
            if not SERVER_VERSIONS.match(version):
                raise ValueError(f"the server has the untried version {version}")
            self._tried_version = version

    def _perform(
        self,
        method: str,
        path: str,
        content: Any,
        headers: Mapping[str, str],
        timeout_s: float,
    ) -> Any:
        return self._opened().transport.perform_request(
            method,
            path,
            body=content,
            headers=headers,
            params={"request_timeout": timeout_s},
        )

    def _opened(self) -> OpenSearch:
        # Sockets must not be shared with a parent process.
        with self._lock:
            if self._client is None or self._client[0] != os.getpid():
                self._client = (os.getpid(), _client(self.access))
            return self._client[1]


def _client(access: ClusterAccess) -> OpenSearch:
    options: dict[str, Any] = {}
    if any(url.startswith("https:") for url in access.urls):
        options["ssl_context"] = _ssl_context(access)
    if access.password_file is not None:
        password = access.password_file.read_text("utf-8").strip("\r\n")
        options["http_auth"] = (access.user, password)
    return OpenSearch(
        list(access.urls),
        timeout=SEARCH_TIMEOUT_S,
        max_retries=1,
        retry_on_timeout=True,
        retry_on_status=RETRIED_STATUSES,
        pool_maxsize=CONNECTIONS,
        dead_timeout=DEAD_NODE_S,
        timeout_cutoff=0,
        http_compress=False,
        **options,
    )


def _ssl_context(access: ClusterAccess) -> ssl.SSLContext:
    """Return a context that verifies the nodes, and shows our certificate to them."""
    context = ssl.create_default_context(cafile=access.ca_file)
    if access.certificate_file is not None:
        context.load_cert_chain(access.certificate_file, access.key_file)
    return context


_encode = json.JSONEncoder(ensure_ascii=False).encode


def request_line(fields: Mapping[str, Any]) -> bytes:
    """Return a line of a request that has several."""
    # Half of a surrogate pair is no text in UTF-8, and the server would reject it.
    return _encode(fields).encode("utf-8", "replace") + b"\n"


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (AuthenticationException, "the sign-in is refused"),
    (AuthorizationException, "the user lacks the rights"),
    (ConnectionTimeout, "no node answers in time"),
    (NoConnectionError, "no node answers"),
)


def reason_of(error: Exception) -> str:
    """Return why a request failed, without addresses, headers or credentials."""
    if isinstance(error, SSLError):
        return f"the certificate is not accepted ({_tls_reason(error)})"
    if isinstance(error, TransportError) and error.error == BLOCKED:
        return READ_ONLY
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    if isinstance(error, TransportError):
        return f"the cluster answers {error.status_code} ({error.error})"
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _tls_reason(error: SSLError) -> str:
    found = re.search(r"certificate verify failed: ([a-z -]+)", str(error))
    return found.group(1).strip() if found else "TLS failed"
