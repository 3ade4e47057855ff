"""View of a draft: its form, its problems, and what blocks its publication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Problem, ProblemCode
from indexer.model.records import Deliverable, Record
from kb.publishing.drafts.draft import Draft
from kb.publishing.drafts.draft_files import DraftFile
from kb.publishing.history.differences import Difference
from kb.publishing.published.publisher import blocking_problems
from kb.publishing.records.form_fields import FACT_FIELDS, FormField, fields_of
from kb.publishing.records.form_values import FormValues, read_values
from kb.publishing.records.problem_locations import LocatedProblem, locate
from kb.staff.base.autocomplete import PLACES, known_names, suggestion_list
from kb.staff.base.differences_view import DifferenceView, difference_views
from kb.staff.base.field_labels import (
    control_name,
    field_label,
    locale_of_file,
    raw_control_name,
)
from kb.staff.base.links import draft_title, record_path
from kb.staff.base.problem_messages import problem_text
from kb.staff.base.times import stored_time_text
from kb.staff.drafts.form_view import FieldView, FieldViewBuilder
from kb.web.labels import ICONS, KINDS
from kb.web.locale import page_locale

_SOURCE_FIELDS = {"sources", "confidence", "inferred", "quotations"}


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """A line of the error summary; `anchor` is the id of the control to correct."""

    anchor: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class RawFileView:
    """A file whose YAML cannot be parsed: the form shows it as text."""

    id: str
    name: str
    text: str
    error: str


@dataclass(frozen=True, slots=True)
class SuggestionListView:
    """A `datalist` of names."""

    id: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A version that somebody else saved meanwhile, and how it differs."""

    actor: str
    at: str
    differences: tuple[DifferenceView, ...]


@dataclass(frozen=True, slots=True)
class AwaitedView:
    """A draft to publish first, because another draft links to it."""

    title: str
    lang: str
    path: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DraftPage:
    """The page of a draft.

    `closed_files` are its files that say they are not for the public, except those
    that are published already.
    """

    record: RecordId
    kind_label: str
    icon: str
    title: str
    title_lang: str
    version: str
    saved: str
    by: str
    is_published: bool
    was_withdrawn: bool
    facts: tuple[FieldView, ...]
    sourcing: tuple[FieldView, ...]
    words: tuple[tuple[FieldView, ...], ...]
    raw_files: tuple[RawFileView, ...]
    untranslated: tuple[ErrorLink, ...]
    errors: tuple[ErrorLink, ...]
    notes: tuple[str, ...]
    lists: tuple[SuggestionListView, ...]
    files: tuple[DraftFile, ...]
    closed_files: tuple[DraftFile, ...]
    awaited: tuple[AwaitedView, ...]
    conflict: ConflictView | None = None

    @property
    def path(self) -> dict[str, str]:
        """The values that addresses of the draft are built from."""
        return record_path(self.record)

    @property
    def has_files(self) -> bool:
        """Whether records of this kind have original files."""
        return self.record.kind is Kind.DELIVERABLE

    @property
    def can_be_renamed(self) -> bool:
        """Whether the id may still change."""
        return not self.is_published and not self.was_withdrawn


@dataclass(frozen=True, slots=True)
class DraftProblems:
    """The problems of a draft, and the drafts to publish before it."""

    blocking: tuple[Problem, ...] = ()
    others: tuple[Problem, ...] = ()
    awaited: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftEdits:
    """Unsaved content to show in a draft form.

    `texts` replaces the saved texts, `longer_list` names a list to add lines to, and
    `conflict` holds the version of somebody else with its differences.
    """

    texts: Mapping[str, str] | None = None
    longer_list: str = ""
    conflict: tuple[Draft, tuple[Difference, ...]] | None = None


NO_EDITS = DraftEdits()


def sort_problems(
    problems: Sequence[Problem],
    corpus: Corpus,
    record: RecordId,
    awaited: tuple[Draft, ...] = (),
) -> DraftProblems:
    """Separate the problems that block publication from the others."""
    blocking = tuple(blocking_problems(problems, corpus, record))
    return DraftProblems(
        blocking,
        tuple(each for each in problems if not any(each is b for b in blocking)),
        awaited,
    )


def draft_page(
    draft: Draft,
    problems: DraftProblems,
    corpus: Corpus,
    files: tuple[DraftFile, ...],
    edits: DraftEdits = NO_EDITS,
) -> DraftPage:
    """Return the page of a draft, with unsaved edits in its form."""
    kind, locale = draft.record.kind, page_locale()
    texts = draft.texts if edits.texts is None else edits.texts
    values = read_values(kind, texts)
    located = locate(problems.blocking, texts)
    awaited = {each.record: awaited_view(each) for each in problems.awaited}
    awaited_titles = {str(record): view.title for record, view in awaited.items()}
    errors = {
        (each.file, each.field, each.item): problem_text(each.problem, awaited_titles)
        for each in located
    }
    builder = FieldViewBuilder(
        kind, values, errors, corpus, locale, longer_list=edits.longer_list
    )
    facts = () if RECORD_FILE in values.raw else builder.facts()
    sourcing = {control_name(RECORD_FILE, name) for name in _SOURCE_FIELDS}
    title = draft_title(draft.record, values)
    published = corpus.get(draft.record)
    return DraftPage(
        record=draft.record,
        kind_label=str(KINDS[kind]),
        icon=ICONS[kind],
        title=title.text,
        title_lang=title.lang,
        version=draft.version,
        saved=stored_time_text(draft.notes.saved_at),
        by=draft.notes.by,
        is_published=published is not None,
        was_withdrawn=bool(draft.notes.withdrawn_by),
        facts=tuple(each for each in facts if each.name not in sourcing),
        sourcing=tuple(each for each in facts if each.name in sourcing),
        words=builder.words(),
        raw_files=tuple(_raw_file(name, texts, located) for name in values.raw),
        errors=tuple(
            _error_link(each, kind, values, awaited_titles)
            for each in sorted(located, key=lambda each: _position(each, kind))
        ),
        untranslated=tuple(_untranslated(problems.others)),
        notes=tuple(
            problem_text(each)
            for each in problems.others
            if each.code is not ProblemCode.MISSING_EDITION
        ),
        lists=_suggestion_lists(kind, corpus, locale),
        files=files,
        closed_files=tuple(_closed_files(files, published)),
        awaited=tuple(awaited.values()),
        conflict=None if edits.conflict is None else _conflict(*edits.conflict),
    )


def awaited_view(draft: Draft) -> AwaitedView:
    """Return the view of a draft that must be published before another."""
    title = draft_title(draft.record, read_values(draft.record.kind, draft.texts))
    return AwaitedView(title.text, title.lang, record_path(draft.record))


def _untranslated(problems: Sequence[Problem]) -> Iterator[ErrorLink]:
    """Yield a link to the title of each missing edition."""
    for each in problems:
        if each.code is ProblemCode.MISSING_EDITION:
            locale = Locale(PurePosixPath(each.path).stem)
            anchor = control_name(f"{locale}.md", "title")
            yield ErrorLink(anchor, field_label("title", locale), problem_text(each))


def _closed_files(
    files: Sequence[DraftFile], published: Record | None
) -> Iterator[DraftFile]:
    known = published.files if isinstance(published, Deliverable) else ()
    digests = {each.sha256 for each in known}
    for each in files:
        if each.closed_by and each.sha256 not in digests:
            yield each


def _position(located: LocatedProblem, kind: Kind) -> tuple[int, int, str]:
    """Return the sort key of a problem in the page: words, then facts, then sources."""
    is_fact = located.file == RECORD_FILE
    part = 1 + (located.field in _SOURCE_FIELDS) if is_fact else 0
    names = [each.name for each in fields_of(kind, located.file)]
    index = names.index(located.field) if located.field in names else -1
    return part, index, str(located.file != "fr.md")


def _error_link(
    located: LocatedProblem, kind: Kind, values: FormValues, titles: Mapping[str, str]
) -> ErrorLink:
    text = problem_text(located.problem, titles)
    locale = locale_of_file(located.file)
    is_raw = located.file in values.raw
    if is_raw or not located.field:
        anchor = raw_control_name(located.file) if is_raw else "content"
        label = _("Facts shared by both languages")
        if locale is not None:
            label = field_label("body", locale)
        return ErrorLink(anchor, label, text)
    anchor = control_name(located.file, located.field)
    field = next((f for f in FACT_FIELDS[kind] if f.name == located.field), None)
    if field is not None and field.shape.is_list:
        anchor = f"{anchor}-{located.item or 0}"
    elif located.item is not None:
        anchor = f"{anchor}-{located.item}"
    return ErrorLink(anchor, field_label(located.field, locale), text)


def _raw_file(
    name: str, texts: Mapping[str, str], located: Sequence[LocatedProblem]
) -> RawFileView:
    error = " ".join(
        problem_text(each.problem) for each in located if each.file == name
    )
    return RawFileView(raw_control_name(name), name, texts.get(name, ""), error)


def _conflict(draft: Draft, differences: tuple[Difference, ...]) -> ConflictView:
    return ConflictView(
        actor=draft.notes.by or "?",
        at=stored_time_text(draft.notes.saved_at),
        differences=difference_views(differences),
    )


def _suggestion_lists(
    kind: Kind, corpus: Corpus, locale: Locale
) -> tuple[SuggestionListView, ...]:
    names = dict.fromkeys(
        name for each in FACT_FIELDS[kind] for name in _list_names(each)
    )
    return tuple(
        SuggestionListView(
            name, tuple(known_names(corpus, name, locale).labels.values())
        )
        for name in names
        if name == PLACES or name in set(Kind)
    )


def _list_names(field: FormField) -> tuple[str, ...]:
    return tuple(
        filter(None, (suggestion_list(field), *map(suggestion_list, field.parts)))
    )
