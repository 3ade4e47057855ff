"""Warnings: records without links and glossary terms that no text uses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.corpus.corpus import Corpus
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Problem, ProblemCode
from indexer.model.records import Record

_ANSWERED_KINDS = {Kind.NEED, Kind.RECOMMENDATION}


def find_warnings(
    corpus: Corpus, *, root: str, only: Collection[RecordId] | None = None
) -> Iterator[Problem]:
    """Return the warnings for all records of a corpus, or for the records in `only`.

    `root` is the name of the content folder in the paths of problems.
    """
    checked = [
        record
        for record in corpus.records.values()
        if only is None or record.id in only
    ]
    has_terms = any(record.id.kind is Kind.TERM for record in checked)
    texts = tuple(_normalized_texts(corpus)) if has_terms else ()
    for record in checked:
        path = f"{root}/{record.id}/{RECORD_FILE}"
        linked = corpus.backlinks.get(record.id, ())
        if not linked and record.id.kind is not Kind.PAGE and not any(record.links):
            yield ProblemCode.UNLINKED_RECORD.at(path)
        if record.id.kind is Kind.PRACTICE and not any(
            each.target.kind in _ANSWERED_KINDS for each in linked
        ):
            yield ProblemCode.UNUSED_PRACTICE.at(path)
        if record.id.kind is Kind.TERM and not (linked or _is_used(record, texts)):
            yield ProblemCode.UNUSED_TERM.at(path)


def _is_used(term: Record, texts: Iterable[tuple[RecordId, Locale, str]]) -> bool:
    """Return whether the text of another record contains a name of a term."""
    names = [
        (edition.locale, _normalized(name))
        for edition in term.editions
        for name in (edition.title, *edition.variants)
    ]
    return any(
        locale is each and name in text
        for record_id, each, text in texts
        for locale, name in names
        if record_id != term.id
    )


def _normalized_texts(corpus: Corpus) -> Iterator[tuple[RecordId, Locale, str]]:
    for record in corpus.records.values():
        for edition in record.editions:
            parts = edition.title, edition.summary, str(edition.body), *edition.variants
            yield record.id, edition.locale, _normalized(" ".join(parts))


def _normalized(text: str) -> str:
    # A name matches from the start of a word; a plural that adds letters matches too.
    return " " + " ".join(fold(token.text) for token in tokenize(text))
