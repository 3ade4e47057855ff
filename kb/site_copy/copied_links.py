"""Where each address of the site leads in the copy: a file, or the site itself."""

import html
import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from indexer.model.ids import Kind, Locale

_LOCALES = "|".join(Locale)
_FOLDERS = "|".join(kind.folder for kind in Kind)
_PAGE = re.compile(rf"/(?:{_LOCALES})(?:/.*)?")
_ONLINE = re.compile(
    rf"/(?:{_LOCALES})/(?:search|dossier|compare|staff|propose|report|follow|alerts?|api|offline)"
    r"(?:[./?].*)?|.*\.(?:atom|ics|csv|xlsx|jsonl|bib|ris|json)"
    r"|.*/files/.*\.(?:x?html?|svg)|.*/atlas/[^/]+(?:\.(?:svg|png)|/embed)"
)
"""What stays online: what needs the service, and originals that may run a script.

The site sandboxes their scripts; a browser that opens a file does not.
"""

_FILE = re.compile(rf"/(?:{_LOCALES})(/deliverables/[^/]+/files/.+)")
_FILTERED = re.compile(rf"/(?P<locale>{_LOCALES})/(?P<folder>{_FOLDERS})/")
_SEARCH = re.compile(rf"/(?P<locale>{_LOCALES})/search/?")
_LIST_FORM = re.compile(
    rf'(<form\b[^>]*\baction=")/({_LOCALES})/({_FOLDERS})/("[^>]*>)', re.DOTALL
)
_LINK = re.compile(r'\b(href|src|action)="([^"]*)"')
STATIC = "/static/"


def is_copied(path: str) -> bool:
    """Return whether a path, without parameters, is a page or a file of the copy."""
    return bool(_PAGE.fullmatch(path)) and not _ONLINE.fullmatch(path)


def file_of(path: str) -> str:
    """Return the file of a page, an original or a static file, relative to the copy."""
    original = _FILE.fullmatch(path)
    if original is not None:
        return unquote(original[1]).lstrip("/")
    inner = unquote(path).strip("/")
    if path.startswith(STATIC):
        return inner
    return f"{inner}/index.html" if path.endswith("/") else f"{inner}.html"


def linked_paths(page: str) -> set[str]:
    """Return the paths of the copy that a page links to."""
    addresses = (html.unescape(match[2]) for match in _LINK.finditer(page))
    paths = (
        address.partition("#")[0]
        for address in addresses
        if address.startswith("/") and "?" not in address
    )
    return {path for path in paths if is_copied(path)}


@dataclass(frozen=True, slots=True)
class CopiedLinks:
    """Rewrites the links of pages.

    Attributes:
        files: the paths that are in the copy.
        moved: paths that redirect, with those they lead to.
        site_url: the address of the site.
        targets: the links that were rewritten, by folder and address; most recur.
    """

    files: Collection[str]
    moved: Mapping[str, str]
    site_url: str
    targets: dict[tuple[str, str], str] = field(default_factory=dict)

    def rewrite(self, page: str, path: str) -> str:
        """Return a page whose links lead to files, or else to the site."""
        here = posixpath.dirname(file_of(path))

        def change(match: re.Match[str]) -> str:
            key = here, match[2]
            if key not in self.targets:
                target = self._target(html.unescape(match[2]), here)
                self.targets[key] = html.escape(target)
            return f'{match[1]}="{self.targets[key]}"'

        return _LINK.sub(change, _LIST_FORM.sub(_search_form, page))

    def _target(self, address: str, here: str) -> str:
        if not address.startswith("/") or address.startswith("//"):
            return address
        url = urlsplit(address)
        searched = self._search(url.path, url.query)
        if searched:
            file, query = searched
            return posixpath.relpath(file, here) + (f"?{query}" if query else "")
        path = self.moved.get(url.path, url.path)
        is_static = path.startswith(STATIC)
        if path not in self.files or (url.query and not is_static):
            return f"{self.site_url}{address}"
        target = quote(posixpath.relpath(file_of(path), here))
        return f"{target}#{url.fragment}" if url.fragment else target

    def _search(self, path: str, query: str) -> tuple[str, str] | None:
        """Return the page of the search, and its parameters; None for other pages.

        A list with filters is a search in the copy.
        """
        search = _SEARCH.fullmatch(path)
        if search:
            return f"{search['locale']}/search.html", query
        filtered = _FILTERED.fullmatch(path)
        if filtered is None or not query:
            return None
        kind = Kind.from_folder(filtered["folder"])
        pairs = [("kind", kind.value if kind else ""), *parse_qsl(query)]
        return f"{filtered['locale']}/search.html", urlencode(pairs)


def _search_form(form: re.Match[str]) -> str:
    """Return the start of a form that searches a kind instead of filtering it."""
    before, locale, folder, after = form.groups()
    kind = Kind.from_folder(folder)
    hidden = f'<input type="hidden" name="kind" value="{kind.value}">' if kind else ""
    return f"{before}/{locale}/search{after}{hidden}"
