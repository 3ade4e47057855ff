"""Answers 304 Not Modified to a browser that has the current state of a page.

The ETag is computed from all that a page is made of, before the page is: a 304 takes a
fraction of the time of a page. A page that shows the dossier needs no `Vary: Cookie`:
only the browser may store it, which asks each time, and the dossier is in the ETag.
"""

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from http import HTTPStatus
from typing import ParamSpec

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from indexer.model.ids import Kind
from indexer.model.records import Deliverable
from kb.core.settings import PROJECT
from kb.services import services
from kb.web.dossier_cookie import COOKIE
from kb.web.locale import page_locale

_CODE = ("kb", "indexer", "templates")
_CODE_SUFFIXES = {
    *(".py", ".html", ".xml", ".txt", ".yaml", ".json", ".xz", ".mo"),
    *(".css", ".js", ".svg", ".woff2", ".png"),
    *(".csl", ".docx", ".typ", ".ttf", ".opf", ".xhtml"),
}
_LOCK_FILE = "requirements.lock"

ParametersP = ParamSpec("ParametersP")


def _nothing() -> object:
    return None


def init_conditional() -> None:
    """Compute the digest of the code now: an upgrade may replace its files later."""
    code_digest()


def conditional(
    depends_on: Callable[[], object] = _nothing, *, shows_dossier: bool = True
) -> Callable[
    [Callable[ParametersP, ResponseReturnValue]], Callable[ParametersP, Response]
]:
    """Return the decorator of a view whose response has an ETag if it is a page.

    A page depends on its address and language, content, index, settings, code and day,
    and on the dossier unless `shows_dossier` is False. `depends_on` returns all else
    that it depends on, as a value whose `repr` differs when the page does.
    """

    def decorate(
        view: Callable[ParametersP, ResponseReturnValue],
    ) -> Callable[ParametersP, Response]:
        @wraps(view)
        def answer(*args: ParametersP.args, **values: ParametersP.kwargs) -> Response:
            etag = _etag(depends_on, shows_dossier=shows_dossier)
            if _is_known(etag):
                response = Response(status=HTTPStatus.NOT_MODIFIED)
                response.set_etag(etag, weak=True)
                return response
            response = make_response(view(*args, **values))
            # The content may have changed while the page was made.
            is_same = etag == _etag(depends_on, shows_dossier=shows_dossier)
            if is_same and response.status_code == HTTPStatus.OK:
                response.set_etag(etag, weak=True)
            return response

        return answer

    return decorate


def _is_known(etag: str) -> bool:
    """Return whether the browser has this state; `*` names none."""
    known = request.if_none_match
    return not known.star_tag and known.contains_weak(etag)


def _etag(depends_on: Callable[[], object], *, shows_dossier: bool) -> str:
    site = services()
    parts = (
        code_digest(),
        site.settings,
        site.engine.generation,
        site.corpus.stamp,
        site.close_records and site.close_records.stamp,
        site.clock().date(),
        page_locale(),
        request.script_root,
        request.path,
        request.query_string,
        request.cookies.get(COOKIE) if shows_dossier else None,
        depends_on(),
    )
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


@cache
def code_digest() -> str:
    """Return a digest of the program, its templates, catalogs and static files."""
    digest = hashlib.blake2b(digest_size=8)
    paths = [
        path
        for folder in _CODE
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in _CODE_SUFFIXES
    ]
    for path in sorted([*paths, *PROJECT.glob(_LOCK_FILE)]):
        digest.update(f"{path.relative_to(PROJECT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def reading_state() -> tuple[object, ...]:
    """Return which originals have a text, and which of them were read with OCR."""
    site = services()
    return tuple(
        (file.sha256, site.texts.has_text(file), site.texts.recognised(record))
        for record in site.corpus.of_kind(Kind.DELIVERABLE)
        if isinstance(record, Deliverable)
        for file in record.files
    )
