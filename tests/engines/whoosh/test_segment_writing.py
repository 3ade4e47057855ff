"""The files that the engine writes equal those of Whoosh's own writer."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from whoosh import index
from whoosh.filedb.filestore import RamStorage
from whoosh.query import Phrase, Prefix, Term
from whoosh.searching import Searcher

from indexer.analysis.analyzer import FIELD_BREAK
from indexer.engines.whoosh.index import posting_blocks as blocks
from indexer.engines.whoosh.index.array_postings import STEMS_EXTENSION, StemPostings
from indexer.engines.whoosh.index.index_writer import create_index
from indexer.engines.whoosh.index.segment_content import STEMMED
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from tests.engines.whoosh.whoosh_schema import schema_with_analyzers
from tests.support.builders import a_place, a_record, an_edition

NO_RECORDS: tuple[IndexedRecord, ...] = ()


def written_by_whoosh(folder: Path, records: Sequence[IndexedRecord]) -> Any:
    """Write records with Whoosh's own writer, and open the index."""
    folder.mkdir()
    made = index.create_in(str(folder), schema_with_analyzers())
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
    """Yield the documents of an edition for Whoosh's writer."""
    locale = edition.locale
    head = (edition.title, edition.summary, edition.keywords, edition.questions)
    yield {
        "record": str(record.id),
        "locale": locale.value,
        "stored": json.dumps(
            {
                "title": edition.title,
                "summary": edition.summary,
            },
            ensure_ascii=False,
        ),
        f"title_{locale}": edition.title,
        f"summary_{locale}": edition.summary,
        f"keywords_{locale}": edition.keywords,
        f"questions_{locale}": edition.questions,
        f"exact_{locale}": FIELD_BREAK.join(head),
        f"exact_title_{locale}": edition.title,
        f"exact_questions_{locale}": edition.questions,
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
    """Return the content of an index, read by Whoosh."""
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
    """Yield each document of a term, its weight, and its packed positions."""
    matcher = reader.postings(field, text)
    while matcher.is_active():
        value = matcher.value()
        yield matcher.id(), matcher.weight(), value
        matcher.next()


def each_info(info: Any) -> tuple[Any, ...]:
    """Return the statistics of a term."""
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
    """Return the documents that match in Whoosh, with their scores, the best first."""
    return [(hit.docnum, hit.score) for hit in searcher.search(query, limit=None)]


def many_records(count: int) -> tuple[IndexedRecord, ...]:
    """Make records of a few words each, some of which are in all records."""
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
    "a frequent word": (a_record("a", text="vélo " * 70_000),),
    "many": many_records(600),
}


@pytest.mark.parametrize("records", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_the_index_equals_that_of_whoosh(
    tmp_path: Path, records: tuple[IndexedRecord, ...]
) -> None:
    """Postings, positions, lengths, statistics and stored fields."""
    expected = content(written_by_whoosh(tmp_path / "theirs", records))

    found = content(written_by_us(tmp_path / "ours", records))

    assert found == expected


def test_postings_in_several_blocks_equal_those_of_whoosh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks of seven postings."""
    monkeypatch.setattr(blocks, "BLOCK_POSTINGS", 7)
    records = many_records(50)
    expected = content(written_by_whoosh(tmp_path / "theirs", records))

    found = content(written_by_us(tmp_path / "ours", records))

    assert found == expected


def test_stem_postings_equal_those_of_whoosh(tmp_path: Path) -> None:
    """For each term of each field."""
    reader = written_by_us(tmp_path / "ours", many_records(40))

    (path,) = (tmp_path / "ours").glob(f"*{STEMS_EXTENSION}")
    stems = StemPostings.from_bytes(path.read_bytes())

    postings = {
        (f"{field}_{locale}", text): list(
            zip(found.documents.tolist(), found.frequencies.tolist(), strict=True)
        )
        for locale in Locale
        for text in {text.decode() for _, text in reader.all_terms()}
        for field, found in stems.find([text], locale)
    }
    assert postings == {
        (field, text.decode()): [
            (number, weight) for number, weight, _ in each_posting(reader, field, text)
        ]
        for field, text in reader.all_terms()
        if field.partition("_")[0] in STEMMED
    }


def test_whoosh_searches_the_index(tmp_path: Path) -> None:
    """Words, phrases and prefixes have the same hits and scores."""
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
