"""Warnings for the names of glossary terms, which the search takes for synonyms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.corpus.edition_comparison import CheckedEdition
from indexer.corpus.edition_parts import EditionPart
from indexer.lexicon.homographs import Homographs
from indexer.lexicon.thesaurus import NameKey, TermName, term_name_key
from indexer.model.ids import RecordId
from indexer.model.problems import Problem, ProblemCode
from indexer.model.records import Edition, Record


@dataclass(frozen=True, slots=True)
class _Use:
    """A name that a term has, as its title or as a variant."""

    term: Record
    is_title: bool


class GlossaryNames:
    """All names of the glossary."""

    def __init__(self, terms: Sequence[Record], checked: Iterable[Record]) -> None:
        """Read the names of `terms`; `checked` are the terms to check."""
        self._uses: Mapping[NameKey, list[_Use]] = _uses(terms)
        self._homographs = _homographs(
            tuple(
                TermName(variant, edition.locale)
                for term in checked
                for edition in term.editions
                for variant in edition.variants
            )
        )

    def warnings(self, term: Record, one: CheckedEdition) -> Iterator[Problem]:
        """Yield the warnings for the names of one edition of a term."""
        names = tuple(term_names(one.edition))
        for name in names:
            for other in self._other_terms(term, name, is_title=name is names[0]):
                line = one.lines.line(EditionPart(name.text, name.text))
                yield ProblemCode.REPEATED_NAME.at(
                    one.path, line, term=name.text, target=other
                )
        of_both = [name for each in term.editions for name in term_names(each)]
        for name in names[1:]:
            word = self._homographs.other_word(name, of_both)
            if word and name.text not in term.checked:
                line = one.lines.line(EditionPart(name.text, name.text))
                yield ProblemCode.MISLEADING_VARIANT.at(
                    one.path, line, term=name.text, word=word
                )

    def _other_terms(
        self, term: Record, name: TermName, *, is_title: bool
    ) -> Iterator[RecordId]:
        """Yield the other terms with a name; a title is not wrong, but the variant."""
        seen: set[RecordId] = {term.id}
        for use in self._uses.get(term_name_key(name), ()):
            is_checked = name.text in {*term.checked, *use.term.checked}
            if use.term.id in seen or is_checked or (is_title and not use.is_title):
                continue
            seen.add(use.term.id)
            yield use.term.id


@lru_cache(maxsize=4)
def _homographs(variants: tuple[TermName, ...]) -> Homographs:
    # Cached because it reads the shipped table, 0.3 s, at each save of a draft.
    return Homographs(variants)


def term_names(edition: Edition) -> Iterator[TermName]:
    """Yield the title and the variants of an edition of a term."""
    for text in (edition.title, *edition.variants):
        yield TermName(text, edition.locale)


def _uses(terms: Iterable[Record]) -> Mapping[NameKey, list[_Use]]:
    uses: defaultdict[NameKey, list[_Use]] = defaultdict(list)
    for term in terms:
        for edition in term.editions:
            for name in term_names(edition):
                is_title = name.text == edition.title
                uses[term_name_key(name)].append(_Use(term, is_title))
    return uses
