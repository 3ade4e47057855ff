"""Warnings: records without links and glossary terms that no text uses."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.corpus.corpus import Corpus
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Problem, ProblemCode, message
from indexer.model.records import Edition, Record

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
    texts = {
        locale: _normalized_texts(corpus, locale) if has_terms else {}
        for locale in Locale
    }
    for record in checked:
        path = f"{root}/{record.id}/{RECORD_FILE}"
        if _is_orphan(corpus, record):
            yield Problem(
                path,
                1,
                ProblemCode.UNLINKED_RECORD,
                message("this record has no link to or from another record"),
                message("link it to an event, a need, a practice or a theme"),
            )
        if record.id.kind is Kind.PRACTICE and not _is_answer(corpus, record):
            yield Problem(
                path,
                1,
                ProblemCode.UNUSED_PRACTICE,
                message("no need and no recommendation points to this practice"),
                message("add it to the practices of a need or a recommendation"),
            )
        if record.id.kind is Kind.TERM and not _is_used(corpus, record, texts):
            yield Problem(
                path,
                1,
                ProblemCode.UNUSED_TERM,
                message("no other record uses this term"),
                message("use it, link to it, or ask whether the glossary needs it"),
            )


def _is_orphan(corpus: Corpus, record: Record) -> bool:
    if record.id.kind is Kind.PAGE:
        return False
    return not any(record.links) and not corpus.backlinks.get(record.id)


def _is_answer(corpus: Corpus, record: Record) -> bool:
    links = corpus.backlinks.get(record.id, ())
    return any(link.target.kind in _ANSWERED_KINDS for link in links)


def _is_used(corpus: Corpus, term: Record, texts: dict[Locale, dict[str, str]]) -> bool:
    if corpus.backlinks.get(term.id):
        return True
    for edition in term.editions:
        names = [_normalized(name) for name in (edition.title, *edition.variants)]
        for record_id, text in texts[edition.locale].items():
            if record_id != str(term.id) and any(name in text for name in names):
                return True
    return False


def _normalized_texts(corpus: Corpus, locale: Locale) -> dict[str, str]:
    return {
        str(record.id): _normalized(_text(record.edition(locale)))
        for record in corpus.records.values()
        if record.has_edition(locale)
    }


def _text(edition: Edition) -> str:
    return " ".join(
        (edition.title, edition.summary, str(edition.body), *edition.variants)
    )


def _normalized(text: str) -> str:
    # A name matches from the start of a word; a plural that adds letters matches too.
    return " " + " ".join(fold(token.text) for token in tokenize(text))
