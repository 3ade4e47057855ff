"""What is known of the documents of a segment beside their words, in arrays.

Whoosh keeps the words; this file, one beside each segment, keeps which record each
document belongs to, and what is shown, counted and sorted by. It is read at once,
where Whoosh would give one document after another.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.index.array_file import packed, unpacked
from indexer.model.facets import FacetName
from indexer.model.ids import Locale
from indexer.model.indexed_record import IndexedRecord

FACTS_EXTENSION = ".facts"

LOCALES = tuple(Locale)

_to_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Texts:
    """Many texts as one array of bytes; each is decoded when it is asked for.

    `starts` has one number more than there are texts: where the last one ends.
    """

    content: NDArray[np.uint8]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Put texts together."""
        encoded = [text.encode("utf-8") for text in texts]
        starts = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(each) for each in encoded], out=starts[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> str:
        start, stop = self.starts[number : number + 2]
        return self.content[start:stop].tobytes().decode("utf-8")

    def __iter__(self) -> Iterator[str]:
        content = self.content.tobytes()
        starts = self.starts.tolist()
        for start, stop in pairwise(starts):
            yield content[start:stop].decode("utf-8")


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """A facet of all records: pairs of a record (numbers, rising) and a value of it.

    `codes` are places in `values`, which are sorted.
    """

    values: tuple[str, ...]
    records: NDArray[np.int32]
    codes: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class DocValues:
    """The records of a segment, and which of its documents are theirs.

    Records go by their number within the segment, in the order of `ids`. `heads` is a
    JSON object for each, with `editions` (by locale: title, summary, names) and
    `places` (by slug: names by locale). `record_of`, `locale_of` (a place in `LOCALES`)
    and `is_head` are by number of document.
    """

    ids: Texts
    dates: Texts
    heads: Texts
    record_of: NDArray[np.int32]
    locale_of: NDArray[np.int8]
    is_head: NDArray[np.bool_]
    columns: Mapping[FacetName, FacetColumn]

    @classmethod
    def of(cls, records: Iterable[IndexedRecord]) -> DocValues:
        """Gather the facts of records whose documents stand in order.

        For each edition of a record, its head comes first, then its passages.
        """
        kept = tuple(records)
        record_of, locale_of, is_head = [], [], []
        for number, record in enumerate(kept):
            for edition in record.editions:
                count = 1 + len(edition.passages)
                record_of += [number] * count
                locale_of += [LOCALES.index(edition.locale)] * count
                is_head += [True] + [False] * (count - 1)
        return cls(
            ids=Texts.of(str(record.id) for record in kept),
            dates=Texts.of(record.date for record in kept),
            heads=Texts.of(_head(record) for record in kept),
            record_of=np.array(record_of, np.int32),
            locale_of=np.array(locale_of, np.int8),
            is_head=np.array(is_head, np.bool_),
            columns={facet: _column(facet, kept) for facet in FacetName},
        )

    def to_bytes(self) -> bytes:
        """Give the content of a file of facts: arrays of NumPy, none of objects."""
        arrays: dict[str, NDArray[np.generic]] = {
            "record_of": self.record_of,
            "locale_of": self.locale_of,
            "is_head": self.is_head,
        }
        texts = {"ids": self.ids, "dates": self.dates, "heads": self.heads}
        for facet, column in self.columns.items():
            texts[f"{facet.value}.values"] = Texts.of(column.values)
            arrays[f"{facet.value}.records"] = column.records
            arrays[f"{facet.value}.codes"] = column.codes
        for name, each in texts.items():
            arrays[f"{name}.content"] = each.content
            arrays[f"{name}.starts"] = each.starts
        return packed(arrays)

    @classmethod
    def from_bytes(cls, content: bytes) -> DocValues:
        """Read what `to_bytes` gave.

        Raises:
            ValueError, KeyError: it is something else.
        """
        arrays = unpacked(content)

        def texts(name: str) -> Texts:
            return Texts(arrays[f"{name}.content"], arrays[f"{name}.starts"])

        return cls(
            ids=texts("ids"),
            dates=texts("dates"),
            heads=texts("heads"),
            record_of=arrays["record_of"],
            locale_of=arrays["locale_of"],
            is_head=arrays["is_head"],
            columns={
                facet: FacetColumn(
                    tuple(texts(f"{facet.value}.values")),
                    arrays[f"{facet.value}.records"],
                    arrays[f"{facet.value}.codes"],
                )
                for facet in FacetName
            },
        )


def documents_of(path: Path, ids: Collection[str]) -> NDArray[np.int64]:
    """Give the documents of some records in a segment, from its file of facts.

    Raises:
        OSError, ValueError, KeyError: the file is not there, or is something else.
    """
    facts = DocValues.from_bytes(path.read_bytes())
    numbers = [number for number, each in enumerate(facts.ids) if each in ids]
    return np.flatnonzero(np.isin(facts.record_of, numbers))


def _head(record: IndexedRecord) -> str:
    head = {
        "editions": {
            edition.locale.value: {
                "title": edition.title,
                "summary": edition.summary,
                "names": edition.names,
            }
            for edition in record.editions
        },
        "places": {place.slug: dict(place.names) for place in record.places},
    }
    return _to_json(head)


def _column(facet: FacetName, records: tuple[IndexedRecord, ...]) -> FacetColumn:
    held = [tuple(dict.fromkeys(record.facets.get(facet, ()))) for record in records]
    values = sorted({value for each in held for value in each})
    code = {value: number for number, value in enumerate(values)}
    return FacetColumn(
        tuple(values),
        np.repeat(np.arange(len(held), dtype=np.int32), [len(each) for each in held]),
        np.array([code[value] for each in held for value in each], np.int32),
    )
