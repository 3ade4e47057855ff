"""The cookie of the dossier: a list of records in the visitor's browser."""

from collections.abc import Iterable

from flask import request, url_for

from indexer.model.ids import Locale, RecordId

COOKIE = "dossier"
MAX_RECORDS = 100


def dossier_url(
    locale: Locale, ids: Iterable[RecordId] = (), *, title: str = ""
) -> str:
    """Return the address of the dossier, or a shareable one that contains a list."""
    return url_for(
        "public.dossier",
        locale=locale.value,
        r=[str(record_id) for record_id in ids],
        title=title or None,
    )


def dossier_ids() -> tuple[RecordId, ...]:
    """Return the ids in the cookie; malformed ones are left out."""
    return parse_ids(request.cookies.get(COOKIE, "").split("~"))


def parse_ids(texts: Iterable[str]) -> tuple[RecordId, ...]:
    """Return the valid ids of some texts, each once, in order."""
    parsed = (RecordId.parse(text) for text in texts)
    return tuple(
        dict.fromkeys(record_id for record_id in parsed if record_id is not None)
    )[:MAX_RECORDS]


def cookie_value(ids: Iterable[RecordId]) -> str:
    """Return the value of the cookie for a list of ids."""
    return "~".join(str(record_id) for record_id in ids)
