"""The dossier: records that a visitor put aside, kept in the visitor's browser."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request, url_for

from indexer.model.ids import Locale, RecordId

COOKIE = "dossier"
MAX_RECORDS = 100


def dossier_url(locale: Locale, ids: Iterable[RecordId] = ()) -> str:
    """Give the address of the dossier, or one that holds a list and can be shared."""
    return url_for("public.dossier", locale=locale.value, r=[str(each) for each in ids])


def dossier_ids() -> tuple[RecordId, ...]:
    """Read the list from the visitor's browser; what is no id is left out."""
    return parse_ids(request.cookies.get(COOKIE, "").split("~"))


def parse_ids(texts: Iterable[str]) -> tuple[RecordId, ...]:
    """Read ids, each once, in order."""
    found = (RecordId.parse(text) for text in texts)
    return tuple(dict.fromkeys(each for each in found if each is not None))[
        :MAX_RECORDS
    ]


def cookie_value(ids: Iterable[RecordId]) -> str:
    """Write a list for the visitor's browser."""
    return "~".join(str(each) for each in ids)
