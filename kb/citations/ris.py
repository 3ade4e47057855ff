"""Records as RIS, the format of Zotero, EndNote and Mendeley."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from indexer.model.ids import Locale
from indexer.model.records import Record
from kb.citations.csl_items import CslItem, csl_item

_RIS_TYPES = {"report": "RPRT", "webpage": "ELEC"}


def ris(
    records: Iterable[Record], locale: Locale, *, day: dt.date | None = None
) -> Iterator[str]:
    """Yield the reference of each record; lines end as the format says, by CR LF."""
    for record in records:
        lines = _tags(csl_item(record, locale, day=day))
        yield "".join(f"{tag}  - {value}\r\n" for tag, value in lines) + "\r\n"


def _tags(item: CslItem) -> Iterator[tuple[str, str]]:
    issued = item.get("issued", {}).get("date-parts", [[]])[0]
    optional = [
        *(("AU", _ris_name(each)) for each in item.get("author", ())),
        ("T2", item.get("container-title", "")),
        ("PB", item.get("publisher", "")),
        ("SN", item.get("number", "")),
        ("PY", str(issued[0]) if issued else ""),
        ("DA", _ris_date(issued) if issued else ""),
        ("LA", item.get("language", "")),
        ("AB", item["abstract"]),
    ]
    yield "TY", _RIS_TYPES[item["type"]]
    yield "ID", item["id"]
    yield "TI", item["title"]
    yield from (pair for pair in optional if pair[1])
    yield "UR", item["URL"]
    yield "Y2", _ris_date(item["accessed"]["date-parts"][0])
    yield "ER", ""


def _ris_name(name: dict[str, str]) -> str:
    return name.get("literal") or f"{name['family']}, {name['given']}"


def _ris_date(parts: list[int]) -> str:
    """Return a date as `YYYY/MM/DD/`: unknown parts are empty."""
    texts = [f"{part:02d}" for part in parts]
    return "/".join((*texts, *[""] * (4 - len(texts))))
