"""Warnings: records without links, unused terms, editions that differ or need work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.corpus.corpus import Corpus
from indexer.corpus.edition_comparison import CheckedEdition, compare_editions
from indexer.corpus.edition_parts import EditionLines, EditionPart
from indexer.corpus.glossary_warnings import GlossaryNames
from indexer.corpus.record_reader import RECORD_FILE
from indexer.corpus.typography import french_faults
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Problem, ProblemCode
from indexer.model.records import Record

MAX_TITLE_WORDS = 14

_ANSWERED_KINDS = {Kind.NEED, Kind.RECOMMENDATION}


def find_warnings(
    corpus: Corpus,
    root: Path,
    *,
    shown_root: str,
    only: Collection[RecordId] | None = None,
) -> Iterator[Problem]:
    """Return the warnings for all records of a corpus, or for the records in `only`.

    `root` is the folder of the content, which is read for the lines of warnings, and
    `shown_root` its name in the paths of problems.
    """
    checked = [
        record
        for record in corpus.records.values()
        if only is None or record.id in only
    ]
    terms = [record for record in checked if record.id.kind is Kind.TERM]
    texts = tuple(_normalized_texts(corpus)) if terms else ()
    names = GlossaryNames(tuple(corpus.of_kind(Kind.TERM)) if terms else (), terms)
    for record in checked:
        path = f"{shown_root}/{record.id}/{RECORD_FILE}"
        linked = corpus.backlinks.get(record.id, ())
        if not linked and record.id.kind is not Kind.PAGE and not any(record.links):
            yield ProblemCode.UNLINKED_RECORD.at(path)
        if record.id.kind is Kind.PRACTICE and not any(
            each.target.kind in _ANSWERED_KINDS for each in linked
        ):
            yield ProblemCode.UNUSED_PRACTICE.at(path)
        if record.id.kind is Kind.TERM and not (linked or _is_used(record, texts)):
            yield ProblemCode.UNUSED_TERM.at(path)
        for one, other in _checked_editions(record, root, shown_root):
            yield from _title_warnings(one)
            yield from _typography_warnings(one, record)
            if other is not None:
                yield from compare_editions(one, other, frozenset(record.checked))
            if record.id.kind is Kind.TERM:
                yield from names.warnings(record, one)


def _checked_editions(
    record: Record, root: Path, shown_root: str
) -> Iterator[tuple[CheckedEdition, CheckedEdition | None]]:
    """Yield each edition of a record, and the other edition, if there is one."""
    editions = []
    for edition in record.editions:
        name = f"{record.id}/{edition.locale}.md"
        lines = EditionLines(root / name, edition.locale)
        editions.append(CheckedEdition(edition, f"{shown_root}/{name}", lines))
    for one in editions:
        yield one, next((each for each in editions if each is not one), None)


def _title_warnings(one: CheckedEdition) -> Iterator[Problem]:
    title = one.edition.title
    count = sum(any(map(str.isalnum, word)) for word in title.split())
    if count > MAX_TITLE_WORDS:
        line = one.lines.line(EditionPart(title, title))
        yield ProblemCode.LONG_TITLE.at(
            one.path, line, title=title, count=count, limit=MAX_TITLE_WORDS
        )


def _typography_warnings(one: CheckedEdition, record: Record) -> Iterator[Problem]:
    """Yield a warning for each word of a French text that can't be typeset."""
    if one.edition.locale is not Locale.FR:
        return
    seen = set(record.checked)
    questions = (EditionPart(each, each) for each in one.edition.questions)
    for part in (*one.parts, *questions):
        for fault in french_faults(part.text):
            if fault.text in seen:
                continue
            seen.add(fault.text)
            code = ProblemCode.MISSING_SPACE
            if fault.is_straight:
                code = ProblemCode.STRAIGHT_QUOTE
            yield code.at(one.path, one.lines.line(part, fault.start), word=fault.text)


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
