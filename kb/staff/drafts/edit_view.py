"""The page of a draft: its fields, what is wrong with each, and where it stands."""

from __future__ import annotations

import datetime as dt
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
from kb.publishing.drafts.draft_files import DraftFile, draft_files
from kb.publishing.extractions.extraction_store import ExtractionStore
from kb.publishing.history.differences import Difference
from kb.publishing.published.publisher import blocking_problems
from kb.publishing.published.trash import trashed_title
from kb.publishing.records.form_fields import FACT_FIELDS, FormField, fields_of
from kb.publishing.records.form_values import FormValues, read_values
from kb.publishing.records.problem_locations import LocatedProblem, locate
from kb.services import services
from kb.staff.accounts.account_view import moment_text
from kb.staff.base.autocomplete import PLACES, known_names, list_of
from kb.staff.base.differences_view import DifferenceView, difference_views
from kb.staff.base.field_labels import field_label
from kb.staff.base.problem_messages import problem_text
from kb.staff.drafts.form_parser import control, raw_control
from kb.staff.drafts.form_view import ErrorKey, FieldMaker, FieldView
from kb.web.labels import ICONS, KINDS
from kb.web.locale import page_locale

_SOURCING = {"sources", "confidence", "inferred", "quotations"}


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """A line of the summary of errors; `anchor` is the control that it is about."""

    anchor: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class RawView:
    """A file that can't be shown as fields: it is edited as it is."""

    id: str
    name: str
    text: str
    error: str


@dataclass(frozen=True, slots=True)
class ListFieldView:
    """A list to choose from by typing."""

    id: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConflictView:
    """Somebody saved the same draft meanwhile."""

    who: str
    when: str
    differences: tuple[DifferenceView, ...]


@dataclass(frozen=True, slots=True)
class AwaitedView:
    """A draft that has to be published before the one that names it."""

    title: str
    lang: str
    path: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DraftPage:
    """All that the page of a draft shows."""

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
    raw: tuple[RawView, ...]
    untranslated: tuple[ErrorLink, ...]
    errors: tuple[ErrorLink, ...]
    notes: tuple[str, ...]
    lists: tuple[ListFieldView, ...]
    files: tuple[DraftFile, ...]
    closed: tuple[DraftFile, ...]
    awaited: tuple[AwaitedView, ...]
    conflict: ConflictView | None = None

    @property
    def path(self) -> dict[str, str]:
        """What addresses of this draft are made of."""
        return {"folder": self.record.kind.folder, "slug": self.record.slug}


@dataclass(frozen=True, slots=True)
class Checked:
    """The problems of a draft: those that keep it from being published, and others.

    `awaited` are the drafts that it names: they have to be published first.
    """

    blocking: tuple[Problem, ...]
    others: tuple[Problem, ...]
    awaited: tuple[Draft, ...] = ()


def checked(
    problems: Sequence[Problem],
    corpus: Corpus,
    record: RecordId,
    awaited: tuple[Draft, ...] = (),
) -> Checked:
    """Tell the problems that matter from the others."""
    blocking = tuple(blocking_problems(problems, corpus, record))
    return Checked(
        blocking,
        tuple(each for each in problems if not any(each is b for b in blocking)),
        awaited,
    )


def draft_page(
    draft: Draft,
    problems: Checked,
    corpus: Corpus,
    *,
    texts: Mapping[str, str] | None = None,
    more: str = "",
    theirs: tuple[Draft, tuple[Difference, ...]] | None = None,
) -> DraftPage:
    """Present a draft; `texts` are what is shown in the stead of what it holds."""
    kind, locale = draft.record.kind, page_locale()
    shown = draft.texts if texts is None else texts
    values = read_values(kind, shown)
    located = locate(problems.blocking, shown)
    first = {each.record: awaited_view(each) for each in problems.awaited}
    titles = {str(record): view.title for record, view in first.items()}
    errors = {_key(each): problem_text(each.problem, titles) for each in located}
    maker = FieldMaker(kind, values, errors, corpus, locale, more=more)
    facts = () if RECORD_FILE in values.raw else maker.facts()
    sourcing = {control(RECORD_FILE, name) for name in _SOURCING}
    files = draft_files(draft, ExtractionStore(services().settings.locations.instance))
    title, lang = _title(kind, values, shown, draft.record, locale)
    return DraftPage(
        record=draft.record,
        kind_label=str(KINDS[kind]),
        icon=ICONS[kind],
        title=title,
        title_lang=lang,
        version=draft.version,
        saved=_moment(draft.notes.saved_at),
        by=draft.notes.by,
        is_published=corpus.get(draft.record) is not None,
        was_withdrawn=bool(draft.notes.withdrawn_by),
        facts=tuple(each for each in facts if each.name not in sourcing),
        sourcing=tuple(each for each in facts if each.name in sourcing),
        words=maker.words(),
        raw=tuple(
            RawView(
                raw_control(name), name, shown.get(name, ""), _raw_error(name, located)
            )
            for name in values.raw
        ),
        errors=tuple(
            _link(each, kind, values, titles)
            for each in sorted(located, key=lambda each: _place(each, kind))
        ),
        untranslated=tuple(_untranslated(problems.others)),
        notes=tuple(
            problem_text(each)
            for each in problems.others
            if each.code is not ProblemCode.MISSING_EDITION
        ),
        lists=_lists(kind, corpus, locale),
        files=files,
        closed=tuple(_closed(files, corpus.get(draft.record))),
        awaited=tuple(first.values()),
        conflict=None if theirs is None else _conflict(*theirs),
    )


def _untranslated(problems: Sequence[Problem]) -> Iterator[ErrorLink]:
    """Say which language is not written, and lead to its first field."""
    for each in problems:
        if each.code is ProblemCode.MISSING_EDITION:
            locale = Locale(PurePosixPath(each.path).stem)
            anchor = control(f"{locale}.md", "title")
            yield ErrorLink(anchor, field_label("title", locale), problem_text(each))


def _closed(
    files: Sequence[DraftFile], published: Record | None
) -> Iterator[DraftFile]:
    """Give the files that are not for the public, and that the public has not yet."""
    known = published.files if isinstance(published, Deliverable) else ()
    there = {each.sha256 for each in known}
    for each in files:
        if each.closed_by and each.sha256 not in there:
            yield each


def _key(located: LocatedProblem) -> ErrorKey:
    return located.file, located.field, located.item


def _place(located: LocatedProblem, kind: Kind) -> tuple[int, int, str]:
    """Give where the field of a problem stands in the page: words, facts, sources."""
    part = 0 if located.file != RECORD_FILE else 1 + (located.field in _SOURCING)
    names = [each.name for each in fields_of(kind, located.file)]
    place = names.index(located.field) if located.field in names else -1
    return part, place, str(located.file != "fr.md")


def awaited_view(draft: Draft) -> AwaitedView:
    """Present a draft that has to be published before another."""
    kind, record = draft.record.kind, draft.record
    values = read_values(kind, draft.texts)
    title, lang = _title(kind, values, draft.texts, record, page_locale())
    return AwaitedView(title, lang, {"folder": kind.folder, "slug": record.slug})


def _link(
    located: LocatedProblem, kind: Kind, values: FormValues, titles: Mapping[str, str]
) -> ErrorLink:
    text = problem_text(located.problem, titles)
    locale = _locale_of(located.file)
    if located.file in values.raw or not located.field:
        is_raw = located.file in values.raw
        anchor = raw_control(located.file) if is_raw else "content"
        return ErrorLink(anchor, _part_name(locale), text)
    name = control(located.file, located.field)
    label = field_label(located.field, locale)
    shape = next(
        (each for each in FACT_FIELDS[kind] if each.name == located.field), None
    )
    if shape is not None and shape.shape.is_list:
        name = f"{name}-{located.item or 0}"
    elif located.item is not None:
        name = f"{name}-{located.item}"
    return ErrorLink(name, label, text)


def _part_name(locale: Locale | None) -> str:
    if locale is None:
        return _("Facts, for both languages")
    return field_label("body", locale)


def _raw_error(name: str, located: Sequence[LocatedProblem]) -> str:
    return " ".join(problem_text(each.problem) for each in located if each.file == name)


def _locale_of(file: str) -> Locale | None:
    return None if file == RECORD_FILE else Locale(file.removesuffix(".md"))


def _title(
    kind: Kind,
    values: FormValues,
    texts: Mapping[str, str],
    record: RecordId,
    locale: Locale,
) -> tuple[str, str]:
    for each in (locale, locale.other):
        title = values.words.get(each, {}).get("title")
        if isinstance(title, str) and title:
            return title, each.value if each is not locale else ""
    return trashed_title(kind, texts) or record.slug, ""


def _moment(text: str) -> str:
    return moment_text(dt.datetime.fromisoformat(text)) if text else ""


def _conflict(draft: Draft, differences: tuple[Difference, ...]) -> ConflictView:
    return ConflictView(
        who=draft.notes.by or "?",
        when=_moment(draft.notes.saved_at),
        differences=difference_views(differences),
    )


def _lists(kind: Kind, corpus: Corpus, locale: Locale) -> tuple[ListFieldView, ...]:
    wanted = dict.fromkeys(
        name for each in FACT_FIELDS[kind] for name in _lists_of(each)
    )
    return tuple(
        ListFieldView(name, tuple(known_names(corpus, name, locale).shown.values()))
        for name in wanted
        if name == PLACES or name in set(Kind)
    )


def _lists_of(field: FormField) -> tuple[str, ...]:
    return tuple(filter(None, (list_of(field), *map(list_of, field.parts))))
