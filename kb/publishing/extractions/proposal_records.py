"""Writes the draft record of a proposal, with the themes proposed for it.

A person checks all of it.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from indexer.corpus.corpus import Corpus
from indexer.extraction.proposals.finder import QuotedPassage
from indexer.extraction.proposals.nearest_records import NearestRecords
from indexer.extraction.proposals.wording import sentences, title_of
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Message, Translate, message
from indexer.model.proposals import Likelihood, Proposal
from indexer.model.vocabulary import Audience
from kb.core.cache import IdentityKey
from kb.publishing.records.yaml_blocks import listed, quoted_yaml, remark

MAX_SUMMARY = 300

PROPOSAL_INITIALS = {Kind.RECOMMENDATION: "r", Kind.PRACTICE: "p", Kind.NEED: "n"}

_REQUIRED = {
    Kind.RECOMMENDATION: ("themes", "firmness", "audiences"),
    Kind.PRACTICE: ("themes", "places", "link_to_project"),
    Kind.NEED: ("themes", "basis"),
}
"""The fields that a person has to fill in."""

LIKELIHOOD_WORDS: dict[Likelihood, Message] = {
    Likelihood.HIGH: message("sure"),
    Likelihood.MEDIUM: message("fairly sure"),
    Likelihood.LOW: message("not sure"),
}


def unused_proposal_id(
    slug: str, kind: Kind, is_used: Callable[[RecordId], bool]
) -> RecordId:
    """Return an unused id: the slug of the deliverable, an initial and a number."""
    ids = (
        RecordId(kind, f"{slug}-{PROPOSAL_INITIALS[kind]}{number}")
        for number in itertools.count(1)
    )
    return next(record for record in ids if not is_used(record))


class QuotedFile(NamedTuple):
    """The slug of a deliverable, and the name of its file that a record quotes."""

    deliverable: str
    name: str


@dataclass(frozen=True, slots=True)
class ProposedRecord:
    """The record that a proposal becomes.

    `file` is where the proposal was found, `name` the slug of the record. `passages`
    are the quotations, if a person marked them in the file. `audiences` are those that
    a person chose. What the program found is offered in comments: a person chooses it.
    `themes` are those of the records most like it.
    """

    proposal: Proposal
    file: QuotedFile
    name: str
    day: dt.date
    translate: Translate
    passages: Sequence[QuotedPassage] = ()
    audiences: Sequence[Audience] = ()
    themes: Sequence[str] = ()

    def texts(self) -> dict[str, str]:
        """Return the files of the record."""
        proposal = self.proposal
        first = (sentences(proposal.quotation) or [proposal.quotation])[0]
        summary = first if len(first) <= MAX_SUMMARY else title_of(first)
        edition = (
            f"---\ntitle: {quoted_yaml(proposal.title)}\n"
            f"summary: {quoted_yaml(summary)}\n---\n"
        )
        return {
            "record.yaml": "\n".join([*self._lines(), ""]),
            f"{proposal.locale}.md": edition.encode("utf-8", "replace").decode(),
        }

    def _lines(self) -> Iterator[str]:
        proposal, file, translate = self.proposal, self.file, self.translate
        offered: dict[str, Sequence[str]] = {
            "themes": self.themes,
            "audiences": proposal.audiences,
            "places": proposal.places,
        }
        yield remark(self._opening(), translate)
        yield f"id: {self.name}"
        yield f"updated: {self.day}"
        if self.audiences:
            yield f"audiences: {listed(self.audiences)}"
        for field in _REQUIRED[proposal.kind]:
            if field != "audiences" or not self.audiences:
                yield missing_remark(field, translate, offered.get(field, ()))
        if proposal.kind is not Kind.NEED:
            yield f"deliverables: [{file.deliverable}]"
        yield "quotations:"
        quoted = self.passages or (QuotedPassage(proposal.quotation, proposal.page),)
        for passage in quoted:
            yield from _quotation_lines(passage, file)
        yield "confidence: seen"
        yield "sources:"
        yield from source_lines(file.name, proposal.page)

    def _opening(self) -> Message:
        if self.passages:
            return message(
                "Passage marked in %(name)s on %(day)s. What follows it was filled in "
                "by the program: check it.",
                day=self.day,
                name=self.file.name,
            )
        return message(
            "Proposal of %(day)s, found in %(name)s: %(reason)s (%(sureness)s). No "
            "person has checked it yet.",
            day=self.day,
            name=self.file.name,
            reason=self.proposal.reason.text(self.translate),
            sureness=LIKELIHOOD_WORDS[self.proposal.likelihood].text(self.translate),
        )


def _quotation_lines(passage: QuotedPassage, file: QuotedFile) -> Iterator[str]:
    yield f"  - deliverable: {file.deliverable}"
    yield f"    file: {quoted_yaml(file.name)}"
    if passage.page:
        yield f"    page: {passage.page}"
    yield f"    text: {quoted_yaml(passage.text)}"


def missing_remark(name: str, translate: Translate, offered: Sequence[str] = ()) -> str:
    """Return the comment that asks for a field, with the values that may be right."""
    text = message("Missing, to be written: %(name)s:", name=name)
    if offered:
        text = message(
            "Missing, offered [%(values)s]: %(name)s:",
            values=", ".join(offered),
            name=name,
        )
    return remark(text, translate)


def source_lines(name: str, page: int | None = None) -> list[str]:
    """Return the YAML lines that name a file as a source."""
    at = f", p. {page}" if page else ""
    return [
        f"  - fr: {quoted_yaml(f'Fichier original : {name}{at}')}",
        f"    en: {quoted_yaml(f'Original file: {name}{at}')}",
    ]


def nearest_records(corpus: Corpus, locale: Locale) -> NearestRecords:
    """Return the records of a corpus in one language; the last two are cached."""
    return _nearest_records(IdentityKey(corpus), locale)


@lru_cache(maxsize=2)
def _nearest_records(corpus: IdentityKey[Corpus], locale: Locale) -> NearestRecords:
    return NearestRecords(corpus.value.records.values(), locale)
