"""Writes the draft records of an imported file, for a person to check.

A draft states only what the file states: each fact has a comment with its origin, each
missing field has a comment, and only the language of the file is written.
"""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.analysis.tokens import fold, normalize
from indexer.corpus.corpus import Corpus
from indexer.extraction.report.restrictions import closed_words
from indexer.model.codes import UNKNOWN_LANGUAGE
from indexer.model.document import FileReading
from indexer.model.ids import Kind, Locale
from indexer.model.problems import Translate, message
from indexer.model.proposals import ExtractedFact, FactOrigin, MetadataField, Proposal
from indexer.model.records import Theme
from kb.publishing.extractions.proposal_records import (
    LIKELIHOOD_WORDS,
    missing_remark,
    nearest_records,
    source_lines,
)
from kb.publishing.records.yaml_blocks import guess_remark, listed, quoted_yaml, remark

SAMPLE_BLOCKS = 60
SAMPLE_CHARACTERS = 4_000
FOUND_FILE = "found.json"
"""The name and the digest of the imported file, as JSON."""


FIELDS = {
    MetadataField.CODE: "code",
    MetadataField.TITLE: "original_title",
    MetadataField.PROJECT: "project",
    MetadataField.LEAD: "lead",
    MetadataField.DATE: "date",
    MetadataField.LANGUAGE: "language",
    MetadataField.TYPE: "type",
    MetadataField.AUTHORS: "authors",
}
"""The fields of a record that a fact fills."""

_NOTED_FIELDS = {
    MetadataField.GRANT,
    MetadataField.DISSEMINATION,
}
"""The fields of facts without a field in a record."""

_PROPERTIES = {
    "authors": message("authors"),
    "created": message("day of creation"),
    "labels": message("keywords and labels"),
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
        return next((fact for fact in self.facts if fact.field is field), None)

    def value(self, field: MetadataField) -> str:
        """Return the value of a field, or ""."""
        fact = self.fact(field)
        return fact.value if fact is not None else ""

    @property
    def locale(self) -> Locale:
        """The language of the file; French if unknown."""
        language = self.value(MetadataField.LANGUAGE)
        is_ours = language in set(Locale)
        return self.reading.locale or (Locale(language) if is_ours else Locale.FR)


def file_lines(imported: ImportedFile, name: str) -> Iterator[str]:
    """Yield the YAML lines of the list item of a file."""
    yield f"  - name: {quoted_yaml(name)}"
    yield f"    sha256: {imported.sha256}"
    yield f"    language: {imported.value(MetadataField.LANGUAGE) or imported.locale}"
    if imported.reading.pages:
        yield f"    pages: {len(imported.reading.pages)}"
    if imported.reading.is_tagged is not None:
        yield f"    tagged: {'yes' if imported.reading.is_tagged else 'no'}"
    if licence := imported.value(MetadataField.LICENCE):
        yield f"    licence: {quoted_yaml(licence)}"


def file_json(imported: ImportedFile) -> str:
    """Return the name and the digest of a file as JSON."""
    body = {"file": {"name": imported.name, "sha256": imported.sha256}}
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
    elif origin.correction:
        text = message(
            "as corrected on %(day)s in %(file)s",
            day=origin.correction.day,
            file=origin.correction.file,
        )
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


def restriction_text(fact: ExtractedFact, translate: Translate) -> str:
    """Return the words by which a file says that it is closed, and their place."""
    where = origin_text(fact.origin, translate)
    if fact.origin.quotation:
        return where
    text = message("“%(words)s”, %(where)s", words=fact.value, where=where)
    return text.text(translate)


@dataclass(frozen=True, slots=True)
class DraftWriter:
    """Writes the draft records of an imported file.

    `slug` is the id of the deliverable, `day` the day of the drafts, and `translate`
    gives the language of the comments. Themes are offered in a comment: a person
    chooses them.
    """

    imported: ImportedFile
    slug: str
    corpus: Corpus
    day: dt.date
    translate: Translate

    def deliverable_texts(self) -> dict[str, str]:
        """Return the texts of the deliverable by path."""
        folder = f"{Kind.DELIVERABLE.folder}/{self.slug}"
        return {
            f"{folder}/record.yaml": "\n".join(self._record_lines()) + "\n",
            f"{folder}/{self.imported.locale}.md": "\n".join(self._edition_lines()),
        }

    def _record_lines(self) -> Iterator[str]:
        imported, translate = self.imported, self.translate
        opening = message(
            "Draft of %(day)s, made from %(name)s. No person has checked it yet.",
            day=self.day,
            name=imported.name,
        )
        yield remark(opening, translate)
        if closed := closed_words(imported.facts):
            yield remark(
                message(
                    "The file says that it is not for the public (%(where)s).",
                    where=restriction_text(closed, translate),
                ),
                translate,
            )
        yield f"id: {self.slug}"
        yield f"updated: {self.day}"
        inferred: list[str] = []
        for field, name in FIELDS.items():
            fact = imported.fact(field)
            if fact is not None:
                yield from self._checked(name, fact)
                if not fact.is_read:
                    inferred.append(name)
        if imported.value(MetadataField.TYPE) == "":
            yield missing_remark("type", translate)
        yield missing_remark("themes", translate, self._offered_themes())
        yield from self._last_lines(inferred)

    def _offered_themes(self) -> tuple[str, ...]:
        named = _themes_named(self.imported, self.corpus)
        return named or self._similar_themes()

    def _similar_themes(self) -> tuple[str, ...]:
        """Return themes of the records most like the title and the first pages."""
        imported = self.imported
        blocks = imported.reading.document.blocks[:SAMPLE_BLOCKS]
        parts = [imported.value(MetadataField.TITLE)] * 2
        parts += [
            imported.value(MetadataField.SUMMARY),
            *(block.text for block in blocks),
        ]
        text = " ".join(parts)[:SAMPLE_CHARACTERS]
        return nearest_records(self.corpus, imported.locale).themes(text)

    def _last_lines(self, inferred: list[str]) -> Iterator[str]:
        imported, translate = self.imported, self.translate
        for fact in imported.facts:
            if fact.field not in _NOTED_FIELDS:
                continue
            note = message(
                "Found too: %(field)s: %(value)s (%(where)s)",
                field=fact.field.value,
                value=fact.value,
                where=origin_text(fact.origin, translate),
            )
            yield remark(note, translate)
        yield "availability: complete"
        if imported.reading.pages:
            yield f"pages: {len(imported.reading.pages)}"
        yield "confidence: partly-inferred"
        yield f"inferred: {listed(inferred)}"
        yield "sources:"
        yield from source_lines(imported.name)
        yield "files:"
        yield from file_lines(imported, imported.name)

    def _edition_lines(self) -> Iterator[str]:
        yield "---"
        language = self.imported.value(MetadataField.LANGUAGE)
        is_ours = language in {"", UNKNOWN_LANGUAGE, self.imported.locale}
        for field in (MetadataField.TITLE, MetadataField.SUMMARY):
            fact = self.imported.fact(field) if is_ours else None
            if fact is None:
                yield missing_remark(field.value, self.translate)
            else:
                yield from self._checked(field.value, fact)
        yield "---"
        yield ""

    def _checked(self, name: str, fact: ExtractedFact) -> Iterator[str]:
        """Yield a field with the comment that asks to check it."""
        comment = message(
            "To be checked (%(sureness)s): %(where)s",
            sureness=LIKELIHOOD_WORDS[fact.likelihood].text(self.translate),
            where=origin_text(fact.origin, self.translate),
        )
        yield guess_remark(comment, self.translate)
        if fact.field is MetadataField.AUTHORS:
            yield f"{name}: {listed(fact.values)}"
        elif fact.field in {MetadataField.TYPE, MetadataField.LANGUAGE}:
            yield f"{name}: {fact.value}"
        else:
            yield f"{name}: {quoted_yaml(fact.value)}"


def _themes_named(imported: ImportedFile, corpus: Corpus) -> tuple[str, ...]:
    """Return the themes whose name is in the title."""
    title = fold(normalize(imported.value(MetadataField.TITLE)))
    return tuple(
        record.id.slug
        for record in corpus.of_kind(Kind.THEME)
        if isinstance(record, Theme)
        and any(fold(normalize(edition.title)) in title for edition in record.editions)
    )
