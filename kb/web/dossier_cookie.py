"""The cookie of the dossier: a list of records in the visitor's browser."""

from collections.abc import Iterable

from flask import request, url_for

from indexer.model.ids import Locale, RecordId

COOKIE = "dossier"
MAX_RECORDS = 100
MAX_TITLE = 150
"""The most characters of the title of a dossier."""


def dossier_url(
    locale: Locale,
    ids: Iterable[RecordId] = (),
    *,
    title: str = "",
    file: str = "",
) -> str:
    """Return the address of the dossier, or a shareable one that contains a list.

    With `file`, it is the address of the list in this format. A long title is cut.
    """
    return url_for(
        "public.brief_file" if file else "public.dossier",
        locale=locale.value,
        file=file or None,
        r=[str(record_id) for record_id in ids],
        title=title[:MAX_TITLE] or None,
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
