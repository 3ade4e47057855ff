"""Which terms of the glossary the text of another record uses."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

from indexer.analysis.tokens import phrase_words
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale, RecordId
from indexer.model.record import Record

Names = tuple[tuple[Locale, str], ...]
"""The names of a term as texts have them, each with its language."""


class NormalizedTexts:
    """The words of all records, in which the names of terms are searched.

    Only changed texts are searched for a term again, as long as its names are the same
    and the text that had one still has it.
    """

    def __init__(self) -> None:
        self._texts: dict[RecordId, tuple[Record, dict[Locale, str]]] = {}
        self._changed: set[RecordId] = set()
        self._users: dict[RecordId, tuple[Names, RecordId | None]] = {}
        self._index: _WordIndex | None = None

    def update(self, corpus: Corpus) -> None:
        """Normalize the texts of new and changed records; forget withdrawn ones."""
        self._changed, self._index = set(), None
        for record in corpus.records.values():
            known = self._texts.get(record.id)
            if known is None or known[0] is not record:
                self._texts[record.id] = record, _normalized_editions(record)
                self._changed.add(record.id)
        for withdrawn in self._texts.keys() - corpus.records.keys():
            del self._texts[withdrawn]

    def use(self, term: Record) -> bool:
        """Return whether the text of another record contains a name of a term."""
        names = tuple(
            (edition.locale, _normalized(name))
            for edition in term.editions
            for name in (edition.title, *edition.variants)
        )
        last_names, user = self._users.get(term.id, ((), None))
        if user is None or not self._contains(user, names):
            is_known = names == last_names and user is None
            searched = self._changed if is_known else self._candidates(names)
            others = (record for record in searched if record != term.id)
            user = next((r for r in others if self._contains(r, names)), None)
        self._users[term.id] = names, user
        return user is not None

    def forget_index(self) -> None:
        """Free the words of all texts, which only a finding uses."""
        self._index = None

    def _candidates(self, names: Names) -> Iterator[RecordId]:
        if self._index is None:
            self._index = _WordIndex(
                (record_id, texts) for record_id, (_, texts) in self._texts.items()
            )
        for locale, name in names:
            yield from self._index.with_first_word(name, locale)

    def _contains(
        self, record_id: RecordId, names: Iterable[tuple[Locale, str]]
    ) -> bool:
        if record_id not in self._texts:
            return False
        texts = self._texts[record_id][1]
        return any(name in texts.get(locale, "") for locale, name in names)


class _WordIndex:
    """The records that have each word in their texts."""

    def __init__(self, texts: Iterable[tuple[RecordId, Mapping[Locale, str]]]) -> None:
        self._records: list[RecordId] = []
        self._numbers: dict[Locale, dict[str, array[int]]] = {
            locale: {} for locale in Locale
        }
        for number, (record_id, editions) in enumerate(texts):
            self._records.append(record_id)
            for locale, text in editions.items():
                numbers = self._numbers[locale]
                for word in {*text.split()}:
                    numbers.setdefault(word, array("I")).append(number)
        self._words = {
            locale: sorted(numbers) for locale, numbers in self._numbers.items()
        }

    def with_first_word(self, name: str, locale: Locale) -> Iterator[RecordId]:
        """Yield the records that have the first word of a name.

        The only word of a name may be the beginning of a longer one.
        """
        words, known = name.split(), self._words[locale]
        first = words[0] if words else ""
        start = bisect_left(known, first)
        for position in range(start, len(known) if first else start):
            word = known[position]
            is_found = word == first if len(words) > 1 else word.startswith(first)
            if not is_found:
                return
            for number in self._numbers[locale][word]:
                yield self._records[number]


def _normalized_editions(record: Record) -> dict[Locale, str]:
    return {
        edition.locale: _normalized(
            " ".join(
                (edition.title, edition.summary, str(edition.body), *edition.variants)
            )
        )
        for edition in record.editions
    }


def _normalized(text: str) -> str:
    # A name matches from the start of a word; a plural that adds letters matches too.
    return " " + " ".join(phrase_words(text))
