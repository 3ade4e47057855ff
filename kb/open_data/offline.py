"""What is read without a network: the service worker, and the files of the day.

The files are made by `kb export offline`: the copy of the site as a zip, and for each
language the data of a small search. A record that was withdrawn since is in none of
them: they are then no longer sent.
"""

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path

from flask import Response, abort, send_file

from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale
from kb.core.settings import PROJECT
from kb.services import Services, services
from kb.web.date_text import date_text
from kb.web.locale import page_locale
from kb.web.records.file_links import size_text
from kb.web.responses.conditional import code_digest
from kb.web.urls import address, script_root, static_url

MANIFEST = "offline.json"
COPY_FILE = "site.zip"
SEARCH_FILES = {locale: f"search-{locale}.js" for locale in Locale}
"""The data of the search in each language, compressed."""

_STATIC = PROJECT / "kb" / "static"
_STAFF_FILES = {
    *("staff.css", "contributions.css", "chosen_rows.js", "contribution.js"),
    *("draft_check.js", "drafts.js", "insert_term.js", "kept_form.js", "passwords.js"),
    *("progress.js", "unsaved_texts.js", "uploads.js", "service_worker.js"),
    "leaving_worker.js",
}
"""Static files that no page uses that a browser keeps."""

_LISTS = "|".join([*(kind.folder for kind in Kind), "places", "audiences"])
KEPT_PAGES = (
    rf"^(?:{'|'.join(Locale)})/(?:|(?:{_LISTS})/[^/]*|deliverables/[^/]+/text/[^/]+"
    r"|atlas(?:/[^/]+)?|dossier|gaps|map|plan|ranking|timeline|what-did-not-work)$"
)
"""The paths of the pages that a browser keeps, for the worker."""

OTHER_PAGES = rf"^(?:{'|'.join(Locale)})(?:/(?:search|compare|follow|offline)?)?$"
"""Those that it does not keep, in whose place it shows what it has."""


@dataclass(frozen=True, slots=True)
class OfflineFiles:
    """The files of a day, in the folder `name`; `state` is what they depend on.

    `ids` are the records that they contain; `sizes` are bytes by name.
    """

    name: str
    state: str
    day: str
    ids: tuple[str, ...]
    sizes: Mapping[str, int]

    @property
    def day_text(self) -> str:
        """The day, in the language of the page."""
        day = dt.date.fromisoformat(self.day)
        return date_text(PartialDate(day.year, day.month, day.day), page_locale())

    def size(self, name: str) -> str:
        """Return the size of a file with its unit."""
        return size_text(self.sizes[name], page_locale())

    def url(self, name: str) -> str:
        """Return the address of a file, which changes with each day."""
        return address("open_data.offline_file", name=name, v=self.name)


def offline_folder(site: Services) -> Path:
    """Return the folder of the files; it can be deleted at any time."""
    return site.settings.locations.instance / "offline"


def offline_state(site: Services) -> str:
    """Return a digest of what files of any day depend on: the code and the address."""
    parts = (code_digest(), site.settings.own_url)
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def offline_files(site: Services) -> OfflineFiles | None:
    """Return the last files; None without any, or if they are not to be sent."""
    try:
        text = (offline_folder(site) / MANIFEST).read_text("utf-8")
        body = json.loads(text)
        files = OfflineFiles(**body | {"ids": tuple(body["ids"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    published = set(map(str, site.corpus.records))
    is_current = files.state == offline_state(site) and published.issuperset(files.ids)
    return files if is_current else None


def has_outdated_files(site: Services) -> bool:
    """Return whether there were files that are not to be sent, and delete them."""
    manifest = offline_folder(site) / MANIFEST
    if not manifest.exists() or offline_files(site) is not None:
        return False
    manifest.unlink(missing_ok=True)
    for path in offline_folder(site).iterdir():
        if path.is_dir() and not path.name.startswith("."):
            shutil.rmtree(path, ignore_errors=True)
    return True


def send_offline_file(name: str) -> Response:
    """Send a file of the day; 404 without one."""
    site = services()
    files = offline_files(site) if site.settings.keeps_offline else None
    if files is None or name not in files.sizes:
        abort(HTTPStatus.NOT_FOUND)
    is_copy = name == COPY_FILE
    response = send_file(
        offline_folder(site) / files.name / name,
        as_attachment=is_copy,
        download_name=f"innovation-security-{files.day}.zip" if is_copy else name,
        etag=files.name,
    )
    if not is_copy:
        # Only the worker requests the data of a search, from a browser that reads gzip.
        response.headers["Content-Encoding"] = "gzip"
    return response


def worker_script() -> str:
    """Return the service worker: what it keeps, then `service_worker.js`.

    Where `KB_OFFLINE` is off, it forgets all and goes, as no page registers it anew.
    """
    if not services().settings.keeps_offline:
        return (_STATIC / "leaving_worker.js").read_text("utf-8")
    files = offline_files(services())
    values = {
        "version": f"{code_digest()} {files.name if files else ''}",
        "root": f"{script_root()}/",
        "shell": [static_url(name) for name in _shell()],
        "offline": {
            locale.value: address("open_data.offline", locale=locale.value)
            for locale in Locale
        },
        "search": {
            locale.value: files.url(SEARCH_FILES[locale]) for locale in Locale if files
        },
        "kept": KEPT_PAGES,
        "other": OTHER_PAGES,
    }
    script = (_STATIC / "service_worker.js").read_text("utf-8")
    return f"const KB = {json.dumps(values)};\n{script}"


@cache
def _shell() -> tuple[str, ...]:
    """Return the static files that pages use: sheets, scripts, fonts and icons."""
    paths = (path for path in _STATIC.rglob("*") if path.is_file())
    return tuple(
        sorted(
            path.relative_to(_STATIC).as_posix()
            for path in paths
            if path.suffix in {".css", ".js", ".svg", ".woff2"}
            and path.name not in _STAFF_FILES
        )
    )
