"""The fields and steps of forms: how each is shown, and the check of an answer."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from wtforms import Form, StringField
from wtforms.validators import ValidationError

from kb.core.mail import MAX_EMAIL, is_email, normalized_email
from kb.web.locale import LazyString

MAX_LINE = 200
MAX_TEXT = 6_000
_SPACES = {"\n", "\t"}


class FieldType(StrEnum):
    """How a field is shown."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    EMAIL = "email"
    CONSENT = "consent"


class AnswerField(StringField):  # type: ignore[misc]  # WTForms has no types
    """A question to a visitor: how it is shown, and the check of the answer.

    `choices` are the values of a choice with their labels. The height of a text and
    what a browser fills in are in `render_kw`.
    """

    def __init__(
        self,
        label: LazyString,
        shown_as: FieldType,
        hint: LazyString | str = "",
        *,
        is_required: bool = False,
        choices: Sequence[tuple[str, LazyString]] = (),
        **options: Any,
    ) -> None:
        super().__init__(label, filters=[self._plain], description=hint, **options)
        self.shown_as, self.is_required, self.choices = shown_as, is_required, choices
        self.render_kw: Mapping[str, object] = options.get("render_kw", {})

    @property
    def max_characters(self) -> int:
        """How long the text may be."""
        return MAX_TEXT if self.shown_as is FieldType.TEXT else MAX_LINE

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002  # named by WTForms
        """Check the answer.

        Raises:
            ValidationError: the answer can't be accepted.
        """
        error = self._error(self.data)
        if error:
            raise ValidationError(error)

    def _plain(self, typed: str | None) -> str:
        """Return a text in one form of Unicode, without control characters."""
        text = unicodedata.normalize(
            "NFC", (typed or "").encode("utf-8", "replace").decode()
        )
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.shown_as is FieldType.EMAIL:
            return normalized_email(text)
        is_long = self.shown_as is FieldType.TEXT
        kept = "".join(
            character
            if character.isprintable() or (is_long and character in _SPACES)
            else " "
            for character in text
        )
        return kept.strip() if is_long else " ".join(kept.split())

    def _error(self, text: str) -> str:
        """Return a sentence for an answer that can't be accepted, else nothing."""
        if self.shown_as is FieldType.CONSENT:
            return (
                ""
                if text == "yes"
                else _("Tick this box: without it we cannot keep it.")
            )
        if not text:
            return self._missing() if self.is_required else ""
        if self.shown_as is FieldType.CHOICE:
            is_known = text in dict(self.choices)
            return "" if is_known else _("Choose one of the answers.")
        if self.shown_as is FieldType.EMAIL:
            is_valid = is_email(text) and len(text) <= MAX_EMAIL
            return (
                ""
                if is_valid
                else _("This is not an e-mail address such as name@example.org.")
            )
        if len(text) > self.max_characters:
            return _(
                "Too long by %(count)s characters: at most %(most)s.",
                count=len(text) - self.max_characters,
                most=self.max_characters,
            )
        return ""

    def _missing(self) -> str:
        if self.shown_as is FieldType.CHOICE:
            return _("Choose one of the answers.")
        return _("Write a few words here.")


@dataclass(frozen=True, slots=True)
class FormStep:
    """A step of a form: a heading and its named fields.

    A step that `has_files` has the field of files too.
    """

    anchor: str
    title: LazyString
    fields: tuple[tuple[str, AnswerField], ...]
    has_files: bool = False
