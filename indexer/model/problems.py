"""Messages for people, and the problems of the content: where, what, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, StrEnum

_OLD_PLACEHOLDER = re.compile(r"\{(\w+)\}")

Translate = Callable[[str], str]
"""Returns a template in another language."""


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """An English template with `%(name)s` placeholders, and their values.

    The catalog of the site translates `template`; `str()` returns the English text.
    """

    template: str
    values: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text(str)

    def text(self, translate: Translate) -> str:
        """Return the text in the language of `translate`.

        The value `reason` is translated too: `system_messages.py` lists the sentences
        of systems and libraries that the catalog contains.
        """
        values = self.values
        if reason := values.get("reason"):
            values = {**values, "reason": translate(reason)}
        text = translate(self.template)
        return text % values if values else text


def stored_message(template: str, values: dict[str, str]) -> Message:
    """Return a message that was stored as JSON.

    Before version 0.2 the placeholders of a template were written `{name}`.
    """
    return Message(_OLD_PLACEHOLDER.sub(r"%(\1)s", template), values)


def message(template: str, **values: object) -> Message:
    """Make a message; Babel extracts the templates from the calls to this function."""
    return Message(template, {name: str(value) for name, value in values.items()})


Notify = Callable[[Message], None]
"""Receives progress messages of long work."""

WARNING = message("warning")
_WITH_REMEDY = message("%(what)s: %(remedy)s", what="", remedy="")


class ProblemCode(StrEnum):
    """The kind of a problem; code compares these and never the sentences."""

    # The fields of a YAML mapping.
    MISSING_FIELD = "missing-field"
    UNKNOWN_FIELD = "unknown-field"
    REPEATED_FIELD = "repeated-field"
    EXPECTED_VALUE = "expected-value"
    EXPECTED_LIST = "expected-list"
    UNKNOWN_VALUE = "unknown-value"
    REPEATED_VALUE = "repeated-value"
    INVALID_ITEM = "invalid-item"
    ITEM_WITHOUT_FIELDS = "item-without-fields"
    INVALID_DATE = "invalid-date"
    INVALID_DAY = "invalid-day"
    INVALID_PERIOD = "invalid-period"
    INVALID_NUMBER = "invalid-number"
    INVALID_COORDINATE = "invalid-coordinate"
    INVALID_REFERENCE = "invalid-reference"

    # One record.
    WRONG_ID = "wrong-id"
    ALL_WITH_OTHER_THEMES = "all-with-other-themes"
    INVALID_ADDRESS = "invalid-address"
    UNKNOWN_INFERRED_FIELD = "unknown-inferred-field"
    MISSING_RECORD_FILE = "missing-record-file"
    RECORD_WITHOUT_FIELDS = "record-without-fields"
    INVALID_FOLDER_NAME = "invalid-folder-name"
    STRAY_FILE = "stray-file"

    # The text of one language.
    MISSING_TEXT = "missing-text"
    MISSING_EDITION = "missing-edition"
    MISSING_FRONT_MATTER = "missing-front-matter"
    EMPTY_FRONT_MATTER = "empty-front-matter"
    INVALID_YAML = "invalid-yaml"
    NESTED_TOO_DEEPLY = "nested-too-deeply"
    FIGURE_COUNT = "figure-count"
    INVALID_TEXT_LINK = "invalid-text-link"

    # Originals and quotations.
    INVALID_FILE_NAME = "invalid-file-name"
    INVALID_SHA256 = "invalid-sha256"
    REPEATED_FILE = "repeated-file"
    MISSING_FILE = "missing-file"
    CHANGED_FILE = "changed-file"
    UNLISTED_FILE = "unlisted-file"
    FILE_WITHOUT_TEXT = "file-without-text"
    LOST_QUOTATION = "lost-quotation"
    WRONG_QUOTATION_PAGE = "wrong-quotation-page"
    FILE_WITHOUT_PAGES = "file-without-pages"
    UNKNOWN_QUOTED_FILE = "unknown-quoted-file"

    # Records compared with one another.
    DUPLICATE_ID = "duplicate-id"
    UNKNOWN_THEME = "unknown-theme"
    UNKNOWN_PLACE = "unknown-place"
    DANGLING_LINK = "dangling-link"
    DANGLING_TEXT_LINK = "dangling-text-link"
    UNLINKED_RECORD = "unlinked-record"
    UNUSED_PRACTICE = "unused-practice"
    UNUSED_TERM = "unused-term"

    # Files and folders.
    UNREADABLE_FILE = "unreadable-file"
    NOT_A_PLAIN_FILE = "not-a-plain-file"
    FILE_TOO_LARGE = "file-too-large"
    NOT_UTF8 = "not-utf8"
    NULL_CHARACTER = "null-character"
    UNREADABLE_FOLDER = "unreadable-folder"
    UNKNOWN_KIND_FOLDER = "unknown-kind-folder"
    INVALID_KIND_FOLDER = "invalid-kind-folder"

    # places.yaml and lexicon.yaml.
    INVALID_PLACE = "invalid-place"
    INVALID_LEXICON = "invalid-lexicon"
    NOT_ONE_WORD = "not-one-word"


class Severity(Enum):
    """Whether a problem must be corrected, or may be right as it is."""

    ERROR = "error"
    WARNING = "warning"


_WARNINGS = frozenset(
    {
        ProblemCode.MISSING_EDITION,
        ProblemCode.FILE_WITHOUT_TEXT,
        ProblemCode.UNLINKED_RECORD,
        ProblemCode.UNUSED_PRACTICE,
        ProblemCode.UNUSED_TERM,
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: path and line of the file, kind, what is wrong, what to do."""

    path: str
    line: int
    code: ProblemCode
    what: Message
    remedy: Message

    def __str__(self) -> str:
        return self.text(str)

    @property
    def severity(self) -> Severity:
        """`WARNING` when the content may be right as it is."""
        return Severity.WARNING if self.code in _WARNINGS else Severity.ERROR

    def text(self, translate: Translate) -> str:
        """Return the line `path:line: what: remedy`, its sentences translated."""
        what, remedy = self.what.text(translate), self.remedy.text(translate)
        if self.severity is Severity.WARNING:
            what = f"{WARNING.text(translate)}: {what}"
        sentence = Message(_WITH_REMEDY.template, {"what": what, "remedy": remedy})
        return f"{self.path}:{self.line}: {sentence.text(translate)}"


def errors_among(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems that are not warnings."""
    return tuple(each for each in problems if each.severity is Severity.ERROR)


def errors_first(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems in their order, the warnings after all errors."""
    return sorted(problems, key=lambda each: each.severity is Severity.WARNING)
