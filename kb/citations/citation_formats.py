"""The files of references: BibTeX, RIS and CSL-JSON, for one record or many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from indexer.model.ids import Locale
from indexer.model.records import Record
from kb.citations.bibtex import bibtex
from kb.citations.csl_items import csl_json
from kb.citations.ris import ris


class WriteReferences(Protocol):
    """Yields a file of references in pieces, in the order of the records.

    It runs in a request, whose host begins the addresses. With `day`, each address is
    that of the state of the record on that day.
    """

    def __call__(
        self, records: Iterable[Record], locale: Locale, *, day: dt.date | None = None
    ) -> Iterator[str]:
        """Yield text in UTF-8; a title never adds a field, an entry or a command."""


@dataclass(frozen=True, slots=True)
class CitationFormat:
    """A format of references; `extension` ends the address and the name of a file."""

    extension: str
    name: str
    media_type: str
    write: WriteReferences


CITATION_FORMATS = {
    each.extension: each
    for each in (
        CitationFormat("bib", "BibTeX", "application/x-bibtex", bibtex),
        CitationFormat("ris", "RIS", "application/x-research-info-systems", ris),
        CitationFormat(
            "csl.json",
            "CSL-JSON",
            "application/vnd.citationstyles.csl+json",
            csl_json,
        ),
    )
}
"""The formats by their extension."""
