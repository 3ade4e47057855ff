"""Makes passages of the content of the project, and queries of any passages."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from benchmarks.queries import TypedQuery
from indexer.analysis.analyzer import is_stop_word
from indexer.corpus.corpus import CorpusReader
from indexer.extraction.passages import split_passages
from indexer.model.ids import Locale
from indexer.readers.markdown import read_markdown

MAX_WORDS = 4

_WORD = re.compile(r"[^\W\d_]{4,}")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_WORDS_OF_A_PASSAGE = 120
_SAMPLE = 10_000  # all in the smallest of the sizes that are compared
_RAREST = 1000
"""A word in fewer than one passage in so many is left out."""


def document_fields(documents: Path, count: int | None) -> Iterator[dict[str, str]]:
    """Make passages of the content: its own, then, to make up the number, mixtures.

    A mixture takes sentences of any passages of one language, the same at each run.
    """
    own = list(_own_fields(documents))
    yield from own if count is None else own[:count]
    if count is None:
        return
    chance = random.Random(7)  # noqa: S311  # the same passages at each run
    langs = sorted({each["lang"] for each in own})
    sentences = {
        lang: [
            sentence
            for each in own
            if each["lang"] == lang
            for sentence in _SENTENCE_END.split(each["text"])
        ]
        for lang in langs
    }
    for number in range(count - len(own)):
        lang = langs[number % len(langs)]
        yield {
            "_id": f"mixture-{number}",
            "title": chance.choice(own)["title"],
            "text": _mixture(sentences[lang], chance),
            "lang": lang,
        }


def _mixture(sentences: Sequence[str], chance: random.Random) -> str:
    chosen: list[str] = []
    words = 0
    while words < _WORDS_OF_A_PASSAGE:
        chosen.append(chance.choice(sentences))
        words += max(1, len(chosen[-1].split()))
    return " ".join(chosen)


def _own_fields(documents: Path) -> Iterator[dict[str, str]]:
    for record in CorpusReader(documents).read().records.values():
        for edition in record.editions:
            passages = split_passages(read_markdown(str(edition.body)), edition.locale)
            for number, passage in enumerate(passages):
                yield {
                    "_id": f"{record.id}/{edition.locale}/{number}",
                    "title": edition.title,
                    "text": passage.text,
                    "lang": edition.locale.value,
                    "source": record.id.kind.value,
                }


def make_queries(
    fields: Iterable[Mapping[str, str]], count: int, *, seed: int = 11
) -> tuple[TypedQuery, ...]:
    """Make queries of one to four words that stand together in a passage.

    Each has an answer therefore. Half of the words are frequent in the whole, and half
    less so; the rarest are left out, for they cost nothing to any engine.
    """
    sample = _sample(fields)
    if not sample:
        return ()
    chance = random.Random(seed)  # noqa: S311  # the same queries at each run
    return tuple(
        _made(*chance.choice(sample), chance, 1 + number % MAX_WORDS)
        for number in range(count)
    )


def _made(
    lang: str, words: Sequence[str], chance: random.Random, length: int
) -> TypedQuery:
    """Choose among words, the rarest first."""
    half = len(words) // 2
    chosen: list[str] = []
    for _ in range(min(length, len(words))):
        pool = words[half:] if chance.random() < 0.5 else words[:half]
        left = [word for word in pool or words if word not in chosen]
        chosen.append(
            chance.choice(left or [word for word in words if word not in chosen])
        )
    return TypedQuery(" ".join(chosen), lang)


def _sample(fields: Iterable[Mapping[str, str]]) -> list[tuple[str, list[str]]]:
    """Give the language and the words of passages, by rising frequency."""
    read = [
        (each["lang"], frozenset(_content_words(each["text"], Locale(each["lang"]))))
        for each in islice(fields, _SAMPLE)
    ]
    frequencies = Counter(word for _, words in read for word in words)
    floor = max(1, len(read) // _RAREST)
    usual = (
        (lang, [word for word in words if frequencies[word] >= floor])
        for lang, words in read
    )
    return [
        (lang, sorted(words, key=lambda word: (frequencies[word], word)))
        for lang, words in usual
        if words
    ]


def _content_words(text: str, locale: Locale) -> Iterator[str]:
    return (
        word for word in _WORD.findall(text.lower()) if not is_stop_word(word, locale)
    )
