"""From what was read in a file to the records that a person will check.

A draft holds what the file says and nothing else: each fact tells where it was found,
what is missing is asked for, and no language is written that the file is not in.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from indexer.analysis.normalization import fold, normalize
from indexer.corpus.corpus import Corpus
from indexer.extraction.report.metadata import is_closed
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Translate, message
from indexer.model.proposals import (
    ExtractedFact,
    FactOrigin,
    MetadataField,
    Proposal,
)
from indexer.model.readings import FileReading
from indexer.model.records import Theme
from kb.publishing.extractions.proposal_records import (
    SURENESS,
    record_texts,
    source_lines,
)
from kb.publishing.records.yaml_text import listed, quoted_yaml, remark

FOUND_FILE = "found.json"
"""What was found in the file, for programs: facts and proposals, with their places."""

_FIELDS = {
    MetadataField.CODE: "code",
    MetadataField.TITLE: "original_title",
    MetadataField.PROJECT: "project",
    MetadataField.LEAD: "lead",
    MetadataField.DATE: "date",
    MetadataField.LANGUAGE: "language",
    MetadataField.TYPE: "type",
}

_PROPERTIES = {
    "authors": message("authors"),
    "created": message("day of creation"),
    "language": message("language"),
    "title": message("title"),
}


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What was read in a file and found in it."""

    name: str
    sha256: str
    reading: FileReading
    facts: tuple[ExtractedFact, ...]
    proposals: tuple[Proposal, ...]

    def fact(self, field: MetadataField) -> ExtractedFact | None:
        """Give what was found of a field."""
        return next((each for each in self.facts if each.field is field), None)

    def value(self, field: MetadataField) -> str:
        """Give what was found of a field as text, empty when nothing was."""
        fact = self.fact(field)
        return fact.value if fact is not None else ""

    @property
    def locale(self) -> Locale:
        """The language of the file; French when nothing tells."""
        told = self.value(MetadataField.LANGUAGE)
        return self.reading.locale or (Locale(told) if told else Locale.FR)

    @property
    def is_closed(self) -> bool:
        """Whether the file says that it is not for the public."""
        return is_closed(self.facts)


def draft_texts(
    finding: ImportedFile,
    slug: str,
    *,
    corpus: Corpus,
    day: dt.date,
    translate: Translate,
) -> dict[str, str]:
    """Give the texts of a draft: a deliverable, and a record for each proposal.

    They go by their path, as in `documents/`.
    """
    deliverable = f"{Kind.DELIVERABLE.folder}/{slug}"
    writer = _Writer(finding, slug, corpus, day, translate)
    texts = {
        f"{deliverable}/record.yaml": writer.deliverable(),
        f"{deliverable}/{finding.locale}.md": writer.edition(),
        FOUND_FILE: extraction_text(finding),
    }
    texts |= proposal_texts(finding, slug, corpus=corpus, day=day, translate=translate)
    return texts


def proposal_texts(
    finding: ImportedFile,
    slug: str,
    *,
    corpus: Corpus,
    day: dt.date,
    translate: Translate,
) -> Mapping[str, str]:
    """Give the texts of the proposals alone."""
    texts: dict[str, str] = {}
    for name, proposal in _named(finding.proposals, slug, corpus):
        written = record_texts(
            proposal, finding.name, slug, name, day=day, translate=translate
        )
        folder = f"{proposal.kind.folder}/{name}"
        texts |= {f"{folder}/{file}": text for file, text in written.items()}
    return texts


def file_lines(finding: ImportedFile, name: str) -> Iterator[str]:
    """Give the item that lists a file."""
    yield f"  - name: {quoted_yaml(name)}"
    yield f"    sha256: {finding.sha256}"
    yield f"    language: {finding.locale}"
    if finding.reading.pages:
        yield f"    pages: {len(finding.reading.pages)}"
    if finding.reading.is_tagged is not None:
        yield f"    tagged: {'yes' if finding.reading.is_tagged else 'no'}"


def extraction_text(finding: ImportedFile) -> str:
    """Give what was found, as JSON."""
    body = {
        "file": {"name": finding.name, "sha256": finding.sha256},
        "facts": [
            {
                "field": fact.field.value,
                "values": fact.values,
                "sureness": fact.likelihood.value,
                "page": fact.origin.page,
                "quotation": fact.origin.quotation,
                "property": fact.origin.property,
            }
            for fact in finding.facts
        ],
        "proposals": [
            {
                "kind": each.kind.value,
                "title": each.title,
                "quotation": each.quotation,
                "page": each.page,
                "page_label": each.page_label,
                "label": each.label,
                "locale": each.locale.value,
                "audiences": [audience.value for audience in each.audiences],
                "places": each.places,
                "sureness": each.likelihood.value,
                "reason": str(each.reason),
            }
            for each in finding.proposals
        ],
    }
    text = json.dumps(body, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace").decode() + "\n"


def where(origin: FactOrigin, translate: Translate) -> str:
    """Say where a fact was found."""
    if origin.quotation and origin.page:
        told = message(
            "page %(page)s: “%(words)s”", page=origin.page, words=origin.quotation
        )
    elif origin.quotation:
        told = message("in the text: “%(words)s”", words=origin.quotation)
    elif origin.property == "name":
        told = message("in the name of the file")
    elif origin.property == "text":
        told = message("from the words of the text")
    else:
        name = _PROPERTIES.get(origin.property)
        told = message(
            "in the properties of the file: %(name)s",
            name=name.text(translate) if name is not None else origin.property,
        )
    return told.text(translate)


class _Writer:
    """Writes the deliverable of a finding."""

    def __init__(
        self,
        finding: ImportedFile,
        slug: str,
        corpus: Corpus,
        day: dt.date,
        translate: Translate,
    ) -> None:
        self._finding = finding
        self._slug = slug
        self._themes = _themes_named(finding, corpus)
        self._day = day
        self._translate = translate

    def deliverable(self) -> str:
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        finding, say = self._finding, self._translate
        opening = message(
            "Draft of %(day)s, made from %(name)s. No person has checked it yet.",
            day=self._day,
            name=finding.name,
        )
        yield remark(opening.text(say))
        if finding.is_closed:
            closed = message("The file says that it is not for the public.")
            yield remark(closed.text(say))
        yield f"id: {self._slug}"
        yield f"updated: {self._day}"
        inferred: list[str] = []
        for field, name in _FIELDS.items():
            fact = finding.fact(field)
            if fact is not None and fact not in self._only_noted:
                value = (
                    fact.value
                    if name in {"type", "language"}
                    else quoted_yaml(fact.value)
                )
                yield from self._checked(f"{name}: {value}", fact)
                inferred.append(name)
        authors = finding.fact(MetadataField.AUTHORS)
        if authors is not None:
            yield from self._checked(f"authors: {listed(authors.values)}", authors)
            inferred.append("authors")
        if finding.value(MetadataField.TYPE) == "":
            yield self._missing("type")
        if self._themes:
            named = message("To be checked: the title names it.")
            yield remark(named.text(say))
            yield f"themes: {listed(self._themes)}"
            inferred.append("themes")
        else:
            yield self._missing("themes")
        yield from self._rest(inferred)

    @property
    def _only_noted(self) -> tuple[ExtractedFact, ...]:
        """What no field takes; the number of a grant is no name of a project."""
        return tuple(
            each
            for each in self._finding.facts
            if each.field is MetadataField.LICENCE
            or (each.field is MetadataField.PROJECT and each.value.isdigit())
        )

    def _rest(self, inferred: list[str]) -> Iterator[str]:
        finding, say = self._finding, self._translate
        for fact in self._only_noted:
            note = message(
                "Found too: %(field)s: %(value)s (%(where)s)",
                field=fact.field.value,
                value=fact.value,
                where=where(fact.origin, say),
            )
            yield remark(note.text(say))
        yield "availability: complete"
        if finding.reading.pages:
            yield f"pages: {len(finding.reading.pages)}"
        yield "confidence: partly-inferred"
        yield f"inferred: {listed(inferred)}"
        yield "sources:"
        yield from source_lines(finding.name)
        yield "files:"
        yield from file_lines(finding, finding.name)

    def _checked(self, line: str, fact: ExtractedFact) -> Iterator[str]:
        told = message(
            "To be checked (%(sureness)s): %(where)s",
            sureness=SURENESS[fact.likelihood].text(self._translate),
            where=where(fact.origin, self._translate),
        )
        yield remark(told.text(self._translate))
        yield line

    def _missing(self, name: str) -> str:
        told = message("Missing, to be written: %(name)s:", name=name)
        return remark(told.text(self._translate))

    def edition(self) -> str:
        finding = self._finding
        lines = ["---"]
        title = finding.fact(MetadataField.TITLE)
        if title is None:
            lines.append(self._missing("title"))
        else:
            lines += self._checked(f"title: {quoted_yaml(title.value)}", title)
        summary = finding.fact(MetadataField.SUMMARY)
        if summary is None:
            lines.append(self._missing("summary"))
        else:
            lines += self._checked(f"summary: {quoted_yaml(summary.value)}", summary)
        return "\n".join([*lines, "---", ""])


def _themes_named(finding: ImportedFile, corpus: Corpus) -> tuple[str, ...]:
    """Give the themes whose name stands in the title."""
    title = fold(normalize(finding.value(MetadataField.TITLE)))
    return tuple(
        record.id.slug
        for record in corpus.of_kind(Kind.THEME)
        if isinstance(record, Theme)
        and any(fold(normalize(each.title)) in title for each in record.editions)
    )


def _named(
    proposals: tuple[Proposal, ...], slug: str, corpus: Corpus
) -> Iterator[tuple[str, Proposal]]:
    """Give each proposal an id that no record has: the deliverable's, and a number."""
    counts = {Kind.RECOMMENDATION: 0, Kind.PRACTICE: 0}
    for proposal in proposals:
        initial = "r" if proposal.kind is Kind.RECOMMENDATION else "p"
        while True:
            counts[proposal.kind] += 1
            name = f"{slug}-{initial}{counts[proposal.kind]}"
            if RecordId(proposal.kind, name) not in corpus.records:
                break
        yield name, proposal
