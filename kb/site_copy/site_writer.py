"""Writes the copy of the site: its pages, originals, styles and search.

Each language is crawled in a process of its own, while this one makes the search.
"""

import base64
import ctypes
import json
import multiprocessing
import os
import re
import secrets
import shutil
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, render_template
from flask.testing import FlaskClient
from flask_babel import gettext as _
from markupsafe import escape

from indexer.model.dates import PartialDate
from indexer.model.ids import Locale
from indexer.model.problems import message
from kb.backup.errors import BackupError, system_error
from kb.core.storage_errors import storage_errors
from kb.services import Services
from kb.site_copy.copied_links import STATIC, CopiedLinks, file_of, linked_paths
from kb.site_copy.search_data import search_data
from kb.web.date_text import date_text
from kb.web.licence import LICENCE_ID
from kb.web.locale import choose_locale, page_locale

FILES = Path(__file__).parent / "files"
_PR_SET_PDEATHSIG = 1
SEARCH_DATA = "copy-search-data.js"
COPIED_SCRIPTS = ("copy-search.js", "copy-results.js")
"""The scripts of the site that the copy uses: no other one opens from a disk."""

LEFT_OUT = {"share", "staff.css"}
"""Static files that no page of the copy uses."""

MARKER = "copy.json"
"""The file that says that a folder is a copy, which the next copy may replace."""

_MODULE = re.compile(r'\s*<script type="module"[^>]*></script>')
_MASK = re.compile(r"url\(([^)?]+\.svg)(?:\?[^)]*)?\)")
_PRELOAD = re.compile(r'\s*<link rel="preload"[^>]*>')
_POST_FORM = re.compile(r'<form\b[^>]*\bmethod="post".*?</form>', re.DOTALL)
_SPRITE = re.compile(
    r'<use (class="[^"]*" )?href="[^"#]*/(\w+)\.svg[^"#]*#([\w-]+)" ?/>'
)
_SYMBOL = re.compile(
    r'<(symbol|g|path) id="([\w-]+)".*?</\1>|<path id="([\w-]+)"[^>]*/>', re.DOTALL
)


@dataclass(slots=True)
class _Crawl:
    """The pages and files that were found, by path; `moved` are redirects.

    `skipped` are links to the pages of the other language.
    """

    bodies: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)

    def add(self, other: "_Crawl") -> None:
        """Add what another crawl found."""
        self.bodies |= other.bodies
        self.pages |= other.pages
        self.moved |= other.moved
        self.skipped |= other.skipped

    @property
    def missing(self) -> set[str]:
        """The skipped links that no crawl followed."""
        return self.skipped - self.pages.keys() - self.bodies.keys() - self.moved.keys()


@dataclass(frozen=True, slots=True)
class SiteCopy:
    """What was written: pages, files, bytes."""

    pages: int
    files: int
    size_bytes: int


def write_site_copy(app: Flask, services: Services, target: Path) -> SiteCopy:
    """Write the whole public site into a folder that is new, empty or an earlier copy.

    The folder has its name only once the copy is complete.

    Raises:
        BackupError: the folder is of something else, or can't be written.
    """
    with storage_errors(target, system_error):
        _check_target(target)
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        try:
            part.mkdir(parents=True)
            copy = _write(app, services, part)
            _replace(target, part)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return copy


def _check_target(target: Path) -> None:
    if target.is_dir() and any(target.iterdir()) and not (target / MARKER).is_file():
        reason = message("this folder has other files: name a new or an empty one")
        raise BackupError(target, reason)


def _replace(target: Path, part: Path) -> None:
    """Rename the complete copy; an earlier one is deleted after that."""
    old = part.with_name(f"{part.name}.old")
    if target.exists():
        target.rename(old)
    part.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _write(app: Flask, services: Services, folder: Path) -> SiteCopy:
    site_url, today = services.settings.own_url, services.clock().date()
    crawl, data = _crawl_beside(app, services)
    notes = {}
    for locale in Locale:
        with app.test_request_context(f"/{locale}/search", base_url=site_url):
            choose_locale(locale)
            crawl.pages[f"/{locale}/search"] = _from_root(_search_page(), site_url)
            notes[locale] = _note(PartialDate(today.year, today.month, today.day))
    _write_pages(crawl, folder, notes, Path(app.static_folder or ""), site_url)
    for path, body in crawl.bodies.items():
        _put(folder / file_of(path), body)
    _copy_static(Path(app.static_folder or ""), folder)
    _put(folder / "static" / SEARCH_DATA, data.encode())
    about = {"origin": site_url, "date": today.isoformat(), "license": LICENCE_ID}
    _put(folder / MARKER, f"{json.dumps(about)}\n".encode())
    _make_readable(folder)
    files = [each for each in folder.rglob("*") if each.is_file()]
    size = sum(file.stat().st_size for file in files)
    return SiteCopy(len(crawl.pages), len(files), size)


def _make_readable(folder: Path) -> None:
    """Let everybody read the copy: all of it is public."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _search_page() -> str:
    """Return the page of the search, with its scripts; no module opens from a disk."""
    scripts = "".join(
        f'<script src="{STATIC}{name}" defer></script>'
        for name in (SEARCH_DATA, *COPIED_SCRIPTS)
    )
    page = render_template("copy/search.html")
    return page.replace("</body>", f"{scripts}</body>", 1)


def _note(day: PartialDate) -> str:
    """Return the line above each page, with `{url}` for its address online."""
    text = _("Copy of %(date)s.", date=date_text(day, page_locale()))
    link = _("Read this page online, as it is today")
    return (
        f'<p class="copy-note">{escape(text)} <a href="{{url}}">{escape(link)}</a></p>'
    )


def _write_pages(
    crawl: _Crawl, folder: Path, notes: dict[Locale, str], static: Path, site_url: str
) -> None:
    files = {f"{STATIC}{static_file}" for static_file in _static_files(static)}
    files |= {f"{STATIC}{each.name}" for each in FILES.iterdir()}
    files |= {f"{STATIC}{SEARCH_DATA}", *crawl.bodies, *crawl.pages}
    links = CopiedLinks(files, crawl.moved, site_url)
    sprites = _Sprites(static)
    for path, page in crawl.pages.items():
        note = notes[Locale(path.split("/")[1])]
        noted = _with_note(
            _without_service(page), note.replace("{url}", site_url + path)
        )
        _put(
            folder / file_of(path),
            links.rewrite(sprites.inlined(noted), path).encode(),
        )


def _crawl_beside(app: Flask, services: Services) -> tuple[_Crawl, str]:
    """Return what a crawl of the site finds, and the data of the search."""
    site_url = services.settings.own_url
    app.test_client().get(f"/{Locale.FR}/")  # reads the content for all processes
    # A forked process has the application, which could not be sent to it.
    with ProcessPoolExecutor(
        len(Locale),
        multiprocessing.get_context("fork"),
        initializer=_keep,
        initargs=(app, site_url, os.getpid()),
    ) as pool:
        parts = pool.map(_crawl_locale, Locale)
        with app.test_request_context("/", base_url=site_url):
            data = search_data(services)
        crawl = _Crawl()
        for part in parts:
            crawl.add(part)
    # A page that only the other language links to.
    crawl.add(_crawl(app.test_client(), site_url, crawl.missing, set(Locale)))
    return crawl, data


_kept: list[tuple[Flask, str]] = []
"""The application and the address of the site, in a process that crawls."""


def _keep(app: Flask, site_url: str, parent: int) -> None:
    """Keep what a crawl needs; the process ends with the one that started it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)  # The parent was killed before the signal was asked for.
    _kept.append((app, site_url))


def _crawl_locale(locale: Locale) -> _Crawl:
    [(app, site_url)] = _kept
    return _crawl(app.test_client(), site_url, {f"/{locale}/"}, {locale})


def _crawl(
    client: FlaskClient, site_url: str, start: Iterable[str], locales: set[Locale]
) -> _Crawl:
    """Request all pages of some languages that links lead to from the first ones."""
    crawl = _Crawl()
    waiting = deque(sorted(start))
    seen = set(waiting)
    while waiting:
        for path in sorted(_fetch(client, site_url, waiting.popleft(), crawl) - seen):
            seen.add(path)
            if Locale(path.split("/")[1]) in locales:
                waiting.append(path)
            else:
                crawl.skipped.add(path)
    return crawl


def _fetch(client: FlaskClient, site_url: str, path: str, crawl: _Crawl) -> set[str]:
    """Request a path, and return the paths that it links or redirects to."""
    with client.get(path, base_url=site_url) as response:
        if response.location:
            mount_path = urlsplit(site_url).path
            target = urlsplit(response.location).path.removeprefix(mount_path)
            crawl.moved[path] = target
            return {target}
        if response.status_code != HTTPStatus.OK:
            return set()
        if response.mimetype != "text/html" or "/files/" in path:
            crawl.bodies[path] = response.data
            return set()
        crawl.pages[path] = _from_root(response.data.decode(), site_url)
        return linked_paths(crawl.pages[path])


def _from_root(page: str, site_url: str) -> str:
    """Return a page whose links begin at the root, not at the path of the site."""
    mount_path = urlsplit(site_url).path
    if not mount_path:
        return page
    start = re.escape(f"{mount_path}/")
    return re.sub(rf'\b(href|src|action)="{start}', r'\1="/', page)


def _without_service(page: str) -> str:
    """Remove modules, which browsers load from no disk, and forms of the service."""
    return _POST_FORM.sub("", _PRELOAD.sub("", _MODULE.sub("", page)))


def _with_note(page: str, note: str) -> str:
    """Add the line with the day of the copy before the header, and the sheet for it."""
    sheet = f'<link rel="stylesheet" href="{STATIC}copy.css">'
    noted = page.replace('<header class="bar">', f'{note}<header class="bar">', 1)
    return noted.replace("</head>", f"{sheet}</head>", 1)


class _Sprites:
    """The icons of the static folder: from a disk, browsers load them from no file."""

    def __init__(self, static: Path) -> None:
        self._static = static
        self._symbols: dict[str, dict[str, str]] = {}

    def inlined(self, page: str) -> str:
        """Return a page that contains each symbol that it uses."""
        used: dict[str, str] = {}

        def change(match: re.Match[str]) -> str:
            css_class, sprite, name = match.groups()
            symbol = self._of(sprite).get(name)
            if symbol is None:
                return match[0]
            used[name] = symbol
            return f'<use {css_class or ""}href="#{name}"/>'

        page = _SPRITE.sub(change, page)
        if not used:
            return page
        sheet = "".join(used.values())
        hidden = f'<svg xmlns="http://www.w3.org/2000/svg" hidden>{sheet}</svg>'
        return page.replace("</body>", f"{hidden}</body>", 1)

    def _of(self, sprite: str) -> dict[str, str]:
        if sprite not in self._symbols:
            text = (self._static / f"{sprite}.svg").read_text("utf-8")
            self._symbols[sprite] = {
                match[2] or match[3]: match[0] for match in _SYMBOL.finditer(text)
            }
        return self._symbols[sprite]


def _put(file: Path, body: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)


def _static_files(static: Path) -> Iterator[str]:
    """Yield the static files that the pages of the copy use."""
    for path in static.rglob("*"):
        is_script = path.suffix == ".js" and path.name not in COPIED_SCRIPTS
        if (
            path.is_file()
            and not is_script
            and not LEFT_OUT & {path.name, path.parent.name}
        ):
            yield path.relative_to(static).as_posix()


def _copy_static(static: Path, folder: Path) -> None:
    for name in _static_files(static):
        body = (static / name).read_bytes()
        if name.endswith(".css"):
            body = _with_masks(body.decode(), static).encode()
        _put(folder / "static" / name, body)
    for path in FILES.iterdir():
        at = folder if path.name == "index.html" else folder / "static"
        _put(at / path.name, path.read_bytes())


def _with_masks(sheet: str, static: Path) -> str:
    """Return a sheet that contains its masks: from a disk, browsers load none."""

    def inlined(match: re.Match[str]) -> str:
        image = base64.b64encode((static / match[1]).read_bytes()).decode()
        return f"url(data:image/svg+xml;base64,{image})"

    return _MASK.sub(inlined, sheet)
