"""Help for translators: earlier translations, glossary terms, a machine translator.

The translator runs on this machine: CTranslate2, with a model that is given to it. A
folder of models has one folder per direction, `fr-en` and `en-fr`, each with the files
of a converted OPUS-MT model: `model.bin`, `config.json`, its vocabulary, `source.spm`
and `target.spm`. Nothing is downloaded.
"""

import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from indexer.analysis.tokens import tokenize
from indexer.corpus.corpus import Corpus
from indexer.extraction.proposals.wording import sentences
from indexer.lexicon.expansion import TermName, term_name_key, words_key
from indexer.model.edition import Edition
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Message, message
from indexer.model.record import Record
from indexer.model.schema.field import Shape
from indexer.model.schema.frame import BODY
from indexer.model.schema.kinds import SCHEMAS
from kb.core.cache import IdentityKey
from kb.publishing.errors import PublishingError
from kb.publishing.history.differences import paragraphs_of
from kb.publishing.history.edition_words import (
    RowChange,
    Rows,
    compared_words,
    place_of_translation,
)

MIN_SCORE = 70
MIN_WORDS = 3
MAX_CHARACTERS = 600
MAX_MATCHES = 3
MAX_QUERIES = 30
_ITEM = re.compile(r"\n(?=[-*+] |\d+[.)] )")
_BULLET = re.compile(r"^(?:[-*+]|\d+[.)]) +")
_LEFT_OUT = {"participants", "date_note"}
"""Texts that are seldom translated the same way twice."""


@dataclass(frozen=True, slots=True)
class MemoryMatch:
    """A text that was translated before: `score` from 0 to 100 is how alike it is."""

    source: str
    target: str
    record: RecordId
    score: int


class TranslationMemory:
    """The translated texts of some records, in both directions."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._texts: list[tuple[RecordId, Mapping[Locale, str]]] = []
        self._words: dict[Locale, list[str]] = {locale: [] for locale in Locale}
        for record in records:
            for pair, words in _pairs_with_words(IdentityKey(record)):
                self._texts.append((record.id, pair))
                for locale in Locale:
                    self._words[locale].append(words[locale])

    def matches(
        self, text: str, source: Locale, *, excluded: RecordId | None = None
    ) -> tuple[MemoryMatch, ...]:
        """Return texts like those of a paragraph, with their translation, best first.

        Each sentence and each list item of the paragraph is looked up. The record
        `excluded` is left out.
        """
        found: dict[tuple[str, str], MemoryMatch] = {}
        for piece in dict.fromkeys(_units(text)[:MAX_QUERIES]):
            for match in self._matches(piece, source, excluded):
                key = (compared_words(match.source), compared_words(match.target))
                if key not in found or found[key].score < match.score:
                    found[key] = match
        ranked = sorted(found.values(), key=lambda match: (-match.score, match.source))
        return tuple(ranked[:MAX_MATCHES])

    def _matches(
        self, piece: str, source: Locale, excluded: RecordId | None
    ) -> Iterator[MemoryMatch]:
        query = compared_words(piece)
        if len(query.split()) < MIN_WORDS:
            return
        found = process.extract(
            query,
            self._words[source],
            scorer=fuzz.ratio,
            score_cutoff=MIN_SCORE,
            limit=MAX_MATCHES + MAX_QUERIES,
        )
        for _, score, index in found:
            record, pair = self._texts[index]
            if record != excluded:
                yield MemoryMatch(
                    pair[source], pair[source.other], record, round(score)
                )


@lru_cache(maxsize=2_000)
def _pairs_with_words(
    record: IdentityKey[Record],
) -> tuple[tuple[Mapping[Locale, str], Mapping[Locale, str]], ...]:
    """Return the pairs of texts of a record, each with its words for comparison.

    They are kept until the record changes: a form is shown again and again.
    """
    return tuple(
        (pair, {locale: compared_words(text) for locale, text in pair.items()})
        for pair in _pairs(record.value)
    )


def _pairs(record: Record) -> Iterator[Mapping[Locale, str]]:
    """Yield the texts of a record that are the translations of each other."""
    editions = {edition.locale: edition for edition in record.editions}
    if len(editions) < len(Locale):
        return
    french, english = editions[Locale.FR], editions[Locale.EN]
    # The titles of terms are the glossary, which stands beside the memory.
    left_out = _LEFT_OUT | ({"title"} if record.id.kind is Kind.TERM else set())
    for field in SCHEMAS[record.id.kind].words:
        if field.type is Shape.TEXT and field.name not in left_out:
            texts = (getattr(each, field.attribute) for each in (french, english))
            yield from _aligned(*texts)
    rows, other_rows = _body_rows(french), _body_rows(english)
    for place, text in enumerate(rows[BODY]):
        change = RowChange(BODY, place, place, place)
        other, is_translated = place_of_translation(rows, other_rows, change)
        if is_translated:
            yield from _aligned(text, other_rows[BODY][other])


def _body_rows(edition: Edition) -> Rows:
    return {BODY: tuple(paragraphs_of(str(edition.body)))}


def _aligned(french: str, english: str) -> Iterator[Mapping[Locale, str]]:
    """Yield the parts of two texts that correspond, or the whole texts."""
    ours, theirs = _units(french), _units(english)
    if len(ours) != len(theirs):
        ours, theirs = [french], [english]
    for one, other in zip(ours, theirs, strict=True):
        is_short = max(len(one), len(other)) <= MAX_CHARACTERS
        if (
            is_short
            and len(compared_words(one).split()) >= MIN_WORDS
            and compared_words(other)
        ):
            yield {Locale.FR: one, Locale.EN: other}


def _units(text: str) -> list[str]:
    """Return the sentences of a text and of its list items, without their bullets."""
    if text.startswith("#"):
        return [text]
    items: Iterable[str] = _ITEM.split(text)
    return [
        sentence
        for item in items
        for sentence in sentences(_BULLET.sub("", " ".join(item.split())))
    ]


MAX_TERMS = 8


@dataclass(frozen=True, slots=True)
class GlossaryMatch:
    """A term in a text: its name there, and its title in the other language."""

    record: RecordId
    name: str
    translation: str


class GlossaryMatcher:
    """Finds the terms of a glossary in texts."""

    def __init__(self, terms: Iterable[Record]) -> None:
        self._terms: defaultdict[
            tuple[Locale, tuple[str, ...]], dict[RecordId, GlossaryMatch]
        ] = defaultdict(dict)
        for record in terms:
            editions = {edition.locale: edition for edition in record.editions}
            if len(editions) < len(Locale):
                continue
            for locale, edition in editions.items():
                translation = editions[locale.other].title
                for name in (edition.title, *edition.variants):
                    match = GlossaryMatch(record.id, name, translation)
                    key = term_name_key(TermName(name, locale))
                    self._terms[key].setdefault(record.id, match)
        self._longest = max((len(words) for _, words in self._terms), default=0)

    def matches(self, text: str, locale: Locale) -> tuple[GlossaryMatch, ...]:
        """Return the terms of a text in their order, the longest name at each place."""
        words = [token.text for token in tokenize(text)]
        found = {match.record: match for match in self._matches(words, locale)}
        return tuple(found.values())[:MAX_TERMS]

    def _matches(self, words: Sequence[str], locale: Locale) -> Iterator[GlossaryMatch]:
        start = 0
        while start < len(words):
            for length in range(min(self._longest, len(words) - start), 0, -1):
                key = words_key(words[start : start + length], locale)
                if terms := self._terms.get((locale, key)):
                    yield from terms.values()
                    start += length - 1
                    break
            start += 1


def glossary_matcher(corpus: Corpus) -> GlossaryMatcher:
    """Return the matcher of the terms of a corpus, made again when a term changes."""
    return _matcher(tuple(map(IdentityKey, corpus.of_kind(Kind.TERM))))


@lru_cache(maxsize=1)
def _matcher(terms: tuple[IdentityKey[Record], ...]) -> GlossaryMatcher:
    return GlossaryMatcher(term.value for term in terms)


MODEL_FILES = ("model.bin", "config.json", "source.spm", "target.spm")
MAX_MACHINE_CHARACTERS = 6000
_BEAM_SIZE = 2
_MAX_TOKENS = 512
_LINE_START = re.compile(r"^(\s*(?:(?:[-*+]|\d+[.)]|#{1,6}|>) +)*)")
_LINK = re.compile(r"\[([^\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(?<!\w)(\*\*|\*|__|_|`)(?=\S)(.+?)(?<=\S)\1(?!\w)")


class TranslatorError(PublishingError):
    """A text can't be translated: no model can be loaded, or the text is too long."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.message = why


@dataclass(frozen=True, slots=True)
class _Model:
    translator: Any
    source: Any
    target: Any


class MachineTranslator:
    """The translator of a folder of models; each model is loaded at its first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._models: dict[Locale, _Model] = {}
        self._lock = threading.Lock()

    def can_translate(self, source: Locale) -> bool:
        """Return whether there is a model for this direction."""
        return not self._missing(source)

    def translate(self, text: str, source: Locale) -> str:
        """Return a paragraph in the other language, line by line.

        Bullets stay; links and emphasis become plain words, since a model breaks them.

        Raises:
            TranslatorError: it can't be translated.
        """
        if len(text) > MAX_MACHINE_CHARACTERS:
            raise TranslatorError(
                message(
                    "the machine translates at most %(maximum)s characters at once",
                    maximum=MAX_MACHINE_CHARACTERS,
                )
            )
        # One text at a time: a translation uses all cores that it may.
        with self._lock:
            model = self._model(source)
            lines = [
                self._line(model, line) for line in without_markup(text).split("\n")
            ]
        translated = "\n".join(lines)
        if not translated.strip():
            raise TranslatorError(message("the machine gave no words"))
        return translated

    def _line(self, model: _Model, line: str) -> str:
        start = _LINE_START.match(line)
        prefix = start[1] if start is not None else ""
        return prefix + " ".join(self._sentences(model, line[len(prefix) :]))

    @staticmethod
    def _sentences(model: _Model, text: str) -> Iterator[str]:
        pieces = [
            model.source.encode(sentence, out_type=str) for sentence in sentences(text)
        ]
        if not pieces:
            return
        try:
            results = model.translator.translate_batch(
                pieces, beam_size=_BEAM_SIZE, max_decoding_length=_MAX_TOKENS
            )
        except (RuntimeError, ValueError) as error:
            raise TranslatorError(_failure(error)) from error
        for result in results:
            yield str(model.target.decode(result.hypotheses[0])).strip()

    def _missing(self, source: Locale) -> list[str]:
        folder = self._model_folder(source)
        return [name for name in MODEL_FILES if not (folder / name).is_file()]

    def _model_folder(self, source: Locale) -> Path:
        return self._folder / f"{source}-{source.other}"

    def _model(self, source: Locale) -> _Model:
        if source not in self._models:
            self._models[source] = self._loaded(source)
        return self._models[source]

    def _loaded(self, source: Locale) -> _Model:
        folder = self._model_folder(source)
        if missing := self._missing(source):
            raise TranslatorError(
                message(
                    "the folder %(folder)s has no %(names)s",
                    folder=folder,
                    names=", ".join(missing),
                )
            )
        try:
            # Loaded late: the libraries take memory, and are an optional extra.
            import ctranslate2  # noqa: PLC0415
            import sentencepiece  # noqa: PLC0415

            return _Model(
                ctranslate2.Translator(str(folder), device="cpu", inter_threads=1),
                sentencepiece.SentencePieceProcessor(str(folder / "source.spm")),
                sentencepiece.SentencePieceProcessor(str(folder / "target.spm")),
            )
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            raise TranslatorError(_failure(error)) from error


def _failure(error: Exception) -> Message:
    return message("the machine translator failed: %(why)s", why=error)


def without_markup(text: str) -> str:
    """Return a text whose links and emphasis are plain words."""
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text))
