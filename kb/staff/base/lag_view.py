"""Views of editions that are behind the other language, and of what changed there."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record_parts import Title
from indexer.model.schema.frame import BODY, OTHER
from kb.publishing.history.differences import DiffPiece
from kb.publishing.history.edition_lags import (
    EditionLag,
    LagAnswer,
    LagConfirmation,
    LagParagraph,
)
from kb.publishing.records.practice_frame import part_of_heading
from kb.staff.base.field_labels import control_name, field_label
from kb.staff.base.labels import medium_day
from kb.web.locale import LazyString, by_locale, page_locale
from kb.web.locale import lazy_gettext as _l

BEHIND = by_locale(
    fr=_l("The French is behind the English"), en=_l("The English is behind the French")
)
_CHANGED = by_locale(
    fr=_l("French changed by %(who)s on %(day)s. English of %(older)s."),
    en=_l("English changed by %(who)s on %(day)s. French of %(older)s."),
)
_CHANGED_BY_HAND = by_locale(
    fr=_l("French changed by hand on %(day)s. English of %(older)s."),
    en=_l("English changed by hand on %(day)s. French of %(older)s."),
)


LAG_ANSWERS: dict[tuple[Locale, LagAnswer], LazyString] = {
    (Locale.FR, LagAnswer.STILL_RIGHT): _l("The French is still right"),
    (Locale.EN, LagAnswer.STILL_RIGHT): _l("The English is still right"),
    (Locale.FR, LagAnswer.UP_TO_DATE): _l("The French is up to date"),
    (Locale.EN, LagAnswer.UP_TO_DATE): _l("The English is up to date"),
}
CONFIRM_ACT = "in-step:"
MAX_KEYS = 500
MIN_SHARED_PART = 0.5
_KEY = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class MergedPiece:
    """A part of a changed text: of the old one, of the new one, or of both."""

    text: str
    is_old: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class LagParagraphView:
    """A change that an edition does not have; `control` is its field in the form.

    `lang` is the language of the change if the page is in the other. `translation` is
    the text that is behind, in `translation_lang`, if it is known. `help` is what the
    form shows to translators.
    """

    key: str
    locale: Locale
    control: str
    label: str
    title: str
    lang: str
    pieces: tuple[MergedPiece, ...]
    changed: str
    translation: str
    translation_lang: str
    help: object = None


@dataclass(frozen=True, slots=True)
class LagView:
    """An edition that is behind; `locale` is its language."""

    locale: Locale
    title: str
    paragraphs: tuple[LagParagraphView, ...]

    @property
    def keys(self) -> str:
        """The keys of all changes, for a form."""
        return " ".join(paragraph.key for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class RecordBehind:
    """A record with an edition that is behind, in a list; `is_draft` if it has one."""

    record: RecordId
    title: Title
    lags: tuple[LagView, ...]
    is_draft: bool = False


def lag_views(
    kind: Kind,
    lags: Sequence[EditionLag],
    help_for: Callable[[EditionLag, LagParagraph], object] = lambda _lag, _paragraph: (
        None
    ),
) -> tuple[LagView, ...]:
    """Return the views of the editions of a record that are behind.

    `help_for` returns what helps to translate a change, for a form.
    """
    return tuple(
        LagView(
            lag.locale,
            str(BEHIND[lag.locale]),
            tuple(
                replace(_paragraph(kind, lag, paragraph), help=help_for(lag, paragraph))
                for paragraph in lag.paragraphs
            ),
        )
        for lag in lags
    )


def changes_by_control(
    lags: Sequence[LagView],
) -> dict[str, tuple[LagParagraphView, ...]]:
    """Return the changes by the name of the control that they stand beside."""
    changes: dict[str, tuple[LagParagraphView, ...]] = {}
    for paragraph in (change for lag in lags for change in lag.paragraphs):
        changes[paragraph.control] = (
            *changes.get(paragraph.control, ()),
            paragraph,
        )
    return changes


def field_of_paragraph(kind: Kind, paragraph: LagParagraph) -> str:
    """Return the field of a form that holds a paragraph: a section of a practice."""
    if kind is not Kind.PRACTICE or paragraph.field != BODY:
        return paragraph.field
    part = part_of_heading(paragraph.heading)
    return f"{BODY}-{part.value if part is not None else f'{OTHER}-0'}"


def _paragraph(
    kind: Kind, lag: EditionLag, paragraph: LagParagraph
) -> LagParagraphView:
    changed, page = lag.locale.other, page_locale()
    field = field_of_paragraph(kind, paragraph)
    template = _CHANGED if paragraph.by else _CHANGED_BY_HAND
    label = field_label(field, changed)
    if paragraph.heading and field == BODY:
        label = paragraph.heading
    return LagParagraphView(
        key=paragraph.key,
        locale=lag.locale,
        title=str(BEHIND[lag.locale]),
        control=control_name(f"{lag.locale}.md", field),
        label=label,
        lang=changed.value if changed is not page else "",
        pieces=tuple(
            _pieces_of_both(paragraph.difference.old, paragraph.difference.new)
        ),
        changed=str(template[changed])
        % {
            "who": paragraph.by,
            "day": medium_day(paragraph.on),
            "older": medium_day(lag.changed),
        },
        translation=paragraph.translation,
        translation_lang=lag.locale.value if lag.locale is not page else "",
    )


def _pieces_of_both(
    old: Sequence[DiffPiece], new: Sequence[DiffPiece]
) -> Iterator[MergedPiece]:
    """Yield the pieces of an old and a new text, the words that both have only once.

    Texts with few common words are yielded one after the other.
    """
    if old and new and _shared_part(old, new) < MIN_SHARED_PART:
        yield MergedPiece("".join(part.text for part in old), is_old=True, is_new=False)
        yield MergedPiece(" ", is_old=False, is_new=False)
        yield MergedPiece("".join(part.text for part in new), is_old=False, is_new=True)
        return
    after = list(new)
    for piece in old:
        if piece.is_marked:
            yield MergedPiece(piece.text, is_old=True, is_new=False)
            continue
        while after and after[0].is_marked:
            yield MergedPiece(after.pop(0).text, is_old=False, is_new=True)
        if after:
            after.pop(0)
        yield MergedPiece(piece.text, is_old=False, is_new=False)
    for piece in after:
        yield MergedPiece(piece.text, is_old=False, is_new=True)


def _shared_part(old: Sequence[DiffPiece], new: Sequence[DiffPiece]) -> float:
    shared = sum(len(piece.text) for piece in (*old, *new) if not piece.is_marked)
    return shared / (sum(len(piece.text) for piece in (*old, *new)) or 1)


def confirmation_of(act: str) -> LagConfirmation | None:
    """Return the answer of a button, as `in-step:en:still-right:` and keys; or None."""
    if not act.startswith(CONFIRM_ACT):
        return None
    detail = act.removeprefix(CONFIRM_ACT).replace(":", " ")
    confirmation = LagConfirmation.parse(detail)
    if confirmation is None or not 0 < len(confirmation.keys) <= MAX_KEYS:
        return None
    is_valid = all(map(_KEY.fullmatch, confirmation.keys))
    return confirmation if is_valid else None


def control_of_change(
    kind: Kind, lags: Sequence[EditionLag], keys: Collection[str]
) -> str:
    """Return the control beside which the first of some changes stands; or ""."""
    for lag in lags:
        for paragraph in lag.paragraphs:
            if paragraph.key in keys:
                field = field_of_paragraph(kind, paragraph)
                return control_name(f"{lag.locale}.md", field)
    return ""


def answer_flash(confirmation: LagConfirmation) -> str:
    """Return the message after an edition was confirmed."""
    answer = LAG_ANSWERS[confirmation.locale, confirmation.answer]
    return _("Noted: “%(answer)s”.", answer=answer)
