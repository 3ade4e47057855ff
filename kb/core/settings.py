"""The settings, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from indexer.engines.registry import EngineName
from indexer.pipeline import Locations

PROJECT = Path(__file__).resolve().parents[2]

STATE_FILE = "staff.db"
"""What the staff side keeps, in the folder of the instance."""

MAX_PORT = 65_535
MAX_WORKERS = 64
MAX_PROXIES = 9
MAX_IDLE_MINUTES = 7 * 24 * 60
MAX_SESSION_HOURS = 90 * 24


class SettingsError(Exception):
    """Some settings can't be used; the message names them all."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are, and how the service is reached."""

    locations: Locations
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    base_url: str = ""
    """The address that the public uses, without a final slash; empty: as asked."""
    proxies: int = 0
    """How many servers stand in front, and say who asks in `X-Forwarded-For`."""
    idle_minutes: int = 8 * 60
    session_hours: int = 7 * 24
    counts_unfound: bool = True
    """Whether the words of searches that found nothing are counted."""

    @property
    def is_https(self) -> bool:
        """Tell whether the public reaches the service over TLS."""
        return self.base_url.startswith("https://")

    @property
    def own_url(self) -> str:
        """The address at which the service is reached, as far as settings tell."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.base_url or f"http://{host}:{self.port}"

    @property
    def database(self) -> Path:
        """The file of what the staff side keeps."""
        return self.locations.instance / STATE_FILE

    @property
    def secret_file(self) -> Path:
        """The secret that signs cookies, made at the first start."""
        return self.locations.instance / "secret.key"


VARIABLES = {
    "KB_HOST": "the address to listen on",
    "KB_PORT": "the port to listen on",
    "KB_WORKERS": "how many processes answer",
    "KB_BASE_URL": "the address that the public uses",
    "KB_DOCUMENTS": "the folder of the content",
    "KB_INDEX": "the folder of the search index, which can be deleted at any time",
    "KB_ENGINE": "the search engine: whoosh; or memory, for tests and small trials, "
    "which stores nothing on disk",
    "KB_INSTANCE": "the folder of what is neither content nor index",
    "KB_PROXIES": "how many servers stand in front and tell who asks",
    "KB_SESSION_IDLE_MINUTES": "after how long without use staff are signed out",
    "KB_SESSION_HOURS": "after how long staff are signed out in any case",
    "KB_UNFOUND_SEARCHES": "whether searches that found nothing are counted: yes or no",
}


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: one or more values can't be used.
    """
    reader = _Reader(os.environ if environ is None else environ)
    settings = Settings(
        locations=Locations(
            documents=reader.folder("KB_DOCUMENTS", "documents"),
            index=reader.folder("KB_INDEX", "var/index"),
            instance=reader.folder("KB_INSTANCE", "var/instance"),
            engine=reader.engine("KB_ENGINE", EngineName.WHOOSH),
        ),
        host=reader.text("KB_HOST", "127.0.0.1"),
        port=reader.number("KB_PORT", 8000, limit=MAX_PORT),
        workers=reader.number("KB_WORKERS", 2, limit=MAX_WORKERS),
        base_url=reader.address("KB_BASE_URL"),
        proxies=reader.number("KB_PROXIES", 0, least=0, limit=MAX_PROXIES),
        idle_minutes=reader.number(
            "KB_SESSION_IDLE_MINUTES", 8 * 60, limit=MAX_IDLE_MINUTES
        ),
        session_hours=reader.number(
            "KB_SESSION_HOURS", 7 * 24, limit=MAX_SESSION_HOURS
        ),
        counts_unfound=reader.yes_or_no("KB_UNFOUND_SEARCHES", default=True),
    )
    reader.check_apart(settings.locations)
    reader.finish()
    return settings


class _Reader:
    """Reads variables one by one, and gathers what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._faults = [
            f"{name} is not a setting; there are: {', '.join(VARIABLES)}"
            for name in sorted(environ)
            if name.startswith("KB_") and name not in VARIABLES
        ]

    def text(self, name: str, default: str) -> str:
        return self._environ.get(name, "").strip() or default

    def folder(self, name: str, default: str) -> Path:
        path = Path(self.text(name, str(PROJECT / default)))
        if path.exists() and not path.is_dir():
            self._faults.append(f"{name}={path} is not a folder")
        return path.absolute()

    def number(self, name: str, default: int, *, limit: int, least: int = 1) -> int:
        text = self.text(name, str(default))
        if text.isascii() and text.isdigit() and least <= int(text) <= limit:
            return int(text)
        self._faults.append(f"{name}={text} is not a number from {least} to {limit}")
        return default

    def yes_or_no(self, name: str, *, default: bool) -> bool:
        text = self.text(name, "yes" if default else "no").lower()
        if text not in {"yes", "no"}:
            self._faults.append(f"{name}={text} is neither yes nor no")
        return text == "yes"

    def engine(self, name: str, default: EngineName) -> EngineName:
        text = self.text(name, default.value)
        if text in set(EngineName):
            return EngineName(text)
        choices = ", ".join(EngineName)
        self._faults.append(f"{name}={text} is not an engine; there are: {choices}")
        return default

    def address(self, name: str) -> str:
        text = self.text(name, "").rstrip("/")
        if text and not _is_base_url(text):
            self._faults.append(
                f"{name}={text} is not an address such as https://kb.example.org"
            )
        return text

    def check_apart(self, locations: Locations) -> None:
        """See that neither the index nor the instance lies in the content."""
        documents, index = locations.documents.resolve(), locations.index.resolve()
        instance = locations.instance.resolve()
        if documents in {index, instance, *index.parents, *instance.parents}:
            self._faults.append(
                "KB_INDEX and KB_INSTANCE must lie outside KB_DOCUMENTS"
            )
        if index in {instance, *documents.parents, *instance.parents}:
            self._faults.append("KB_INDEX must be a folder of its own")

    def finish(self) -> None:
        if self._faults:
            raise SettingsError("; ".join(self._faults))


def _is_base_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_http = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return is_http and has_port and not parts.query and not parts.fragment
