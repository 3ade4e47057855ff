"""Expander: adds synonyms and equivalents to a query, and lists them.

The thesaurus has the synonyms of the glossary.

A term of several words matches words side by side, accents aside. All names of a term,
in both languages, become synonyms; the names that were not typed weigh less, and are
listed as expansions.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from indexer.analysis.analyzer import is_stop_word, word_forms
from indexer.analysis.tokens import fold, tokenize
from indexer.lexicon.lexicon import Lexicon
from indexer.model.ids import Locale
from indexer.model.query import (
    Alternative,
    And,
    Compound,
    Expansion,
    ExpansionSource,
    MinimumMatch,
    Node,
    Or,
    Phrase,
    Synonyms,
    Word,
    text_only,
)

MAX_NAMES = 8

OTHER_NAME_WEIGHT = 0.4
"""Weight of a synonym, so that matches of the typed name rank first."""

_PLURAL = re.compile(r"(?<=...)[sx]$")

PhraseKey = tuple[str, ...]

NameKey = tuple[Locale, PhraseKey]
"""A language, and the words of a name: equal for the spellings of one name."""


@dataclass(frozen=True, slots=True)
class TermName:
    """One name of a term, in one language."""

    text: str
    locale: Locale


class Thesaurus:
    """Index of the terms of the glossary by each of their names."""

    def __init__(self, terms: Iterable[Sequence[TermName]] = ()) -> None:
        """Index terms, each as the sequence of its names, preferred names first."""
        self._names: defaultdict[NameKey, dict[TermName, None]] = defaultdict(dict)
        for names in terms:
            for name in names:
                key = term_name_key(name)
                if key[1]:
                    self._names[key].update(dict.fromkeys(names))
        self._longest = max((len(key) for _, key in self._names), default=0)

    def synonyms(self, words: Sequence[str]) -> tuple[TermName, ...]:
        """Return the other names of the terms with a name, preferred names first."""
        keys = {locale: words_key(words, locale) for locale in Locale}
        typed = set(keys.values())
        names = {
            key: name
            for locale in Locale
            for name in self._names.get((locale, keys[locale]), ())
            if (key := term_name_key(name)[1]) not in typed
        }
        return tuple(names.values())[:MAX_NAMES]

    def expand(self, root: Node) -> tuple[Node, tuple[Expansion, ...]]:
        """Return a query expanded with the synonyms of its terms, and the expansions.

        Words that are excluded, quoted or limited to titles are not expanded.
        """
        expansions: list[Expansion] = []
        return self._expanded(root, expansions), tuple(dict.fromkeys(expansions))

    def _expanded(self, node: Node, expansions: list[Expansion]) -> Node:
        match node:
            case Word():
                return next(self._grouped((node,), expansions))
            case And():
                nodes = tuple(self._grouped(node.nodes, expansions))
                return nodes[0] if len(nodes) == 1 else And(nodes, node.is_implicit)
            case Or():
                return Or(
                    tuple(self._expanded(child, expansions) for child in node.nodes)
                )
            case Compound() if not node.is_title_only:
                return self._named(node, expansions)
            case _:
                return node

    def _named(self, node: Compound, expansions: list[Expansion]) -> Compound:
        """Return a compound with the other names of the term that it names."""
        words = [token.text for token in tokenize(node.text)]
        names = self.synonyms(words) or self.synonyms(words[-1:])
        expansions += _expansions(node.text, names)
        added = [_alternative(name.text) for name in names]
        if node.is_text_only:
            added = [replace(name, node=text_only(name.node)) for name in added]
        return replace(node, others=(*node.others, *added))

    def _grouped(
        self, nodes: Sequence[Node], expansions: list[Expansion]
    ) -> Iterator[Node]:
        """Yield the nodes, with each longest run of words that names a term grouped."""
        while nodes:
            words = self._longest_term(nodes)
            length = len(words) or 1
            if words:
                yield self._group(words, nodes[:length], expansions)
            elif isinstance(nodes[0], Word):
                yield nodes[0]
            else:
                yield self._expanded(nodes[0], expansions)
            nodes = nodes[length:]

    def _longest_term(self, nodes: Sequence[Node]) -> list[str]:
        """Return the words of the longest term at the first node."""
        words: list[str] = []
        for node in nodes[: self._longest]:
            if not isinstance(node, Word) or node.is_title_only:
                break
            words.append(node.text)
        while words and not self.synonyms(words):
            words.pop()
        return words

    def _group(
        self, words: list[str], nodes: Sequence[Node], expansions: list[Expansion]
    ) -> Node:
        names = self.synonyms(words)
        expansions += _expansions(" ".join(words), names)
        # All words of a term must match, as with AND: relaxation may drop none.
        node = nodes[0] if len(nodes) == 1 else And(tuple(nodes))
        others = tuple(_alternative(name.text) for name in names)
        return _read_alike(nodes[0], Synonyms(node, others))


def _expansions(typed: str, names: Iterable[TermName]) -> Iterator[Expansion]:
    for name in names:
        yield Expansion(typed, name.text, name.locale, ExpansionSource.GLOSSARY)


def words_key(words: Sequence[str], locale: Locale) -> PhraseKey:
    """Return one key for the spellings of a name, whatever the accents and plurals.

    A single word is not stemmed: « communes » and « communication » share a stem.
    """
    plain = [fold(word) for word in words]
    if len(plain) == 1:
        return (_PLURAL.sub("", plain[0]),)
    return tuple(word_forms(word, locale)[0] for word in plain)


@lru_cache(maxsize=2**15)  # all names are compared after each change of a term
def term_name_key(name: TermName) -> NameKey:
    """Return the key by which the search compares the names of terms."""
    words = [token.text for token in tokenize(name.text)]
    return name.locale, words_key(words, name.locale)


def _alternative(name: str) -> Alternative:
    words = [token.text for token in tokenize(name)]
    if len(words) == 1:
        return Alternative(Word(words[0]), OTHER_NAME_WEIGHT)
    # The score of a phrase is the sum of its words; a name counts as one word.
    return Alternative(Phrase(name), OTHER_NAME_WEIGHT / len(words))


EQUIVALENT_WEIGHT = 0.8
RANK_DECAY = 0.7
"""The weight of an equivalent is `EQUIVALENT_WEIGHT` / rank ** `RANK_DECAY`."""

SAME_SPELLING_WEIGHT = 0.7
"""Weight of the typed spelling in the other language, where it may be another word."""

MAX_EQUIVALENTS = 5

MAX_WORDS_CACHED = 10_000
"""The words whose languages and equivalents are stored; then they are forgotten."""

BACK_RANK = 3
"""A translation of a single word counts if the word is among this number of its own
first translations: *dog* is none of « poursuivre », which is one of *dog*. Of several
words, other words decide which meaning of each is meant."""

IsIndexed = Callable[[str, Locale], bool]
"""Returns whether the editions of a language contain a word, or a spelling."""


@dataclass(frozen=True, slots=True)
class ExpandedQuery:
    """A query tree after expansion, and the expansions."""

    root: Node
    expansions: tuple[Expansion, ...]


class Expander:
    """Expands queries for the vocabulary of one index."""

    def __init__(
        self,
        thesaurus: Thesaurus,
        lexicon: Lexicon,
        is_indexed: IsIndexed,
        is_spelled: IsIndexed,
    ) -> None:
        """Make an expander for an index.

        Args:
            thesaurus: the names of glossary terms.
            lexicon: the equivalents of words.
            is_indexed: whether the index contains any form of a word in a language.
            is_spelled: whether it contains a word as it is spelled, or with another -s.
        """
        self._thesaurus = thesaurus
        self._lexicon = lexicon
        self._is_indexed = is_indexed
        self._is_spelled = is_spelled
        self._languages: dict[str, tuple[Locale, ...]] = {}
        self._others: dict[tuple[str, Locale, bool], tuple[Alternative, ...]] = {}

    def language(self, root: Node, reader: Locale) -> Locale:
        """Return the language of most words of a query.

        Words of both languages are ignored; the reader's language wins a tie.
        """
        votes = dict.fromkeys(Locale, 0)
        for word in _words(root):
            stops = [locale for locale in Locale if is_stop_word(word, locale)]
            languages = tuple(stops) or self._edition_languages(word)
            if len(languages) != 1:
                languages = self._word_languages(word)
            if len(languages) == 1:
                votes[languages[0]] += 1
        return max(Locale, key=lambda each: (votes[each], each is reader))

    def with_glossary(self, root: Node) -> ExpandedQuery:
        """Return a query with the synonyms of glossary terms, in both languages."""
        return ExpandedQuery(*self._thesaurus.expand(root))

    def with_lexicon(self, root: Node, locale: Locale) -> ExpandedQuery:
        """Return a query with the equivalents of each word in the other language.

        Words that are excluded, quoted or limited to titles are not expanded. A word of
        both languages counts as one of the query's language; alone, of the reader's.
        """
        is_single = _is_single_word(root)
        default = locale if is_single else self.language(root, locale)
        expansions: list[Expansion] = []
        expanded = self._expanded(root, default, expansions, is_single=is_single)
        return ExpandedQuery(expanded, tuple(dict.fromkeys(expansions)))

    def _expanded(
        self,
        node: Node,
        default: Locale,
        expansions: list[Expansion],
        *,
        is_single: bool,
    ) -> Node:
        def expanded(inner: Node) -> Node:
            return self._expanded(inner, default, expansions, is_single=is_single)

        match node:
            case Word() if not node.is_title_only and node.locale is None:
                return self._group(node, default, expansions, is_single=is_single)
            case And() | Or() | MinimumMatch():
                return replace(node, nodes=tuple(map(expanded, node.nodes)))
            case Synonyms():
                before = len(expansions)
                inner = expanded(node.node)
                if isinstance(node, Compound):
                    added = expansions[before:]
                    expansions[before:] = [replace(e, typed=node.text) for e in added]
                if isinstance(inner, Synonyms):
                    others = (*node.others, *inner.others)
                    return replace(node, node=inner.node, others=others)
                return replace(node, node=inner)
            case _:
                return node

    def _group(
        self,
        word: Word,
        default: Locale,
        expansions: list[Expansion],
        *,
        is_single: bool,
    ) -> Node:
        languages = self._word_languages(word.text)
        language = languages[0] if len(languages) == 1 else default
        other = language.other
        others = self._equivalents(word.text, language, is_single=is_single)
        is_other_word = len(languages) > 0 and not self._is_spelled(word.text, other)
        if not others:
            return replace(word, locale=language) if is_other_word else word
        expansions += [
            Expansion(word.text, each.node.text, other, ExpansionSource.LEXICON)
            for each in others
            if isinstance(each.node, Word) and each.node.text != word.text
        ]
        typed = replace(word, locale=language)
        if is_other_word:
            return _read_alike(word, Synonyms(typed, others))
        same = Alternative(replace(word, locale=other), SAME_SPELLING_WEIGHT)
        return _read_alike(word, Synonyms(typed, (same, *others)))

    def _equivalents(
        self, word: str, language: Locale, *, is_single: bool
    ) -> tuple[Alternative, ...]:
        """Return the indexed equivalents of a word, best first."""
        key = word, language, is_single
        known = self._others.get(key)
        if known is None:
            known = self._found_equivalents(word, language, is_single=is_single)
            if len(self._others) >= MAX_WORDS_CACHED:
                self._others.clear()
            self._others[key] = known
        return known

    def _found_equivalents(
        self, word: str, language: Locale, *, is_single: bool
    ) -> tuple[Alternative, ...]:
        other = language.other
        names = self._lexicon.equivalents(
            word, language, is_indexed=self._is_indexed(word, language)
        )
        indexed = (
            Alternative(Word(name, locale=other), EQUIVALENT_WEIGHT / rank**RANK_DECAY)
            for rank, name in enumerate(names, start=1)
            if self._is_indexed(name, other)
            and (not is_single or self._leads_back(name, other, word))
        )
        return tuple(islice(indexed, MAX_EQUIVALENTS))

    def _leads_back(self, name: str, language: Locale, word: str) -> bool:
        """Return whether a word is among the first equivalents of its equivalent."""
        forms = {*word_forms(word, language.other)}
        back = self._lexicon.equivalents(name, language)[:BACK_RANK]
        return any(not forms.isdisjoint(word_forms(w, language.other)) for w in back)

    def _word_languages(self, word: str) -> tuple[Locale, ...]:
        """Return the languages of a word: of the lexicon, or else of the editions.

        Editions may have it in one language only: « train » in English, as a verb. In
        them, its spelling counts, not its stem alone.
        """
        known = self._languages.get(word)
        if known is None:
            known = tuple(
                locale for locale in Locale if self._lexicon.contains(word, locale)
            )
            known = known or self._edition_languages(word)
            if len(self._languages) >= MAX_WORDS_CACHED:
                self._languages.clear()
            self._languages[word] = known
        return known

    def _edition_languages(self, word: str) -> tuple[Locale, ...]:
        return tuple(locale for locale in Locale if self._is_spelled(word, locale))


def _read_alike(typed: Node, synonyms: Synonyms) -> Node:
    """Return synonyms that are matched where the typed word is (`is_text_only`)."""
    is_text_only = isinstance(typed, Word) and typed.is_text_only
    return text_only(synonyms) if is_text_only else synonyms


def _is_single_word(node: Node) -> bool:
    """Return whether one word was typed, which may have other names."""
    return isinstance(node.node if isinstance(node, Synonyms) else node, Word)


def _words(node: Node) -> Iterator[str]:
    match node:
        case Word():
            yield node.text
        case And() | Or() | MinimumMatch():
            for child in node.nodes:
                yield from _words(child)
        case Synonyms():
            yield from _words(node.node)
        case _:
            return
