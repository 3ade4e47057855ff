"""Builds valid objects for tests, with defaults for all that does not matter."""

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.corpus.corpus_reader import CorpusReader
from indexer.model.document import Passage
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.places import Place
from indexer.model.query import Query, Sort
from indexer.pipeline import Locations
from indexer.query_language.query_reader import read_query

SMALL_CORPUS = Path(__file__).resolve().parent.parent / "corpus"
PROJECT = SMALL_CORPUS.parent.parent


@dataclass(frozen=True, slots=True)
class Workspace:
    """A copy of the small corpus that a test may change, with index and instance."""

    root: Path

    @property
    def documents(self) -> Path:
        """The folder of the content."""
        return self.root / "documents"

    @property
    def locations(self) -> Locations:
        """The folders of the content, the index and the instance."""
        return Locations(self.documents, self.root / "index", self.root / "instance")

    def path(self, name: str) -> Path:
        """Return the path of a file of the content: `practices/newtown-lamps/fr.md`."""
        return self.documents / name

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace a text in a file of the content."""
        path = self.path(name)
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def replace_silently(
        self, name: str, old: str, new: str, *, in_place: bool
    ) -> None:
        """Replace text by text of the same length, and keep size and mtime.

        With `in_place` the file keeps its inode too.
        """
        path = self.path(name)
        before = path.stat()
        changed = path if in_place else path.with_name("new.tmp")
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        changed.write_text(text.replace(old, new), "utf-8")
        os.utime(changed, ns=(before.st_atime_ns, before.st_mtime_ns))
        changed.replace(path)
        assert path.stat().st_size == before.st_size

    def add_file(
        self,
        content: bytes,
        name: str = "report.md",
        *,
        deliverable: str = "d9.1",
        language: str = "en",
        listed_sha256: str | None = None,
        licence: str = "",
    ) -> Path:
        """Write an original of a deliverable, and list it in its record."""
        path = self.path(f"deliverables/{deliverable}/files/{name}")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        digest = listed_sha256 or hashlib.sha256(content).hexdigest()
        record = self.path(f"deliverables/{deliverable}/record.yaml")
        text = record.read_text("utf-8")
        if "\nfiles:" not in text:
            text += "files:\n"
        given = f", licence: {licence!r}" if licence else ""
        text += (
            f"  - {{name: {name!r}, sha256: {digest}, language: {language}{given}}}\n"
        )
        record.write_text(text, "utf-8")
        return path

    def corpus(self) -> Corpus:
        """Return the corpus, read now."""
        return CorpusReader(self.documents).read()


def a_workspace(root: Path) -> Workspace:
    """Return a workspace with a copy of the small corpus."""
    shutil.copytree(SMALL_CORPUS, root / "documents")
    return Workspace(root)


def a_record(  # noqa: PLR0913  # each may be what a test is about
    title: str = "Une fiche",
    *,
    slug: str = "a-record",
    kind: Kind = Kind.PRACTICE,
    locale: Locale = Locale.FR,
    text: str = "",
    summary: str = "",
    keywords: str = "",
    questions: str = "",
    date: str = "",
    facets: Mapping[FacetName, tuple[str, ...]] | None = None,
    other: IndexedEdition | None = None,
    names: tuple[str, ...] = (),
    places: tuple[Place, ...] = (),
) -> IndexedRecord:
    """Return a record as the pipeline passes it to an engine."""
    passages = (Passage(locale, text, "Titre", "titre"),) if text else ()
    edition = IndexedEdition(
        locale, title, summary, keywords, passages, names, questions
    )
    editions = (edition,) if other is None else (edition, other)
    values = {FacetName.KIND: (kind.value,), **(facets or {})}
    return IndexedRecord(RecordId(kind, slug), editions, values, date, places=places)


def an_edition(
    title: str,
    *,
    locale: Locale = Locale.EN,
    text: str = "",
    names: tuple[str, ...] = (),
) -> IndexedEdition:
    """Return an edition, by default the English one."""
    passages = (Passage(locale, text, "Heading", "heading"),) if text else ()
    return IndexedEdition(locale, title, "", "", passages, names)


def a_place(slug: str, *, fr: str, en: str) -> Place:
    """Return a place with any coordinates."""
    return Place(slug, {"fr": fr, "en": en}, 48.0, 2.0)


def a_query(
    text: str = "",
    *filters: Filter,
    locale: Locale = Locale.FR,
    sort: Sort = Sort.RELEVANCE,
    page: int = 1,
) -> Query:
    """Return a parsed query; a value after a field name is not resolved."""
    return read_query(
        text,
        lambda _, value: value,
        locale=locale,
        filters=filters,
        sort=sort,
        page=page,
    )
