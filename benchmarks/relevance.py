"""Benchmark of relevance on a test collection, beside Lucene's BM25.

    python -m benchmarks.relevance DIR [--twins DIR] [--engine whoosh|opensearch]
        [--vectors FILE] [--json]

DIR is a collection (see `collections.py`). Each text becomes a record, and each query
runs as on the search page. For queries with `target_lang`, only texts of that language
are ranked, without the text that the query was made from. `--twins` first learns word
pairs from another collection. `--vectors` also uses closeness in meaning, and keeps the
vectors in a file: they take a millisecond for each word. Lucene's BM25 is that of the
library bm25s, with Snowball stems, stop words and Lucene's default parameters.
"""

import dataclasses
import json
import sys
import tempfile
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import bm25s
import click
import Stemmer

from benchmarks.collections import (
    DEPTH,
    Collection,
    Measures,
    Rankings,
    Text,
    Topic,
    evaluate,
    read_collection,
)
from benchmarks.own_engine import open_own_engine
from indexer.engines.base import SearchEngine
from indexer.engines.registry import EngineName
from indexer.extraction.passages import split_passages
from indexer.lexicon.ibm_model import learn_word_pairs
from indexer.meaning.close_records import CloseRecords
from indexer.meaning.encoder import open_encoder
from indexer.meaning.passage_vectors import update_vectors
from indexer.model.document import Block, BlockType, Document
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.query import MAX_QUERY_CHARACTERS, Query
from indexer.model.word_links import WordLinks
from indexer.query_language.query_reader import read_query
from indexer.search.rank_fusion import FindClose, with_close_records
from kb.services.search_service import no_close_records

SNOWBALL = {"fr": "french", "en": "english"}


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--twins",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True),
    help="Learn word pairs from this collection first.",
)
@click.option(
    "--engine",
    "name",
    type=click.Choice([each.value for each in EngineName]),
    default=EngineName.WHOOSH.value,
    show_default=True,
)
@click.option(
    "--vectors",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Use closeness in meaning, and keep the vectors in this file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def main(
    folder: Path,
    twins: Path | None,
    name: str,
    vectors: Path | None,
    *,
    as_json: bool,
) -> None:
    """Rank the collection in DIR, and print nDCG@10, MRR@10 and recall@100."""
    collection = read_collection(folder)
    links = WordLinks()
    if twins is not None:
        links = WordLinks(
            learned=learn_word_pairs(_bilingual_records(read_collection(twins).texts))
        )
    with tempfile.TemporaryDirectory() as scratch:
        engine = open_own_engine(EngineName(name), Path(scratch))
        names = _record_ids(collection.texts)
        engine.rebuild(_records(collection.texts, names), links=links)
        if vectors is not None:
            records = _records(collection.texts, names)
            update_vectors(records, open_encoder(), vectors)
        ours = our_rankings(engine, collection, names, vectors)
    lucene = lucene_rankings(collection)
    if as_json:
        figures = {
            "ours": dataclasses.asdict(evaluate(ours, collection.grades)),
            "bm25": dataclasses.asdict(evaluate(lucene, collection.grades)),
        }
        click.echo(json.dumps(figures))
        return
    click.echo(f"{folder.name}: {len(collection.texts)} texts\n")
    click.echo("| engine | queries | nDCG@10 | MRR@10 | recall@100 |")
    click.echo("| --- | --- | --- | --- | --- |")
    for label, topics in _groups(collection):
        for engine_name, rankings in (("ours", ours), ("Lucene's BM25", lucene)):
            part = {topic.id: rankings[topic.id] for topic in topics}
            measures = evaluate(part, collection.grades)
            click.echo(_row(f"{engine_name}{label}", len(topics), measures))


def _groups(collection: Collection) -> Iterator[tuple[str, list[Topic]]]:
    groups: defaultdict[str, list[Topic]] = defaultdict(list)
    for topic in collection.topics:
        is_cross_language = topic.target_lang not in {"", topic.lang}
        label = f", {topic.lang} → {topic.target_lang}" if is_cross_language else ""
        groups[label].append(topic)
    yield from groups.items()


def _row(name: str, count: int, measures: Measures) -> str:
    figures = " | ".join(f"{value:.4f}" for value in dataclasses.astuple(measures))
    return f"| {name} | {count} | {figures} |"


def our_rankings(
    engine: SearchEngine,
    collection: Collection,
    names: dict[str, RecordId],
    vectors: Path | None = None,
) -> Rankings:
    """Return the rankings of our engine, as ids of texts.

    `vectors` is the file of closeness in meaning, if that counts.
    """
    find: FindClose = no_close_records
    if vectors is not None:
        find = CloseRecords(vectors, open_encoder).find
    texts = {str(record_id): text for text, record_id in names.items()}
    return {
        topic.id: [
            text
            for hit in engine.search(with_close_records(_query(topic), find)).hits
            if (text := texts[str(hit.id)]) not in _excluded(topic)
        ][:DEPTH]
        for topic in collection.topics
    }


def _query(topic: Topic) -> Query:
    filters = (
        (Filter(FacetName.LOCALE, topic.target_lang),) if topic.target_lang else ()
    )
    query = read_query(
        textwrap.shorten(topic.text, MAX_QUERY_CHARACTERS, placeholder=""),
        lambda _, value: value,
        locale=Locale(topic.lang),
        filters=filters,
        max_passages=0,
    )
    return dataclasses.replace(query, page_size=DEPTH + 1)


def _excluded(topic: Topic) -> set[str]:
    return {f"{topic.pair}-{topic.lang}"} if topic.pair else set()


def _record_ids(texts: Iterable[Text]) -> dict[str, RecordId]:
    return {
        text.id: RecordId(Kind.DELIVERABLE, f"text-{number}")
        for number, text in enumerate(texts)
    }


def _records(
    texts: Iterable[Text], names: dict[str, RecordId]
) -> Iterator[IndexedRecord]:
    for text in texts:
        yield IndexedRecord(
            names[text.id], (_edition(text),), {FacetName.LOCALE: (text.lang,)}
        )


def _bilingual_records(texts: Iterable[Text]) -> Iterator[IndexedRecord]:
    pairs: defaultdict[str, list[Text]] = defaultdict(list)
    for text in texts:
        if text.pair:
            pairs[text.pair].append(text)
    for number, pair in enumerate(pairs.values()):
        record_id = RecordId(Kind.DELIVERABLE, f"pair-{number}")
        yield IndexedRecord(record_id, tuple(_edition(text) for text in pair))


def _edition(text: Text) -> IndexedEdition:
    locale = Locale(text.lang)
    paragraphs = (line for line in text.text.split("\n") if line.strip())
    blocks = tuple(Block(BlockType.PARAGRAPH, paragraph) for paragraph in paragraphs)
    passages = tuple(split_passages(Document(blocks), locale))
    return IndexedEdition(locale, text.title, "", "", passages)


def lucene_rankings(collection: Collection) -> Rankings:
    """Return the rankings of Lucene's BM25, with one index for each language."""
    rankings: dict[str, list[str]] = {}
    for lang, snowball in SNOWBALL.items():
        texts = [text for text in collection.texts if text.lang == lang]
        topics = [t for t in collection.topics if (t.target_lang or t.lang) == lang]
        if not texts or not topics:
            continue
        stemmer = Stemmer.Stemmer(snowball)

        def tokens(corpus: list[str], stemmer=stemmer, words=snowball):  # type: ignore[no-untyped-def]
            return bm25s.tokenize(
                corpus, stopwords=words, stemmer=stemmer, show_progress=False
            )

        index = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        index.index(tokens([f"{t.title} {t.text}" for t in texts]), show_progress=False)
        numbers, _ = index.retrieve(
            tokens([topic.text for topic in topics]),
            k=min(DEPTH + 1, len(texts)),
            show_progress=False,
        )
        for topic, row in zip(topics, numbers, strict=True):
            ids = (texts[number].id for number in row)
            rankings[topic.id] = [i for i in ids if i not in _excluded(topic)][:DEPTH]
    return {topic.id: rankings.get(topic.id, []) for topic in collection.topics}


if __name__ == "__main__":
    sys.exit(main())
