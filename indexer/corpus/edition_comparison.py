"""Compares the two editions of a record: numbers and links that only one has."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from indexer.corpus.editions import EditionLines, EditionPart, body_links, edition_parts
from indexer.corpus.numbers import NumberMention, numbers
from indexer.model.edition import Edition
from indexer.model.problems import Problem, ProblemCode

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

    `checked` are the numbers and links that a person found right.
    """
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
