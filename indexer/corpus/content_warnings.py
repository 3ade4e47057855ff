"""What is not wrong in the content, but worth a look: warnings."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.corpus.corpus import Corpus
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Problem, ProblemCode, message
from indexer.model.records import Edition, Record

_POINTING_KINDS = {Kind.NEED, Kind.RECOMMENDATION}


def find_warnings(
    corpus: Corpus, *, root: str, only: Collection[RecordId] | None = None
) -> Iterator[Problem]:
    """Give the warnings on a corpus, or on some of its records.

    `root` is the name of its folder.
    """
    chosen = [
        record
        for record in corpus.records.values()
        if only is None or record.id in only
    ]
    has_terms = any(record.id.kind is Kind.TERM for record in chosen)
    texts = {
        locale: _words_by_record(corpus, locale) if has_terms else {}
        for locale in Locale
    }
    for record in chosen:
        path = f"{root}/{record.id}/{RECORD_FILE}"
        if _is_orphan(corpus, record):
            yield Problem(
                path,
                1,
                ProblemCode.UNLINKED_RECORD,
                message("no record is linked to this one, nor this one to any"),
                message(
                    "name an event, a need, a practice or a theme that it belongs with"
                ),
            )
        if record.id.kind is Kind.PRACTICE and not _is_pointed_to(corpus, record):
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
                message("this term stands in no other record"),
                message("use it, link to it, or ask whether the glossary needs it"),
            )


def _is_orphan(corpus: Corpus, record: Record) -> bool:
    if record.id.kind is Kind.PAGE:
        return False
    return not any(record.links) and not corpus.backlinks.get(record.id)


def _is_pointed_to(corpus: Corpus, record: Record) -> bool:
    links = corpus.backlinks.get(record.id, ())
    return any(link.target.kind in _POINTING_KINDS for link in links)


def _is_used(corpus: Corpus, term: Record, texts: dict[Locale, dict[str, str]]) -> bool:
    if corpus.backlinks.get(term.id):
        return True
    for edition in term.editions:
        names = [_words(name) for name in (edition.title, *edition.variants)]
        for record_id, text in texts[edition.locale].items():
            if record_id != str(term.id) and any(name in text for name in names):
                return True
    return False


def _words_by_record(corpus: Corpus, locale: Locale) -> dict[str, str]:
    return {
        str(record.id): _words(_text(record.edition(locale)))
        for record in corpus.records.values()
        if record.has_edition(locale)
    }


def _text(edition: Edition) -> str:
    return " ".join(
        (edition.title, edition.summary, str(edition.body), *edition.variants)
    )


def _words(text: str) -> str:
    # A space before, none after: a plural that only adds letters is the same word.
    return " " + " ".join(fold(token.text) for token in tokenize(text))
