"""Warnings: records without links, unused terms, editions that differ or need work.

The names of glossary terms have warnings too: the search takes them for synonyms.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.corpus.editions import EditionLines, EditionPart, body_links, edition_parts
from indexer.corpus.numbers import NumberMention, numbers
from indexer.corpus.record_reader import RECORD_FILE
from indexer.corpus.term_uses import NormalizedTexts
from indexer.corpus.typography import french_faults
from indexer.lexicon.expansion import NameKey, TermName, term_name_key
from indexer.lexicon.homographs import Homographs
from indexer.model.edition import Edition
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Problem, ProblemCode
from indexer.model.record import Record
from indexer.model.records import Practice
from indexer.model.vocabulary import EvidenceKind, PracticeResult

MAX_QUOTED = 60
"""The most characters that a warning quotes before a number, and after it."""

_SENTENCE_END = re.compile(r"[.!?…;](?=\s)|\n")


@dataclass(frozen=True)
class CheckedEdition:
    """An edition, its path in problems, and the lines of its file."""

    edition: Edition
    path: str
    lines: EditionLines

    @cached_property
    def parts(self) -> tuple[EditionPart, ...]:
        """The texts of the edition."""
        return tuple(edition_parts(self.edition))

    @cached_property
    def numbers(self) -> tuple[tuple[EditionPart, NumberMention], ...]:
        """The numbers of the texts."""
        locale = self.edition.locale
        return tuple(
            (part, mention)
            for part in self.parts
            for mention in numbers(part.text, locale)
        )

    @cached_property
    def links(self) -> Mapping[str, tuple[EditionPart | None, int]]:
        """The records that the edition links to, with the place of the first link.

        A place is a field, or None and a line of the body, which counts from 0.
        """
        edition = self.edition
        links: dict[str, tuple[EditionPart | None, int]] = {}
        for step in (*edition.start_mayor, *edition.start_police):
            links.setdefault(str(step.record), (EditionPart(step.why, step.why), 0))
        for link, number in body_links(edition.body.utf8):
            links.setdefault(link, (None, number))
        return links

    def link_line(self, link: str) -> int:
        """Return the line of the first link to a record."""
        part, number = self.links[link]
        if part is None:
            return self.lines.body_line(number)
        return self.lines.line(part)


def compare_editions(
    one: CheckedEdition, other: CheckedEdition, checked: frozenset[str]
) -> Iterator[Problem]:
    """Yield a warning for each number and link that `one` has and `other` lacks.

    `checked` are the numbers and links that a person found right. An edition whose text
    is not begun lacks nothing yet.
    """
    if str(one.edition.body).strip() and not str(other.edition.body).strip():
        return
    known = {value for _, mention in other.numbers for value in mention.values}
    known |= checked
    for part, mention in one.numbers:
        if mention.is_loose or not mention.values.isdisjoint(known):
            continue
        known |= mention.values
        yield ProblemCode.NUMBER_IN_ONE_EDITION.at(
            one.path,
            one.lines.line(part, mention.start),
            number=mention.text,
            sentence=_sentence(part.text, mention),
            value=min(mention.values, key=lambda each: (len(each), each)),
        )
    for link in one.links:
        if link not in other.links and link not in checked:
            yield ProblemCode.LINK_IN_ONE_EDITION.at(
                one.path, one.link_line(link), link=link
            )


def _sentence(text: str, mention: NumberMention) -> str:
    """Return the sentence of a number, or the words around it in a long sentence."""
    end = mention.start + len(mention.text)
    before = _SENTENCE_END.split(text[: mention.start])[-1]
    after = _SENTENCE_END.split(text[end:])[0]
    if len(before) > MAX_QUOTED:
        before = "…" + before[-MAX_QUOTED:].partition(" ")[2]
    if len(after) > MAX_QUOTED:
        after = after[:MAX_QUOTED].rpartition(" ")[0] + "…"
    return f"{before}{mention.text}{after}".strip(" -#*|")


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
        names = tuple(edition_names(one.edition))
        for name in names:
            for other in self._other_terms(term, name, is_title=name is names[0]):
                line = one.lines.line(EditionPart(name.text, name.text))
                yield ProblemCode.REPEATED_NAME.at(
                    one.path, line, term=name.text, target=other
                )
        of_both = [name for edition in term.editions for name in edition_names(edition)]
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


def edition_names(edition: Edition) -> Iterator[TermName]:
    """Yield the title and the variants of an edition of a term."""
    for text in (edition.title, *edition.variants):
        yield TermName(text, edition.locale)


def _uses(terms: Iterable[Record]) -> Mapping[NameKey, list[_Use]]:
    uses: defaultdict[NameKey, list[_Use]] = defaultdict(list)
    for term in terms:
        for edition in term.editions:
            for name in edition_names(edition):
                is_title = name.text == edition.title
                uses[term_name_key(name)].append(_Use(term, is_title))
    return uses


MAX_TITLE_WORDS = 14

_ANSWERED_KINDS = {Kind.NEED, Kind.RECOMMENDATION}


class WarningFinder:
    """Finds the warnings of a corpus; the next time, only changed records are checked.

    A record is changed if the corpus has another object for it. Warnings for the names
    of a term depend on all terms. `root` is the folder of the content, read for the
    lines of warnings, and `shown_root` its name in the paths of problems.
    """

    def __init__(self, root: Path, *, shown_root: str) -> None:
        self._root = root
        self._shown_root = shown_root
        self._terms: tuple[Record, ...] = ()
        self._found: dict[RecordId, tuple[Record, tuple[Problem, ...]]] = {}
        self._named: dict[
            RecordId, tuple[Record, tuple[Record, ...], tuple[Problem, ...]]
        ] = {}
        self._texts = NormalizedTexts()

    def find(
        self, corpus: Corpus, *, only: Collection[RecordId] | None = None
    ) -> Iterator[Problem]:
        """Yield the warnings for all records, or for the records in `only`.

        Whether a text names a term is only looked up for all records: the texts of all
        are read for that.
        """
        checked = [
            record
            for record in corpus.records.values()
            if only is None or record.id in only
        ]
        checked_terms = [term for term in checked if term.id.kind is Kind.TERM]
        if checked_terms:
            terms = corpus.of_kind(Kind.TERM)
            if not _are_same(terms, self._terms):
                self._terms = terms
            if only is None:
                self._texts.update(corpus)
        names = GlossaryNames(self._terms, checked_terms)
        for record in checked:
            known = self._found.get(record.id)
            if known is None or known[0] is not record:
                known = record, tuple(self._edition_warnings(record))
                self._found[record.id] = known
            yield from self._link_warnings(record, corpus, is_whole=only is None)
            yield from known[1]
            if record.id.kind is Kind.TERM:
                yield from self._name_warnings(record, names)
        self._texts.forget_index()
        for withdrawn in self._found.keys() - corpus.records.keys():
            del self._found[withdrawn]
            self._named.pop(withdrawn, None)

    def _name_warnings(self, term: Record, names: GlossaryNames) -> tuple[Problem, ...]:
        known = self._named.get(term.id)
        if known is None or known[0] is not term or known[1] is not self._terms:
            found = tuple(
                problem
                for one, _ in _checked_editions(term, self._root, self._shown_root)
                for problem in names.warnings(term, one)
            )
            known = self._named[term.id] = term, self._terms, found
        return known[2]

    def _link_warnings(
        self, record: Record, corpus: Corpus, *, is_whole: bool
    ) -> Iterator[Problem]:
        path = f"{self._shown_root}/{record.id}/{RECORD_FILE}"
        kind, linked = record.id.kind, corpus.backlinks.get(record.id, ())
        if not linked and kind is not Kind.PAGE and not any(record.links):
            yield ProblemCode.UNLINKED_RECORD.at(path)
        if kind is Kind.PRACTICE and not any(
            link.target.kind in _ANSWERED_KINDS for link in linked
        ):
            yield ProblemCode.UNUSED_PRACTICE.at(path)
        if isinstance(record, Practice) and not _is_result_proven(record):
            yield ProblemCode.WORKED_WITHOUT_PROOF.at(path)
        if is_whole and kind is Kind.TERM and not (linked or self._texts.use(record)):
            yield ProblemCode.UNUSED_TERM.at(path)

    def _edition_warnings(self, record: Record) -> Iterator[Problem]:
        for one, other in _checked_editions(record, self._root, self._shown_root):
            yield from _title_warnings(one)
            yield from _typography_warnings(one, record)
            if other is not None:
                yield from compare_editions(one, other, frozenset(record.checked))


def _is_result_proven(practice: Practice) -> bool:
    """Return whether another body compared, if a practice is said to have worked."""
    if practice.result is not PracticeResult.WORKED:
        return True
    return practice.evidence is EvidenceKind.COMPARISON and all(
        edition.evaluation_by not in {"", edition.who} for edition in practice.editions
    )


def _are_same(records: Sequence[Record], known: Sequence[Record]) -> bool:
    return len(records) == len(known) and all(
        record is other for record, other in zip(records, known, strict=True)
    )


def _checked_editions(
    record: Record, root: Path, shown_root: str
) -> Iterator[tuple[CheckedEdition, CheckedEdition | None]]:
    """Yield each edition of a record, and the other edition, if there is one."""
    editions = []
    for edition in record.editions:
        name = f"{record.id}/{edition.locale}.md"
        lines = EditionLines(root / name, edition.locale)
        editions.append(CheckedEdition(edition, f"{shown_root}/{name}", lines))
    for one in editions:
        yield one, next((each for each in editions if each is not one), None)


def _title_warnings(one: CheckedEdition) -> Iterator[Problem]:
    title = one.edition.title
    count = sum(any(map(str.isalnum, word)) for word in title.split())
    if count > MAX_TITLE_WORDS:
        line = one.lines.line(EditionPart(title, title))
        yield ProblemCode.LONG_TITLE.at(
            one.path, line, title=title, count=count, limit=MAX_TITLE_WORDS
        )


def _typography_warnings(one: CheckedEdition, record: Record) -> Iterator[Problem]:
    """Yield a warning for each word of a French text that can't be typeset."""
    if one.edition.locale is not Locale.FR:
        return
    seen = set(record.checked)
    questions = (EditionPart(question, question) for question in one.edition.questions)
    for part in (*one.parts, *questions):
        for fault in french_faults(part.text):
            if fault.text in seen:
                continue
            seen.add(fault.text)
            code = ProblemCode.MISSING_SPACE
            if fault.is_straight:
                code = ProblemCode.STRAIGHT_QUOTE
            yield code.at(one.path, one.lines.line(part, fault.start), word=fault.text)
