"""Asks a web address whether it still answers: politely, and never this network."""

import datetime as dt
import socket
import ssl
import time
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
)
from urllib.parse import quote, urljoin, urlsplit

from indexer.model.problems import Message, message
from kb.core.networks import parse_address

TIMEOUT_S = 20.0
MAX_REDIRECTS = 5
MAX_WAIT_S = 300
"""A host that asks for a longer pause is left for the next run."""

BUSY_WAIT_S = 3600
TOTAL_PAUSE_S = 1.0

_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}
_HEAD_REFUSED = {403, 405, 501}
_PROGRAM_REFUSED = {401, 403, 405, 406, 407, 451}
"""The host answers, and does not show the page to programs: nobody knows its state."""

_CONNECTIONS: dict[str, type[HTTPConnection]] = {
    "http": HTTPConnection,
    "https": HTTPSConnection,
}
_SAFE = "%/:=&?~#+!$,;'@()*[]"


class LinkState(StrEnum):
    """What the answer of an address says of it; the values are stored."""

    ALIVE = "alive"
    FAILED = "failed"
    REFUSED = "refused"
    BUSY = "busy"


class PrivateAddressError(Exception):
    """A host name leads to an address that is not public."""


class TooManyRedirectsError(Exception):
    """An address redirects again and again."""


class AnswerTooLargeError(Exception):
    """A body has more bytes than were asked for."""


_FAULTS: dict[type[Exception], str] = {
    PrivateAddressError: "private",
    TooManyRedirectsError: "redirects",
    AnswerTooLargeError: "too-large",
    socket.gaierror: "unknown-host",
    ssl.SSLCertVerificationError: "certificate",
    ValueError: "invalid",
    OSError: "no-answer",
    HTTPException: "no-answer",
}
"""What is stored for an exception; the first one that fits."""

_SENTENCES = {
    "private": message("it leads into a private network"),
    "redirects": message("it redirects again and again"),
    "too-large": message("its answer is too large"),
    "unknown-host": message("the name of the server is not known"),
    "certificate": message("its certificate is not valid"),
    "invalid": message("it is not an address of the web"),
    "no-answer": message("no answer"),
}


def answer_message(text: str) -> Message:
    """Return the sentence of a stored answer: a status of HTTP, or a fault."""
    return _SENTENCES.get(text) or message("HTTP %(status)s", status=text)


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """What an address answered: `text` is a status of HTTP, or the name of a fault.

    `moved_to` is where permanent redirects lead.
    """

    state: LinkState
    text: str
    moved_to: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether no server answered: the network of this machine may be down."""
        return self.text in _SENTENCES and self.text != "redirects"


class LinkClient:
    """Asks one address at a time, and waits between requests."""

    def __init__(
        self,
        agent: str,
        *,
        pause_s: float,
        allowed: Collection[str] = (),
        asks_private: bool = False,
    ) -> None:
        """Name the client, and set the pause between two requests to one host.

        `allowed` are IP addresses that are asked although they are not public; with
        `asks_private`, all are.
        """
        self._asks_private = asks_private
        self._agent = agent
        self._pause_s = pause_s
        self._allowed = allowed
        self._tls = ssl.create_default_context()
        self._ready_at: dict[str, float] = {}
        self._next_at = 0.0

    def is_left(self, host: str) -> bool:
        """Return whether a host asked for a pause that is longer than a run waits."""
        return self._ready_at.get(host, 0) - time.monotonic() > MAX_WAIT_S

    def ask(self, url: str) -> LinkAnswer:
        """Return the answer of an address, after a few redirects."""
        return self._asked(url, 0)[0]

    def get(self, url: str, most_bytes: int) -> tuple[LinkAnswer, bytes]:
        """Return the answer of an address, and the body of the last redirect.

        A body of more than `most_bytes` is an answer that failed.
        """
        return self._asked(url, most_bytes)

    def _asked(self, url: str, most_bytes: int) -> tuple[LinkAnswer, bytes]:
        try:
            return self._follow(url, most_bytes)
        except tuple(_FAULTS) as error:
            fault = next(
                name for kind, name in _FAULTS.items() if isinstance(error, kind)
            )
            return LinkAnswer(LinkState.FAILED, fault), b""

    def _follow(self, url: str, most_bytes: int) -> tuple[LinkAnswer, bytes]:
        target, is_permanent = url, True
        for _ in range(MAX_REDIRECTS + 1):
            method = "GET" if most_bytes else "HEAD"
            response, body = self._request(method, target, most_bytes)
            if response.status in _HEAD_REFUSED and not most_bytes:
                response, body = self._request("GET", target, 0)
            # Headers are bytes, which http.client reads as Latin-1.
            location = response.headers.get("Location", "")
            location = quote(location, safe=_SAFE, encoding="latin-1")
            if response.status not in _REDIRECTS or not location:
                is_moved = is_permanent and target != url
                answer = self._answer(response, target, target if is_moved else "")
                return answer, body
            is_permanent &= response.status in _PERMANENT
            target = urljoin(target, location)
        raise TooManyRedirectsError(url)

    def _answer(self, response: HTTPResponse, url: str, moved_to: str) -> LinkAnswer:
        status, text = response.status, str(response.status)
        retry_after = response.headers.get("Retry-After", "")
        is_busy = status == HTTPStatus.TOO_MANY_REQUESTS or (
            status == HTTPStatus.SERVICE_UNAVAILABLE and retry_after
        )
        if is_busy:
            wait_s = _seconds(retry_after)
            self._ready_at[urlsplit(url).netloc] = time.monotonic() + wait_s
            return LinkAnswer(LinkState.BUSY, text)
        if status in _PROGRAM_REFUSED:
            return LinkAnswer(LinkState.REFUSED, text)
        if status >= HTTPStatus.BAD_REQUEST:
            return LinkAnswer(LinkState.FAILED, text)
        return LinkAnswer(LinkState.ALIVE, text, moved_to)

    def _request(
        self, method: str, url: str, most_bytes: int
    ) -> tuple[HTTPResponse, bytes]:
        parts = urlsplit(url)
        if parts.scheme not in _CONNECTIONS or not parts.hostname:
            raise ValueError(url)
        host = parts.hostname.encode("idna").decode("ascii")
        self._wait(parts.netloc)
        kind = _CONNECTIONS[parts.scheme]
        connection = kind(host, parts.port or kind.default_port)
        with closing(connection):
            connection.sock = plain = self._connect(host, connection.port)
            if parts.scheme == "https":
                connection.sock = self._tls.wrap_socket(plain, server_hostname=host)
            target = f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}"
            headers = {"User-Agent": self._agent, "Accept": "*/*"}
            if method == "GET" and not most_bytes:
                headers["Range"] = "bytes=0-1023"
            connection.request(method, quote(target, safe=_SAFE), headers=headers)
            response = connection.getresponse()
            body = response.read(most_bytes + 1) if most_bytes else b""
        if len(body) > most_bytes:
            raise AnswerTooLargeError(url)
        return response, body

    def _wait(self, host: str) -> None:
        now = time.monotonic()
        ready_at = max(self._ready_at.get(host, 0), self._next_at)
        time.sleep(max(0, ready_at - now))
        now = time.monotonic()
        self._ready_at[host] = now + self._pause_s
        self._next_at = now + min(self._pause_s, TOTAL_PAUSE_S)

    def _connect(self, host: str, port: int) -> socket.socket:
        """Connect to a host, whose IP addresses are looked up once and checked."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(info[4][0]) for info in found]
        if not all(map(self._may_ask, addresses)):
            raise PrivateAddressError(host)
        failure = OSError(host)
        for address in addresses:
            try:
                return socket.create_connection((address, port), TIMEOUT_S)
            except OSError as error:
                failure = error
        raise failure

    def _may_ask(self, address: str) -> bool:
        parsed = parse_address(address)
        is_public = parsed is not None and parsed.is_global and not parsed.is_multicast
        return is_public or self._asks_private or address in self._allowed


def _seconds(retry_after: str) -> float:
    """Return the pause that a host asks for: seconds, or a date."""
    if retry_after.isdigit():
        return min(float(retry_after), BUSY_WAIT_S)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return BUSY_WAIT_S
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    pause = (moment - dt.datetime.now(dt.UTC)).total_seconds()
    return min(max(pause, 0), BUSY_WAIT_S)
