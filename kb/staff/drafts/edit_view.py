"""View of a draft, loaded with its files: its form, and what blocks its publication."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Problem, ProblemCode
from indexer.model.record import Record
from indexer.model.record_parts import Title
from indexer.model.records import Deliverable
from indexer.model.schema.kinds import SCHEMAS
from kb.publishing.drafts.draft import Draft, DraftFile, draft_files
from kb.publishing.extractions.draft_texts import restriction_text
from kb.publishing.history.differences import Difference
from kb.publishing.history.edition_lags import unchecked_lags
from kb.publishing.published.publisher import blocking_problems
from kb.publishing.records.form_values import FormValues, read_values
from kb.publishing.records.problem_locations import LocatedProblem, locate
from kb.publishing.translation_help import GlossaryMatch, glossary_matcher
from kb.services import services
from kb.staff.base.autocomplete import known_names, suggestion_list
from kb.staff.base.differences_view import DifferenceView, difference_views
from kb.staff.base.field_labels import (
    control_name,
    field_label,
    locale_of_file,
    raw_control_name,
)
from kb.staff.base.lag_view import LagView, changes_by_control, lag_views
from kb.staff.base.links import title_in_texts
from kb.staff.base.problem_messages import problem_text
from kb.staff.base.publishing_services import draft_editor, extraction_store
from kb.staff.drafts.form_layout import FormLayout, form_layout, problem_position
from kb.staff.drafts.form_view import FieldView, FieldViewBuilder
from kb.staff.drafts.translation_help import translation_help, unread_views
from kb.web.locale import page_locale


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
class DraftPage:
    """The page of a draft.

    `lists` are the names that fields suggest, by list. `closed_files` are the files of
    the draft that say they are not for the public, except those published already.
    `awaited` are the titles of the drafts to publish first. `lags` are the editions
    that are behind, and `conflict` is what somebody else saved meanwhile.
    """

    draft: Draft
    title: Title
    is_published: bool
    form: FormLayout
    raw_files: tuple[RawFileView, ...]
    untranslated: tuple[ErrorLink, ...]
    errors: tuple[ErrorLink, ...]
    notes: tuple[str, ...]
    lists: Mapping[str, Collection[str]]
    files: tuple[DraftFile, ...]
    closed_files: tuple[tuple[str, str], ...]
    awaited: Mapping[RecordId, Title]
    lags: tuple[LagView, ...] = ()
    conflict: Draft | None = None
    differences: tuple[DifferenceView, ...] = ()

    @property
    def questions(self) -> tuple[DraftFile, ...]:
        """The files of which a person has still to answer what they are."""
        return tuple(file for file in self.files if file.has_question)

    @property
    def record(self) -> RecordId:
        """The id of the record."""
        return self.draft.record

    @property
    def lacks(self) -> str:
        """How many things remain to be completed, as a sentence."""
        if not self.errors:
            return _("Nothing is missing.")
        return ngettext(
            "%(num)s thing remains to be completed.",
            "%(num)s things remain to be completed.",
            len(self.errors),
        )

    @property
    def can_be_renamed(self) -> bool:
        """Whether the id may still change."""
        return not self.is_published and not self.draft.notes.withdrawn_by


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
    `conflict` is the version of somebody else, with its differences.
    """

    texts: Mapping[str, str] | None = None
    longer_list: str = ""
    conflict: Draft | None = None
    differences: tuple[Difference, ...] = ()


NO_EDITS = DraftEdits()
_SHOWN_ELSEWHERE = {ProblemCode.MISSING_EDITION, ProblemCode.EDITION_BEHIND}


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
        tuple(
            problem for problem in problems if not any(problem is b for b in blocking)
        ),
        awaited,
    )


def _error_texts(
    problems: Iterable[LocatedProblem], titles: Mapping[str, str]
) -> dict[tuple[str, str, int | None], str]:
    """Return the texts of problems by file, field and item of a list."""
    return {
        (problem.file, problem.field, problem.item): problem_text(
            problem.problem, titles
        )
        for problem in problems
    }


def _notes(problems: Sequence[Problem]) -> Iterator[str]:
    """Yield the texts of the problems that the form does not show at a field."""
    for problem in problems:
        if problem.code not in _SHOWN_ELSEWHERE:
            yield problem_text(problem)


def draft_titles(drafts: Iterable[Draft]) -> dict[RecordId, Title]:
    """Return the titles of drafts."""
    return {draft.record: title_in_texts(draft.record, draft.texts) for draft in drafts}


def _untranslated(problems: Sequence[Problem]) -> Iterator[ErrorLink]:
    """Yield a link to the title of each missing edition."""
    for problem in problems:
        if problem.code is ProblemCode.MISSING_EDITION:
            locale = Locale(PurePosixPath(problem.path).stem)
            anchor = control_name(f"{locale}.md", "title")
            yield ErrorLink(anchor, field_label("title", locale), problem_text(problem))


def _closed_files(
    files: Sequence[DraftFile], published: Record | None
) -> Iterator[tuple[str, str]]:
    """Yield the names of closed files, each with the words by which it says so."""
    known = published.files if isinstance(published, Deliverable) else ()
    digests = {file.sha256 for file in known}
    for file in files:
        if file.closed_by is not None and file.sha256 not in digests:
            yield file.name, restriction_text(file.closed_by, _)


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
    field = next((f for f in SCHEMAS[kind].facts if f.name == located.field), None)
    if field is not None and field.type.is_list:
        anchor = f"{anchor}-{located.item or 0}"
    elif located.item is not None:
        anchor = f"{anchor}-{located.item}"
    return ErrorLink(anchor, field_label(located.field, locale), text)


def _raw_file(
    name: str, texts: Mapping[str, str], located: Sequence[LocatedProblem]
) -> RawFileView:
    error = " ".join(
        problem_text(problem.problem) for problem in located if problem.file == name
    )
    return RawFileView(raw_control_name(name), name, texts.get(name, ""), error)


def _suggestion_lists(
    kind: Kind, corpus: Corpus, locale: Locale
) -> dict[str, Collection[str]]:
    fields = [part for field in SCHEMAS[kind].facts for part in (field, *field.parts)]
    names = dict.fromkeys(filter(None, map(suggestion_list, fields)))
    return {name: known_names(corpus, name, locale).labels.values() for name in names}


def load_draft_page(
    draft: Draft,
    problems: DraftProblems | None = None,
    edits: DraftEdits = NO_EDITS,
) -> DraftPage:
    """Return the page of a draft, with unsaved edits in its form.

    Without `problems`, the draft is checked first.
    """
    editor, corpus = draft_editor(), services().corpus
    record, kind, locale = draft.record, draft.record.kind, page_locale()
    if problems is None:
        checked = editor.problems(record, services().texts)
        awaited_drafts = editor.unpublished_links(draft)
        problems = sort_problems(checked, corpus, record, awaited_drafts)
    texts = draft.texts if edits.texts is None else edits.texts
    values = read_values(kind, texts)
    found = locate(problems.blocking, texts, kind)
    located = sorted(found, key=lambda problem: problem_position(problem, kind))
    awaited, lags = draft_titles(problems.awaited), _lags(draft)
    names = {str(draft_id): title.text for draft_id, title in awaited.items()}
    builder = FieldViewBuilder(
        kind,
        values,
        _error_texts(located, names),
        corpus,
        locale,
        edits.longer_list,
        texts,
        changes_by_control(lags),
        unread_views(draft, values),
    )
    files, published = draft_files(draft, extraction_store()), corpus.get(record)
    return DraftPage(
        draft=draft,
        title=title_in_texts(record, texts),
        is_published=published is not None,
        form=form_layout(kind, builder.facts(), builder.words(), edits.longer_list),
        raw_files=tuple(_raw_file(name, texts, located) for name in values.raw),
        errors=tuple(_error_link(problem, kind, values, names) for problem in located),
        untranslated=tuple(_untranslated(problems.others)),
        notes=tuple(_notes(problems.others)),
        lists=_suggestion_lists(kind, corpus, locale),
        files=files,
        closed_files=tuple(_closed_files(files, published)),
        awaited=awaited,
        lags=lags,
        conflict=edits.conflict,
        differences=difference_views(edits.differences),
    )


def _lags(draft: Draft) -> tuple[LagView, ...]:
    """Return the editions of a draft that are behind, with help to translate."""
    kind = draft.record.kind
    checked = read_values(kind, draft.texts).facts.get("checked", ())
    lags = unchecked_lags(draft_editor().lags(draft.record), checked)
    return lag_views(kind, lags, partial(translation_help, draft.record))


_TEXT_WIDGETS = {"text", "long"}
_LINK_TARGET = re.compile(r"\]\([^)\s]*\)")


@dataclass(frozen=True, slots=True)
class FieldTerms:
    """Terms that a field lacks; the languages are those of the other and its own."""

    terms: tuple[GlossaryMatch, ...]
    source_lang: str
    target_lang: str


def field_terms(
    fields: Iterable[FieldView], record: RecordId, corpus: Corpus
) -> dict[str, FieldTerms]:
    """Return the terms of each text that its other language names and it does not.

    A field that is behind has the terms of its changed paragraphs beside it already.
    """
    texts = {field.id: field for field in fields if field.widget in _TEXT_WIDGETS}
    matcher = glossary_matcher(corpus)
    found: dict[str, FieldTerms] = {}
    for locale in Locale:
        for name, view in texts.items():
            prefix, _, rest = name.partition("-")
            other = texts.get(f"{locale.other}-{rest}")
            if prefix != locale or view.behind or other is None:
                continue
            own = {match.record for match in matcher.matches(_words(view), locale)}
            lacking = tuple(
                match
                for match in matcher.matches(_words(other), locale.other)
                if match.record not in {*own, record}
            )
            if lacking:
                found[name] = FieldTerms(lacking, locale.other.value, locale.value)
    return found


def _words(view: FieldView) -> str:
    """Return a text without the targets of its links, which no reader sees."""
    return _LINK_TARGET.sub("]", view.value)
