"""Generates passages from the documents, and queries from passages."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from benchmarks.queries import TypedQuery
from indexer.analysis.analyzer import is_stop_word
from indexer.corpus.corpus_reader import CorpusReader
from indexer.extraction.passages import split_passages
from indexer.model.ids import Locale
from indexer.readers.markdown import read_markdown

MAX_WORDS = 4

_WORD = re.compile(r"[^\W\d_]{4,}")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_PASSAGE_WORDS = 120
_SAMPLE = 10_000  # the smallest size that is compared
_MIN_FREQUENCY = 1000
"""Words in fewer than one of this many passages are not used."""


def passage_fields(documents: Path, count: int | None) -> Iterator[dict[str, str]]:
    """Yield the passages of the documents, then mixtures up to a number.

    A mixture has random sentences of one language; the seed is fixed.
    """
    own = list(_own_fields(documents))
    yield from own if count is None else own[:count]
    if count is None:
        return
    rng = random.Random(7)  # noqa: S311  # fixed seed
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
            "title": rng.choice(own)["title"],
            "text": _mixture(sentences[lang], rng),
            "lang": lang,
        }


def _mixture(sentences: Sequence[str], rng: random.Random) -> str:
    chosen: list[str] = []
    words = 0
    while words < _PASSAGE_WORDS:
        chosen.append(rng.choice(sentences))
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
    """Return queries of one to four words of one passage, so that each has a result.

    Half of the words are from the more frequent half of the passage. The rarest words
    are not used, since they cost no engine any time.
    """
    sample = _sample(fields)
    if not sample:
        return ()
    rng = random.Random(seed)  # noqa: S311  # fixed seed
    return tuple(
        _random_query(*rng.choice(sample), rng, 1 + number % MAX_WORDS)
        for number in range(count)
    )


def _random_query(
    lang: str, words: Sequence[str], rng: random.Random, length: int
) -> TypedQuery:
    """Return a query of random words; `words` are in order of frequency."""
    half = len(words) // 2
    chosen: list[str] = []
    for _ in range(min(length, len(words))):
        pool = words[half:] if rng.random() < 0.5 else words[:half]
        unused = [word for word in pool or words if word not in chosen]
        chosen.append(
            rng.choice(unused or [word for word in words if word not in chosen])
        )
    return TypedQuery(" ".join(chosen), lang)


def _sample(fields: Iterable[Mapping[str, str]]) -> list[tuple[str, list[str]]]:
    """Return the language and the words of passages, rarest words first."""
    passages = [
        (each["lang"], frozenset(_content_words(each["text"], Locale(each["lang"]))))
        for each in islice(fields, _SAMPLE)
    ]
    frequencies = Counter(word for _, words in passages for word in words)
    floor = max(1, len(passages) // _MIN_FREQUENCY)
    frequent = (
        (lang, [word for word in words if frequencies[word] >= floor])
        for lang, words in passages
    )
    return [
        (lang, sorted(words, key=lambda word: (frequencies[word], word)))
        for lang, words in frequent
        if words
    ]


def _content_words(text: str, locale: Locale) -> Iterator[str]:
    return (
        word for word in _WORD.findall(text.lower()) if not is_stop_word(word, locale)
    )
