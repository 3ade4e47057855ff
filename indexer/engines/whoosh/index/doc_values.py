"""The doc values of a segment: what is shown, counted and sorted by, in arrays.

They are stored in one file, and are views of its bytes when they are read.

Whoosh stores the words. A file beside each segment has the record of each document,
and the ids, dates, titles and facet values of the records. It is read as a whole, while
Whoosh reads document after document.

    length of the JSON (8 bytes) | names, types, offsets, lengths in JSON | arrays

NumPy's own archives are read into new arrays, which would double the memory.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.model.arrays import Ids, Indices, Mask, Offsets
from indexer.model.facets import FacetName
from indexer.model.ids import Locale
from indexer.model.indexed_record import IndexedRecord

ALIGNMENT = 8


def joined(parts: Iterable[NDArray[Any]], dtype: type[np.generic]) -> NDArray[Any]:
    """Concatenate arrays, perhaps none, as an array of a type."""
    return np.concatenate([*parts, np.empty(0, dtype)]).astype(dtype, copy=False)


def packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the bytes of a file of one-dimensional arrays, by name."""
    index = []
    parts: list[bytes] = []
    offset = 0
    for name, array in arrays.items():
        content = np.ascontiguousarray(array).tobytes()
        index.append((name, array.dtype.str, offset, len(array)))
        parts += [content, bytes(-len(content) % ALIGNMENT)]
        offset += len(content) + -len(content) % ALIGNMENT
    header = json.dumps(index).encode("ascii")
    header += b" " * (-len(header) % ALIGNMENT)
    return b"".join((len(header).to_bytes(ALIGNMENT, "little"), header, *parts))


def unpacked(content: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file made by `packed`; they are read-only.

    Raises:
        ValueError, TypeError: `packed` did not make the bytes.
    """
    start = ALIGNMENT + int.from_bytes(content[:ALIGNMENT], "little")
    return {
        name: np.frombuffer(content, np.dtype(kind), count, start + offset)
        for name, kind, offset, count in json.loads(content[ALIGNMENT:start])
    }


DOC_VALUES_EXTENSION = ".facts"

LOCALES = tuple(Locale)

_to_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Texts:
    """Many texts as one array of bytes; each is decoded when it is accessed.

    `starts` has an offset for each text, and one more: the end of the last text.
    """

    content: NDArray[np.uint8]
    starts: Offsets

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        """Encode texts."""
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
    """The values of a facet, as pairs of a record and a value.

    `records` rise; `codes` are indices into `values`, which are sorted.
    """

    values: tuple[str, ...]
    records: Ids
    codes: Ids

    @classmethod
    def joined(
        cls, columns: "Sequence[FacetColumn]", numbers: Sequence[Ids]
    ) -> "FacetColumn":
        """Concatenate columns; drop values that no record has any more.

        `numbers` has the new number of each record of each column, -1 to drop it.
        """
        values = sorted({value for column in columns for value in column.values})
        code_of = {value: code for code, value in enumerate(values)}
        records, codes = [], []
        for column, number in zip(columns, numbers, strict=True):
            records.append(number[column.records])
            new = np.array([code_of[value] for value in column.values], np.int32)
            codes.append(new[column.codes])
        all_records, all_codes = joined(records, np.int32), joined(codes, np.int32)
        all_codes = all_codes[all_records >= 0]
        is_used = np.bincount(all_codes, minlength=len(values)) > 0
        return cls(
            tuple(compress(values, is_used.tolist())),
            all_records[all_records >= 0],
            (np.cumsum(is_used) - 1)[all_codes].astype(np.int32),
        )


@dataclass(frozen=True, slots=True)
class DocValues:
    """The records of a segment and their documents.

    Attributes:
        ids: the id of each record.
        dates: the date of each record.
        heads: for each record, a JSON object of `editions` (by locale: title, summary,
            names) and `places` (by slug: names by locale).
        record_of: for each document, the index of its record (int32).
        locale_of: for each document, the index of its language in `LOCALES` (int8).
        is_head: for each document, whether it is the head of an edition.
        columns: the values of each facet.
    """

    ids: Texts
    dates: Texts
    heads: Texts
    record_of: Ids
    locale_of: NDArray[np.int8]
    is_head: Mask
    columns: Mapping[FacetName, FacetColumn]

    @classmethod
    def of(cls, records: Iterable[IndexedRecord]) -> "DocValues":
        """Make the doc values of records whose documents are in the order of indexing.

        The documents of an edition are its head, then its passages.
        """
        indexed = tuple(records)
        record_of, locale_of, is_head = [], [], []
        for number, record in enumerate(indexed):
            for edition in record.editions:
                count = 1 + len(edition.passages)
                record_of += [number] * count
                locale_of += [LOCALES.index(edition.locale)] * count
                is_head += [True] + [False] * (count - 1)
        return cls(
            ids=Texts.of(str(record.id) for record in indexed),
            dates=Texts.of(record.date for record in indexed),
            heads=Texts.of(_head(record) for record in indexed),
            record_of=np.array(record_of, np.int32),
            locale_of=np.array(locale_of, np.int8),
            is_head=np.array(is_head, np.bool_),
            columns={facet: _column(facet, indexed) for facet in FacetName},
        )

    def to_bytes(self) -> bytes:
        """Return the content of a file of doc values."""
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
    def from_bytes(cls, content: bytes) -> "DocValues":
        """Read the content of a file made by `to_bytes`.

        Raises:
            ValueError, KeyError: `to_bytes` did not make the content.
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


def record_numbers(doc_values: Sequence[DocValues], alive: Sequence[Mask]) -> list[Ids]:
    """Number the records of several segments; -1 for records without a document.

    `alive` has, for each segment, whether each document is not deleted.
    """
    numbers = []
    count = 0
    for values, is_alive in zip(doc_values, alive, strict=True):
        is_indexed = np.zeros(len(values.ids), np.bool_)
        is_indexed[values.record_of[is_alive]] = True
        rising = count - 1 + np.cumsum(is_indexed)
        numbers.append(np.where(is_indexed, rising, -1).astype(np.int32))
        count += int(is_indexed.sum())
    return numbers


def documents_of(path: Path, ids: Collection[str]) -> Indices:
    """Return the documents of some records, from the doc values of a segment.

    Raises:
        OSError: the file can't be read.
        ValueError, KeyError: the file has no doc values.
    """
    doc_values = DocValues.from_bytes(path.read_bytes())
    records = [index for index, each in enumerate(doc_values.ids) if each in ids]
    return np.flatnonzero(np.isin(doc_values.record_of, records))


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
    by_record = [
        tuple(dict.fromkeys(record.facets.get(facet, ()))) for record in records
    ]
    values = sorted({value for each in by_record for value in each})
    code = {value: index for index, value in enumerate(values)}
    counts = [len(each) for each in by_record]
    return FacetColumn(
        tuple(values),
        np.repeat(np.arange(len(by_record), dtype=np.int32), counts),
        np.array([code[value] for each in by_record for value in each], np.int32),
    )
