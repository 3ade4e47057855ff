"""Our own writer gives the index that Whoosh's would, only sooner."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from whoosh import index
from whoosh.filedb.filestore import RamStorage
from whoosh.query import Phrase, Prefix, Term
from whoosh.searching import Searcher

from indexer.analysis.batch_analyzer import FIELD_BREAK
from indexer.engines.whoosh.index import posting_blocks as blocks
from indexer.engines.whoosh.index.index_writer import create_index
from indexer.engines.whoosh.index.schema import STEMMED, make_schema
from indexer.engines.whoosh.index.stem_postings import STEMS_EXTENSION, StemPostings
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from tests.support.builders import a_place, a_record, an_edition

NO_RECORDS: tuple[IndexedRecord, ...] = ()


def written_by_whoosh(folder: Path, records: Sequence[IndexedRecord]) -> Any:
    """Write records with Whoosh's own writer, and open the index."""
    folder.mkdir()
    made = index.create_in(str(folder), make_schema())
    writer = made.writer()
    for record in records:
        for edition in record.editions:
            for fields in documents(record, edition):
                writer.add_document(**fields)
    writer.commit()
    return opened(folder).reader()


def opened(folder: Path) -> Any:
    """Open an index by Whoosh, from memory."""
    storage = RamStorage()
    storage.files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return storage.open_index()


def documents(
    record: IndexedRecord, edition: IndexedEdition
) -> Iterator[dict[str, str]]:
    """Say in Whoosh's terms what the documents of an edition are."""
    locale = edition.locale
    head = (edition.title, edition.summary, edition.keywords)
    yield {
        "record": str(record.id),
        "locale": locale.value,
        "stored": json.dumps(
            {
                "title": edition.title,
                "summary": edition.summary,
                "names": edition.names,
                "date": record.date,
                "facets": {name.value: each for name, each in record.facets.items()},
                "places": {place.slug: dict(place.names) for place in record.places},
            },
            ensure_ascii=False,
        ),
        f"title_{locale}": edition.title,
        f"summary_{locale}": edition.summary,
        f"keywords_{locale}": edition.keywords,
        f"exact_{locale}": FIELD_BREAK.join(head),
        f"exact_title_{locale}": edition.title,
    }
    for passage in edition.passages:
        yield {
            "record": str(record.id),
            "locale": locale.value,
            "stored": json.dumps(
                {
                    "text": passage.text,
                    "heading": passage.heading,
                    "anchor": passage.anchor,
                    "page": passage.page,
                },
                ensure_ascii=False,
            ),
            f"heading_{locale}": passage.heading,
            f"text_{locale}": passage.text,
            f"exact_{locale}": f"{passage.heading}{FIELD_BREAK}{passage.text}",
        }


def written_by_us(folder: Path, records: Sequence[IndexedRecord]) -> Any:
    """Write records with our own writer, and open the index."""
    folder.mkdir()
    create_index(folder, records)
    return opened(folder).reader()


def content(reader: Any) -> dict[str, Any]:
    """Give all that an index holds, as Whoosh reads it."""
    postings = {
        (field, text): list(each_posting(reader, field, text))
        for field, text in reader.all_terms()
    }
    infos = {
        (field, text): each_info(reader.term_info(field, text))
        for field, text in postings
    }
    fields = sorted({field for field, _ in postings})
    lengths = {
        field: (
            reader.field_length(field),
            [
                reader.doc_field_length(number, field) or 0
                for number in range(reader.doc_count_all())
            ],
        )
        for field in fields
    }
    stored = dict(reader.iter_docs())
    return {
        "counts": (reader.doc_count(), reader.doc_count_all()),
        "postings": postings,
        "infos": infos,
        "lengths": lengths,
        "stored": stored,
    }


def each_posting(reader: Any, field: str, text: bytes) -> Iterator[tuple[Any, ...]]:
    """Give each document of a term, its weight, and the bytes that stand beside."""
    matcher = reader.postings(field, text)
    while matcher.is_active():
        value = matcher.value()
        yield matcher.id(), matcher.weight(), value
        matcher.next()


def each_info(info: Any) -> tuple[Any, ...]:
    """Give what is known of a term."""
    return (
        info.weight(),
        info.doc_frequency(),
        info.min_length(),
        info.max_length(),
        info.max_weight(),
        info.min_id(),
        info.max_id(),
    )


def hits(searcher: Any, query: Any) -> list[tuple[int, float]]:
    """Give the documents that Whoosh finds, with their scores, the best first."""
    return [(hit.docnum, hit.score) for hit in searcher.search(query, limit=None)]


def many_records(count: int) -> tuple[IndexedRecord, ...]:
    """Make records of a few words each, some of which stand everywhere."""
    return tuple(
        a_record(
            f"Vélos volés {number % 7}",
            slug=f"r{number}",
            text=f"l’accès du cyber-harcèlement n° {number} "
            + "police " * (number % 5),
            other=an_edition(f"Stolen bikes {number % 11}", text="the police's case"),
        )
        for number in range(count)
    )


EXAMPLES = {
    "none": NO_RECORDS,
    "an empty edition": (a_record("", slug="a"),),
    "no edition": (IndexedRecord(RecordId(Kind.THEME, "a"), ()),),
    "no edition, then one": (
        IndexedRecord(RecordId(Kind.THEME, "a"), ()),
        a_record("Vélos", slug="b", text="Des vélos volés"),
    ),
    "all fields": (
        a_record(
            "L’accès",
            slug="a",
            summary="Un résumé du résumé",
            keywords="D2.6 Lyon",
            text="de la vidéo à Lyon \x1e et de la vidéo",
            facets={FacetName.THEME: ("b", "a", "b")},
            places=(a_place("lyon", fr="Lyon", en="Lyons"),),
            names=("Autre nom",),
            other=an_edition("Access", text="the video"),
        ),
        a_record("Autre", slug="b", text=""),
    ),
    "a word that stands often": (a_record("a", text="vélo " * 70_000),),
    "many": many_records(600),
}


@pytest.mark.parametrize("records", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_the_index_is_that_of_whoosh(
    tmp_path: Path, records: tuple[IndexedRecord, ...]
) -> None:
    """A faster writer that loses a word, or a place of it, loses answers."""
    expected = content(written_by_whoosh(tmp_path / "theirs", records))

    found = content(written_by_us(tmp_path / "ours", records))

    assert found == expected


def test_long_postings_are_cut_into_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word that stands in all documents is read as one that stands in few."""
    monkeypatch.setattr(blocks, "BLOCK_POSTINGS", 7)
    records = many_records(50)
    expected = content(written_by_whoosh(tmp_path / "theirs", records))

    found = content(written_by_us(tmp_path / "ours", records))

    assert found == expected


def test_stems_are_kept_in_arrays_as_whoosh_has_them(tmp_path: Path) -> None:
    """What is read in place is what Whoosh would have decoded, for every term."""
    reader = written_by_us(tmp_path / "ours", many_records(40))

    (path,) = (tmp_path / "ours").glob(f"*{STEMS_EXTENSION}")
    stems = StemPostings.from_bytes(path.read_bytes())

    held = {
        (f"{field}_{locale}", text): list(
            zip(documents.tolist(), frequencies.tolist(), strict=True)
        )
        for locale in Locale
        for text in {text.decode() for _, text in reader.all_terms()}
        for field, documents, frequencies in stems.find([text], locale)
    }
    assert held == {
        (field, text.decode()): [
            (number, weight) for number, weight, _ in each_posting(reader, field, text)
        ]
        for field, text in reader.all_terms()
        if field.partition("_")[0] in STEMMED
    }


def test_whoosh_searches_what_we_write(tmp_path: Path) -> None:
    """The index is an ordinary one: words, phrases and beginnings are found in it."""
    records = many_records(300)
    queries = (
        Term("text_fr", "polic"),
        Phrase("exact_fr", ["cyber", "harcelement"]),
        Phrase("exact_title_fr", ["velos", "voles", "3"]),
        Prefix("exact_en", "stol"),
        Term("title_en", "bike") & Term("title_en", "7"),
    )
    theirs = Searcher(written_by_whoosh(tmp_path / "theirs", records))
    expected = [hits(theirs, query) for query in queries]

    ours = Searcher(written_by_us(tmp_path / "ours", records))
    found = [hits(ours, query) for query in queries]

    assert all(expected)
    assert found == expected
