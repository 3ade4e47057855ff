"""The words of a query that are searched, each with the search without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.analysis.normalization import fold
from indexer.model.query import And, Node, Phrase, Prefix, Query, Word
from indexer.model.results import ResultPage
from indexer.search.query_parts import is_common, query_parts
from kb.web.match_reasons import content_words
from kb.web.urls import query_url

QUESTION_WORDS = 3
"""A query with this many words, and words that are not searched, is a question."""

MAX_KEPT_WORDS = 8
"""Of a longer query, no word is offered to be removed."""


@dataclass(frozen=True, slots=True)
class KeptWord:
    """A word that is searched.

    `url` is the search for the other words, `others`. `count` is the number of records
    that match all of these, None where they were not counted.
    """

    text: str
    url: str
    others: str
    count: int | None = None


def typed_words(query: Query, results: ResultPage) -> tuple[str, ...]:
    """Return the words of a query, each once, as corrected if they were.

    The words of one glossary term stay together.
    """
    if results.suggestion and not results.asked_total:
        words = iter(content_words(results.suggestion))
    else:
        parts = query_parts(query.root) if query.root is not None else ()
        words = (_text(part) for part in parts)
    searched = dict.fromkeys(word for word in words if word and not is_common(word))
    names = [each.typed for each in results.expansions]
    return tuple(_grouped(tuple(searched), names))


def is_question(query: Query, words: Sequence[str]) -> bool:
    """Return whether a query is a sentence: it has words that are not searched."""
    has_others = isinstance(query.root, And) and any(
        isinstance(each, Word) and is_common(each.text) for each in query.root.nodes
    )
    return has_others and len(words) >= QUESTION_WORDS and not query.is_plain


def kept_words(query: Query, words: Sequence[str]) -> tuple[KeptWord, ...]:
    """Return the words to offer for removal; none of a query with operators.

    `words` are those of `typed_words`.
    """
    if not _has_words_only(query.root) or not 2 <= len(words) <= MAX_KEPT_WORDS:
        return ()
    return tuple(_kept_word(query, words, index) for index in range(len(words)))


def _kept_word(query: Query, kept: Sequence[str], index: int) -> KeptWord:
    others = " ".join((*kept[:index], *kept[index + 1 :]))
    return KeptWord(kept[index], query_url(query, text=others), others)


def _has_words_only(root: Node | None) -> bool:
    """Return whether a tree has only words typed side by side."""
    return (
        isinstance(root, And)
        and root.is_implicit
        and all(
            isinstance(each, Word | Phrase | Prefix) and not each.is_title_only
            for each in root.nodes
        )
    )


def _grouped(words: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """Yield the words; those of a name that stand side by side are one."""
    keys = {tuple(map(fold, content_words(name))) for name in names}
    lengths = sorted({len(key) for key in keys}, reverse=True)
    while words:
        folded = tuple(map(fold, words))
        length = next((n for n in lengths if n > 1 and folded[:n] in keys), 1)
        yield " ".join(words[:length])
        words = words[length:]


def _text(part: Node) -> str:
    match part:
        case Phrase():
            return f'"{part.text}"'
        case Prefix():
            return f"{part.text}*"
        case Word():
            return part.text
        case _:
            return ""
