"""A search index for a script: it answers nearly as the engines do, from one object.

The scores of every word are computed here, by the formula of `indexer.search.ranking`:
the script only adds them up. The index has the words of the records, the words of the
lexicon that lead to them, and the names of the glossary.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from indexer.analysis.analyzer import analyze, word_forms
from indexer.analysis.text_dates import date_in_words
from indexer.analysis.tokens import fold, phrase_words, tokenize
from indexer.analysis.word_lists import STOP_WORDS
from indexer.lexicon.expansion import (
    EQUIVALENT_WEIGHT,
    MAX_EQUIVALENTS,
    OTHER_NAME_WEIGHT,
    RANK_DECAY,
    TermName,
    Thesaurus,
)
from indexer.lexicon.lexicon import Lexicon
from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale
from indexer.model.indexed_record import IndexedRecord
from indexer.search.fuzzy_words import MIN_LENGTH
from indexer.search.ranking import (
    EXACT_FACTOR,
    FIELD_WEIGHTS,
    HEAD_WEIGHTS,
    K1,
    MIN_RELATIVE_LENGTH,
    B,
    idf,
)

SCALE = 1000
"""Scores are stored as whole thousandths."""

_STORED_LENGTHS = [round((1.033**byte - 1) * 27) for byte in range(256)]

Forms = tuple[str, ...]
Frequencies = Mapping[int, float]
_Place = tuple[int, int | None, str]
"""A record, a passage of it or None, and a field."""


class _Counts:
    """The lengths and spellings of the records, or of the passages, of one language."""

    def __init__(self) -> None:
        self.texts: defaultdict[int, list[str]] = defaultdict(list)
        self._lengths: defaultdict[int, float] = defaultdict(float)
        self._exact_lengths: defaultdict[int, float] = defaultdict(float)

    def add_length(self, number: int, length: float) -> None:
        """Add the length of a text: the number of its forms, weighted."""
        self._lengths[number] += length

    def add_text(self, text: str, number: int) -> None:
        """Add the spellings of a text, between spaces."""
        self.texts[number].append(text)
        self._exact_lengths[number] += text.count(" ") - 1

    @cached_property
    def joined(self) -> Mapping[int, str]:
        """The texts of each record or passage as one; a phrase never spans two."""
        return {number: "|".join(texts) for number, texts in self.texts.items()}

    @staticmethod
    def count(sought: str, texts: Mapping[int, str]) -> Frequencies:
        """Return how often texts contain a spelling, if they do."""
        counts = ((number, text.count(sought)) for number, text in texts.items())
        return {number: float(count) for number, count in counts if count}

    def scores(
        self, frequencies: Frequencies, max_score: float, *, is_exact: bool = False
    ) -> list[list[int]]:
        """Return the ids, each as the difference to the one before, and the scores."""
        ids = sorted(frequencies)
        norms = self._exact_norms if is_exact else self._norms
        scores = [
            round(SCALE * max_score * count / (count + norms[each]))
            for each in ids
            for count in (frequencies[each],)
        ]
        gaps = [each - before for before, each in zip([0, *ids], ids, strict=False)]
        return [gaps, scores]

    @cached_property
    def _norms(self) -> Mapping[int, float]:
        return _norms(self._lengths)

    @cached_property
    def _exact_norms(self) -> Mapping[int, float]:
        return _norms(self._exact_lengths)


def _rounded(length: int) -> int:
    """Return a length as the engine on disk stores it, in a byte of Whoosh.

    It is up to 3 % longer; without that, records of nearly equal scores would come in
    another order than on the site.
    """
    return _STORED_LENGTHS[min(bisect_left(_STORED_LENGTHS, length), 255)]


def _norms(lengths: Mapping[int, float]) -> Mapping[int, float]:
    filled = [each for each in lengths.values() if each > 0]
    mean = sum(filled) / len(filled) if filled else 1.0
    return {
        number: K1 * (1 - B + B * max(length / mean, MIN_RELATIVE_LENGTH))
        for number, length in lengths.items()
    }


class _Texts:
    """The texts of one language."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self.records, self.passages = _Counts(), _Counts()
        self.passages_of: defaultdict[int, set[int]] = defaultdict(set)
        self.words: set[str] = set()
        self.editions = 0
        self._places: defaultdict[str, Counter[_Place]] = defaultdict(Counter)

    def add(self, field: str, text: str, record: int, passage: int | None) -> None:
        """Add the text of a field."""
        terms = list(analyze(text, self.locale))
        forms = [form for term in terms if not term.is_stop_word for form in term.forms]
        spellings = f" {' '.join(each.exact for each in terms)} "
        length = _rounded(len(forms)) * FIELD_WEIGHTS[field]
        self.words.update(each.token.text for each in terms)
        self.records.add_text(spellings, record)
        self.records.add_length(record, length)
        if passage is not None:
            self.passages.add_text(spellings, passage)
            self.passages.add_length(passage, length)
            self.passages_of[record].add(passage)
        place = record, passage, field
        for form in forms:
            self._places[form][place] += 1

    def has(self, word: str) -> bool:
        """Return whether a record contains a form of a word."""
        return any(form in self._places for form in word_forms(word, self.locale))

    def word_scores(self, forms: Forms) -> list[Any]:
        """Return the scores of a word in records and in passages."""
        # As the engine does: the frequency in a text is the highest of the forms.
        counts: dict[_Place, int] = {}
        for form in forms:
            for place, count in self._places.get(form, {}).items():
                counts[place] = max(count, counts.get(place, 0))
        in_records: defaultdict[int, float] = defaultdict(float)
        in_passages: defaultdict[int, float] = defaultdict(float)
        for (record, passage, field), count in counts.items():
            in_records[record] += FIELD_WEIGHTS[field] * count
            if passage is not None:
                in_passages[passage] += FIELD_WEIGHTS[field] * count
        most = idf(self.editions, len(in_records)) * (K1 + 1)
        return [
            *self.records.scores(in_records, most),
            *self.passages.scores(in_passages, most),
        ]

    def phrase_scores(self, text: str) -> list[Any] | None:
        """Return the scores of a phrase; None if no record contains it."""
        words = phrase_words(text)
        sought = f" {' '.join(words)} "
        records = self.records.count(sought, self.records.joined)
        among = [each for record in records for each in self.passages_of[record]]
        joined = self.passages.joined
        found = (
            records,
            self.passages.count(sought, {each: joined[each] for each in among}),
        )
        if not found[0]:
            return None
        factor = EXACT_FACTOR * len(words)
        most = idf(self.editions, len(found[0])) * (K1 + 1) * factor
        return [
            *self.records.scores(found[0], most, is_exact=True),
            *self.passages.scores(found[1], most, is_exact=True),
        ]


def _months(locale: Locale) -> list[str]:
    """Return the names of the months, as texts write them, without accents."""
    dates = (date_in_words(PartialDate(2000, month), locale) for month in range(1, 13))
    return [fold(date.split()[0]).lower() for date in dates]


class StaticIndex:
    """The index of some records, made once.

    `body` is the object for the script; records are numbered in the order given.
    """

    def __init__(
        self,
        records: Iterable[IndexedRecord],
        lexicon: Lexicon,
        spellings: Iterable[tuple[str, Locale]] = (),
    ) -> None:
        """Index records; `spellings` are other words that people may type."""
        self._lexicon = lexicon
        self._shipped = tuple(spellings)
        self._texts = {locale: _Texts(locale) for locale in Locale}
        self._record_of_passage: list[int] = []
        self._names: list[tuple[TermName, ...]] = []
        self._terms: list[Any] = []
        self._number_of: dict[tuple[Locale, Forms], int] = {}
        for number, record in enumerate(records):
            self._add(number, record)

    def _add(self, number: int, record: IndexedRecord) -> None:
        for edition in record.editions:
            texts = self._texts[edition.locale]
            texts.editions += 1
            for field in HEAD_WEIGHTS:
                texts.add(field, getattr(edition, field), number, None)
            for each in edition.passages:
                passage = len(self._record_of_passage)
                self._record_of_passage.append(number)
                texts.add("heading", each.heading, number, passage)
                texts.add("text", each.text, number, passage)
        if record.id.kind is Kind.TERM:
            titles = [TermName(each.title, each.locale) for each in record.editions]
            others = [
                TermName(name, each.locale)
                for each in record.editions
                for name in each.names
            ]
            self._names.append((*titles, *others))

    def body(self) -> dict[str, Any]:
        """Return the object.

        `words` maps a spelling to the numbers of its term in French and in English (-1
        for none), its languages (1: French, 2: English), and its equivalents, from
        French and from English. `terms` have the scores in records and passages.
        """
        words = dict(self._words())
        return {
            "words": words,
            "names": list(self._glossary()),
            "terms": self._terms,
            "passages": self._record_of_passage,
            "dates": dict(self._dates()),
            "months": {locale.value: _months(locale) for locale in Locale},
            "correct": " ".join(sorted(self._other_words - words.keys())),
            "stop": {each.value: sorted(STOP_WORDS[each]) for each in Locale},
        }

    def _words(self) -> Iterator[tuple[str, list[Any]]]:
        spellings = {word for texts in self._texts.values() for word in texts.words}
        spellings |= self._inflected
        for word in sorted({*spellings, *map(fold, spellings)}):
            yield word, self._word(word)

    @cached_property
    def _inflected(self) -> set[str]:
        """The words of the lexicon that share a stem with a word of the records."""
        return {word for word, locale in self._shipped if self._texts[locale].has(word)}

    @cached_property
    def _other_words(self) -> set[str]:
        """The other words of the lexicon, which are spelled right."""
        return {fold(word) for word, _ in self._shipped if len(word) >= MIN_LENGTH}

    def _word(self, word: str) -> list[Any]:
        languages = self._languages(word)
        return [
            *(self._term(word, locale) for locale in Locale),
            sum(1 << index for index, each in enumerate(Locale) if each in languages),
            *(self._equivalents(word, locale) for locale in Locale),
        ]

    def _languages(self, word: str) -> list[Locale]:
        """Return the languages of a word, by the rule of `Expander`."""
        indexed = [locale for locale in Locale if self._texts[locale].has(word)]
        if len(indexed) == 1 and self._lexicon.contains(word, indexed[0]):
            return indexed
        return [
            each
            for each in Locale
            if each in indexed or self._lexicon.contains(word, each)
        ]

    def _term(self, word: str, locale: Locale) -> int:
        if not self._texts[locale].has(word):
            return -1
        forms = word_forms(word, locale)
        key = locale, forms
        if key not in self._number_of:
            self._number_of[key] = self._add_term(
                locale, self._texts[locale].word_scores(forms)
            )
        return self._number_of[key]

    def _add_term(self, locale: Locale, scores: list[Any]) -> int:
        self._terms.append([locale.value, *scores])
        return len(self._terms) - 1

    def _equivalents(self, word: str, locale: Locale) -> list[list[float]]:
        texts, other = self._texts[locale], locale.other
        names = self._lexicon.equivalents(word, locale, is_indexed=texts.has(word))
        found = [
            [self._term(name, other), round(EQUIVALENT_WEIGHT / rank**RANK_DECAY, 3)]
            for rank, name in enumerate(names, start=1)
            if self._texts[other].has(name)
        ]
        return found[:MAX_EQUIVALENTS]

    def _glossary(self) -> Iterator[list[Any]]:
        """Yield the words of each name, and the other names of its terms."""
        thesaurus = Thesaurus(self._names)
        typed = {
            tuple(token.text for token in tokenize(name.text))
            for names in self._names
            for name in names
        }
        for words in sorted({*typed, *(tuple(map(fold, each)) for each in typed)}):
            others = [
                alternative
                for name in thesaurus.synonyms(words)
                for alternative in self._alternatives(name.text)
            ]
            if words and others:
                yield [" ".join(words), others]

    def _dates(self) -> Iterator[tuple[str, int]]:
        """Yield each day and month that a text names, as a phrase, with its term."""
        for locale, texts in self._texts.items():
            names = "|".join(_months(locale))
            date = re.compile(rf"(?<= )(?=(?:(\S+) )?(({names}) [0-9]{{4}}) )")
            found = {
                phrase
                for text in texts.records.joined.values()
                for day, month, _ in date.findall(text)
                for phrase in (month, f"{day} {month}")
                if phrase == month or day[:1].isdigit()
            }
            for phrase in sorted(found):
                yield phrase, self._phrase(phrase, locale)

    def _alternatives(self, name: str) -> Iterator[list[float]]:
        words = [token.text for token in tokenize(name)]
        weight = round(OTHER_NAME_WEIGHT / len(words), 3)
        for locale in Locale:
            if len(words) == 1:
                term = self._term(words[0], locale)
            else:
                term = self._phrase(name, locale)
            if term >= 0:
                yield [term, weight]

    def _phrase(self, text: str, locale: Locale) -> int:
        key = locale, ("", *phrase_words(text))
        if key not in self._number_of:
            scores = self._texts[locale].phrase_scores(text)
            self._number_of[key] = (
                -1 if scores is None else self._add_term(locale, scores)
            )
        return self._number_of[key]
