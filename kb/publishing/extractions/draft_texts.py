"""Writes the draft records of an imported file, for a person to check.

A draft states only what the file states: each fact has a comment with its origin, each
missing field has a comment, and only the language of the file is written.
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
    unused_proposal_id,
)
from kb.publishing.records.yaml_text import listed, quoted_yaml, remark

FOUND_FILE = "found.json"
"""The facts and proposals of the file, as JSON."""

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
    """A file with its reading, facts and proposals."""

    name: str
    sha256: str
    reading: FileReading
    facts: tuple[ExtractedFact, ...]
    proposals: tuple[Proposal, ...]

    def fact(self, field: MetadataField) -> ExtractedFact | None:
        """Return the fact of a field, or None."""
        return next((each for each in self.facts if each.field is field), None)

    def value(self, field: MetadataField) -> str:
        """Return the value of a field, or ""."""
        fact = self.fact(field)
        return fact.value if fact is not None else ""

    @property
    def locale(self) -> Locale:
        """The language of the file; French if unknown."""
        language = self.value(MetadataField.LANGUAGE)
        return self.reading.locale or (Locale(language) if language else Locale.FR)

    @property
    def is_closed(self) -> bool:
        """Whether the file says that it is not for the public."""
        return is_closed(self.facts)


def draft_texts(
    imported: ImportedFile,
    slug: str,
    *,
    corpus: Corpus,
    day: dt.date,
    translate: Translate,
) -> dict[str, str]:
    """Return the texts of a draft by path: its deliverable and its proposals."""
    deliverable = f"{Kind.DELIVERABLE.folder}/{slug}"
    writer = _Writer(imported, slug, corpus, day, translate)
    texts = {
        f"{deliverable}/record.yaml": writer.deliverable(),
        f"{deliverable}/{imported.locale}.md": writer.edition(),
        FOUND_FILE: extraction_json(imported),
    }
    texts |= proposal_texts(imported, slug, corpus=corpus, day=day, translate=translate)
    return texts


def proposal_texts(
    imported: ImportedFile,
    slug: str,
    *,
    corpus: Corpus,
    day: dt.date,
    translate: Translate,
) -> Mapping[str, str]:
    """Return the texts of the proposals by path."""
    texts: dict[str, str] = {}
    for record, proposal in _named(imported.proposals, slug, corpus).items():
        written = record_texts(
            proposal, imported.name, slug, record.slug, day=day, translate=translate
        )
        texts |= {f"{record}/{file}": text for file, text in written.items()}
    return texts


def file_lines(imported: ImportedFile, name: str) -> Iterator[str]:
    """Yield the YAML lines of the list item of a file."""
    yield f"  - name: {quoted_yaml(name)}"
    yield f"    sha256: {imported.sha256}"
    yield f"    language: {imported.locale}"
    if imported.reading.pages:
        yield f"    pages: {len(imported.reading.pages)}"
    if imported.reading.is_tagged is not None:
        yield f"    tagged: {'yes' if imported.reading.is_tagged else 'no'}"


def extraction_json(imported: ImportedFile) -> str:
    """Return the facts and proposals of a file as JSON."""
    body = {
        "file": {"name": imported.name, "sha256": imported.sha256},
        "facts": [
            {
                "field": fact.field.value,
                "values": fact.values,
                "sureness": fact.likelihood.value,
                "page": fact.origin.page,
                "quotation": fact.origin.quotation,
                "property": fact.origin.property,
            }
            for fact in imported.facts
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
            for each in imported.proposals
        ],
    }
    text = json.dumps(body, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace").decode() + "\n"


def origin_text(origin: FactOrigin, translate: Translate) -> str:
    """Return where a fact was found, as a sentence."""
    if origin.quotation and origin.page:
        text = message(
            "page %(page)s: “%(words)s”", page=origin.page, words=origin.quotation
        )
    elif origin.quotation:
        text = message("in the text: “%(words)s”", words=origin.quotation)
    elif origin.property == "name":
        text = message("in the name of the file")
    elif origin.property == "text":
        text = message("from the words of the text")
    else:
        name = _PROPERTIES.get(origin.property)
        text = message(
            "in the properties of the file: %(name)s",
            name=name.text(translate) if name is not None else origin.property,
        )
    return text.text(translate)


class _Writer:
    """Writes the record and the edition of a deliverable."""

    def __init__(
        self,
        imported: ImportedFile,
        slug: str,
        corpus: Corpus,
        day: dt.date,
        translate: Translate,
    ) -> None:
        self._imported = imported
        self._slug = slug
        self._themes = _themes_named(imported, corpus)
        self._day = day
        self._translate = translate

    def deliverable(self) -> str:
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        imported, translate = self._imported, self._translate
        opening = message(
            "Draft of %(day)s, made from %(name)s. No person has checked it yet.",
            day=self._day,
            name=imported.name,
        )
        yield remark(opening.text(translate))
        if imported.is_closed:
            closed = message("The file says that it is not for the public.")
            yield remark(closed.text(translate))
        yield f"id: {self._slug}"
        yield f"updated: {self._day}"
        inferred: list[str] = []
        for field, name in _FIELDS.items():
            fact = imported.fact(field)
            if fact is not None and fact not in self._noted_only:
                value = (
                    fact.value
                    if name in {"type", "language"}
                    else quoted_yaml(fact.value)
                )
                yield from self._checked(f"{name}: {value}", fact)
                inferred.append(name)
        authors = imported.fact(MetadataField.AUTHORS)
        if authors is not None:
            yield from self._checked(f"authors: {listed(authors.values)}", authors)
            inferred.append("authors")
        if imported.value(MetadataField.TYPE) == "":
            yield self._missing("type")
        if self._themes:
            named = message("To be checked: the title names it.")
            yield remark(named.text(translate))
            yield f"themes: {listed(self._themes)}"
            inferred.append("themes")
        else:
            yield self._missing("themes")
        yield from self._rest(inferred)

    @property
    def _noted_only(self) -> tuple[ExtractedFact, ...]:
        """The facts without a field; the number of a grant is not a project name."""
        return tuple(
            each
            for each in self._imported.facts
            if each.field is MetadataField.LICENCE
            or (each.field is MetadataField.PROJECT and each.value.isdigit())
        )

    def _rest(self, inferred: list[str]) -> Iterator[str]:
        imported, translate = self._imported, self._translate
        for fact in self._noted_only:
            note = message(
                "Found too: %(field)s: %(value)s (%(where)s)",
                field=fact.field.value,
                value=fact.value,
                where=origin_text(fact.origin, translate),
            )
            yield remark(note.text(translate))
        yield "availability: complete"
        if imported.reading.pages:
            yield f"pages: {len(imported.reading.pages)}"
        yield "confidence: partly-inferred"
        yield f"inferred: {listed(inferred)}"
        yield "sources:"
        yield from source_lines(imported.name)
        yield "files:"
        yield from file_lines(imported, imported.name)

    def _checked(self, line: str, fact: ExtractedFact) -> Iterator[str]:
        comment = message(
            "To be checked (%(sureness)s): %(where)s",
            sureness=SURENESS[fact.likelihood].text(self._translate),
            where=origin_text(fact.origin, self._translate),
        )
        yield remark(comment.text(self._translate))
        yield line

    def _missing(self, name: str) -> str:
        comment = message("Missing, to be written: %(name)s:", name=name)
        return remark(comment.text(self._translate))

    def edition(self) -> str:
        imported = self._imported
        lines = ["---"]
        title = imported.fact(MetadataField.TITLE)
        if title is None:
            lines.append(self._missing("title"))
        else:
            lines += self._checked(f"title: {quoted_yaml(title.value)}", title)
        summary = imported.fact(MetadataField.SUMMARY)
        if summary is None:
            lines.append(self._missing("summary"))
        else:
            lines += self._checked(f"summary: {quoted_yaml(summary.value)}", summary)
        return "\n".join([*lines, "---", ""])


def _themes_named(imported: ImportedFile, corpus: Corpus) -> tuple[str, ...]:
    """Return the themes whose name is in the title."""
    title = fold(normalize(imported.value(MetadataField.TITLE)))
    return tuple(
        record.id.slug
        for record in corpus.of_kind(Kind.THEME)
        if isinstance(record, Theme)
        and any(fold(normalize(each.title)) in title for each in record.editions)
    )


def _named(
    proposals: tuple[Proposal, ...], slug: str, corpus: Corpus
) -> dict[RecordId, Proposal]:
    """Return each proposal by an unused id."""
    named: dict[RecordId, Proposal] = {}
    for proposal in proposals:
        record = unused_proposal_id(
            slug, proposal.kind, lambda each: each in corpus.records or each in named
        )
        named[record] = proposal
    return named
