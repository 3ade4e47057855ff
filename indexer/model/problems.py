"""Messages for people, and the problems of the content: where, what, what to do."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum

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

    def with_values(self, values: dict[str, object]) -> "Message":
        """Return the message with more values."""
        texts = {name: str(value) for name, value in values.items()}
        return Message(self.template, self.values | texts)


def stored_message(template: str, values: dict[str, str]) -> Message:
    """Return a message that was stored as JSON.

    Before version 0.2 the placeholders of a template were written `{name}`.
    """
    return Message(_OLD_PLACEHOLDER.sub(r"%(\1)s", template), values)


def message(template: str, **values: object) -> Message:
    """Make a message; Babel extracts the templates from the calls to this function."""
    return Message(template).with_values(values)


Notify = Callable[[Message], None]
"""Receives progress messages of long work."""

_AS_WARNING = message("warning: %(what)s")
_WITH_REMEDY = message("%(what)s: %(remedy)s")


class ProblemCode(Enum):
    """The kinds of problems, each with the sentence and the remedy that people read."""

    # The fields of a YAML mapping.
    MISSING_FIELD = (
        message("the field '%(name)s' is missing or empty"),
        message("add a line that begins with %(name)s:"),
    )
    UNKNOWN_FIELD = (
        message("the field '%(name)s' is unknown"),
        message("remove it, or choose one of: %(names)s"),
    )
    REPEATED_FIELD = (
        message("the field '%(name)s' appears twice"),
        message("keep one of them"),
    )
    EXPECTED_VALUE = (
        message("'%(name)s' must be one value, not a list"),
        message("write it on one line, after the colon"),
    )
    EXPECTED_LIST = (
        message("'%(name)s' must be a list"),
        message("put the values in square brackets: %(name)s: [one, two]"),
    )
    UNKNOWN_VALUE = (
        message("'%(text)s' is not a value of '%(name)s'"),
        message("choose one of: %(options)s"),
    )
    REPEATED_VALUE = (
        message("'%(text)s' appears twice in '%(name)s'"),
        message("keep one of them"),
    )
    INVALID_ITEM = (
        message("an item of '%(name)s' is not a plain value"),
        message("write one word or sentence per item"),
    )
    ITEM_WITHOUT_FIELDS = (
        message("an item of '%(name)s' has no fields"),
        message("write it as %(example)s", example="{value: …, label: …}"),
    )
    MISSING_CRITERION = (
        message("the assessment does not answer the criterion '%(criterion)s'"),
        message("add an item with criterion: %(criterion)s"),
    )
    REPEATED_CRITERION = (
        message("the assessment answers the criterion '%(criterion)s' twice"),
        message("keep one of the two answers"),
    )
    INVALID_DATE = (
        message("'%(text)s' is not a date"),
        message("write a day 2018-10-30, a month 2018-10 or a year 2018"),
    )
    INVALID_DAY = (
        message("'%(text)s' is not a date"),
        message("write a day, such as 2018-10-30"),
    )
    INVALID_PERIOD = (
        message("'end_date' is before 'date', or there is no 'date'"),
        message("write both, the earlier one as 'date'"),
    )
    INVALID_NUMBER = (
        message("'%(text)s' is not a whole number"),
        message("write digits only, such as 48"),
    )
    INVALID_COORDINATE = (
        message("'%(text)s' is not a number of degrees"),
        message("write a decimal number between -%(limit)s and %(limit)s"),
    )
    INVALID_REFERENCE = (
        message("'%(text)s' cannot be the name of a record"),
        message("write the name of a folder of documents/%(folder)s/"),
    )
    TEXT_TOO_LONG = (
        message("'%(name)s' has %(count)s characters"),
        message("shorten it to %(maximum)s"),
    )
    UNPRINTABLE_CHARACTER = (
        message(
            "'%(name)s' contains the character %(character)s, which cannot be shown"
        ),
        message("remove it, or replace it with a space"),
    )
    FILE_WITHOUT_FIELDS = (
        message("the file has no fields"),
        message("write one field per line: %(names)s"),
    )

    # One record.
    WRONG_ID = (
        message("the id '%(id)s' is not the name of the folder"),
        message("write id: %(slug)s, or rename the folder"),
    )
    ALL_WITH_OTHER_THEMES = (
        message("'all' is used with other themes"),
        message("keep 'all' alone, or name the themes and remove it"),
    )
    INVALID_PAGE_ADDRESS = (
        message("'%(url)s' is not the address of a page"),
        message("begin with https://, as in the address bar of a browser"),
    )
    INVALID_ADDRESS = (
        message("the source '%(url)s' is not an address"),
        message(
            "begin with https://, or give it a name: %(example)s",
            example="{fr: …, en: …}",
        ),
    )
    INVALID_LANGUAGE_CODE = (
        message("'%(text)s' is not the code of a language"),
        message("write its code of ISO 639, such as it for Italian, or und if unknown"),
    )
    UNLISTED_LANGUAGE = (
        message("'%(text)s' is in no list of languages"),
        message("write its code of ISO 639, such as it for Italian, or und if unknown"),
    )
    UNLISTED_LICENCE = (
        message("'%(text)s' is not a licence of the list of SPDX"),
        message("write its identifier, such as CC-BY-4.0, or unknown"),
    )
    INVALID_IDENTIFIER = (
        message("'%(text)s' is not an ORCID or ROR: its check digits are wrong"),
        message("copy it again from orcid.org or ror.org, or remove it"),
    )
    UNKNOWN_INFERRED_FIELD = (
        message("'%(name)s' in 'inferred' is not a field of this record"),
        message("write the name of a field of this file"),
    )
    MISSING_RECORD_FILE = (
        message("the file is missing"),
        message("write it as documents/README.md explains, or remove the folder"),
    )
    RECORD_WITHOUT_FIELDS = (
        message("the file has no fields"),
        message("write one field per line, such as id: %(slug)s"),
    )
    INVALID_FOLDER_NAME = (
        message("the folder '%(name)s' cannot be an id"),
        message("rename it: lower-case letters, digits, hyphens and points"),
    )
    STRAY_FILE = (
        message("the file '%(name)s' has no place here"),
        message("put an original into files/, or remove it"),
    )

    # The text of one language.
    MISSING_TEXT = (
        message("the record has no text, in French or in English"),
        message("write it in one of the two languages"),
    )
    MISSING_EDITION = (
        message("the edition is missing"),
        message("write it; until then the page shows the other language"),
    )
    MISSING_FRONT_MATTER = (
        message("there is no front matter"),
        message("begin with a line ---, then title: and summary:, then a line ---"),
    )
    EMPTY_FRONT_MATTER = (
        message("the front matter has no fields"),
        message("write title: and summary:, one per line"),
    )
    INVALID_YAML = (
        message("the fields cannot be read (%(reason)s)"),
        message(
            "put quotation marks around a value that contains a colon or begins with "
            "a special character; align the lines"
        ),
    )
    NESTED_TOO_DEEPLY = (
        message("lists, quotations or tags are nested too deeply"),
        message("remove the unnecessary ones"),
    )
    TOO_MANY_FOOTNOTES = (
        message("there are more than %(count)s references to footnotes"),
        message("remove some: until then they are shown as they are typed"),
    )
    FIGURE_COUNT = (
        message("there are %(count)s figures"),
        message("write two or four: they are shown side by side"),
    )
    INVALID_TEXT_LINK = (
        message("the link '%(link)s' leads nowhere"),
        message("write folder/id, such as events/w4, or a full address"),
    )

    # Originals and quotations.
    INVALID_FILE_NAME = (
        message("'%(name)s' is not the name of a file in files/"),
        message("write its name alone, without a folder"),
    )
    INVALID_SHA256 = (
        message("'%(text)s' is not a SHA-256"),
        message("write the 64 letters and digits that sha256sum prints"),
    )
    REPEATED_FILE = (
        message("the file '%(name)s' is listed twice"),
        message("keep one of them"),
    )
    MISSING_FILE = (
        message("the file '%(name)s' is listed but missing"),
        message("put it into files/, or remove it from the list"),
    )
    CHANGED_FILE = (
        message("the file '%(name)s' has changed"),
        message(
            "put the original back, or write sha256: %(sha256)s if it was replaced "
            "on purpose; until then it is neither shown nor searched"
        ),
    )
    UNLISTED_FILE = (
        message("the file '%(name)s' is not listed in record.yaml"),
        message(
            "add it to 'files' with its sha256, or remove it; until then it is "
            "neither shown nor searched"
        ),
    )
    FILE_WITHOUT_TEXT = (
        message("the text of the file cannot be read (%(reason)s)"),
        message(
            "replace it with one that has text; until then it is shown, "
            "but not searched"
        ),
    )
    LOST_QUOTATION = (
        message("the quotation “%(words)s” is not in '%(file)s'"),
        message("quote the file word for word, or remove the quotation"),
    )
    WRONG_QUOTATION_PAGE = (
        message("the quotation “%(words)s” is not on page %(page)s of '%(file)s'"),
        message("write page: %(page)s"),
    )
    FILE_WITHOUT_PAGES = (
        message("the quotation “%(words)s” is not on page %(page)s of '%(file)s'"),
        message("remove the page: this file has none"),
    )
    UNKNOWN_QUOTED_FILE = (
        message("the quotation is from '%(file)s', which is not a file of %(target)s"),
        message(
            "write the name of a file that its record lists, or remove the quotation"
        ),
    )

    # Records compared with one another.
    DUPLICATE_ID = (
        message("the id '%(id)s' is already used by %(path)s"),
        message("give each record its own id, the name of its folder"),
    )
    FORMER_ID_IN_USE = (
        message("the former id %(former)s is the id of a record that exists"),
        message("remove the former id, or delete that record"),
    )
    RETIRED_ID = (
        message("the id '%(id)s' is a former id of %(target)s"),
        message("give the record another id: this address leads to %(target)s"),
    )
    FORMER_ID_CLAIMED_TWICE = (
        message("the former id %(former)s is also claimed by %(path)s"),
        message("keep it in one of the two records: its address can lead to one only"),
    )
    UNKNOWN_THEME = (
        message("the theme '%(theme)s' is unknown"),
        message("choose one of: %(themes)s"),
    )
    UNKNOWN_PLACE = (
        message("the place '%(place)s' is unknown"),
        message("add it to %(path)s, or correct the name"),
    )
    DANGLING_LINK = (
        message("'%(field)s' links to %(target)s, which does not exist"),
        message("correct the id, or remove it"),
    )
    DANGLING_TEXT_LINK = (
        message("the link '%(link)s' leads nowhere"),
        message("correct the id, or remove it"),
    )
    UNLINKED_RECORD = (
        message("this record has no link to or from another record"),
        message("link it to an event, a need, a practice or a theme"),
    )
    UNUSED_PRACTICE = (
        message("no need and no recommendation points to this practice"),
        message("add it to the practices of a need or a recommendation"),
    )
    UNUSED_TERM = (
        message("no other record uses this term"),
        message("use it, link to it, or ask whether the glossary needs it"),
    )

    # The editions of a record compared, and how they are written.
    NUMBER_IN_ONE_EDITION = (
        message("the number “%(number)s”, of “%(sentence)s”, is in this language only"),
        message(
            "correct one of the two texts; if both are right, add %(value)s to "
            "'checked'"
        ),
    )
    LINK_IN_ONE_EDITION = (
        message("the link to %(link)s is in this language only"),
        message(
            "add it to the other, or remove it; if both are right, add %(link)s to "
            "'checked'"
        ),
    )
    EDITION_BEHIND = (
        message(
            "this text was last changed on %(older)s, the other language on %(newer)s"
        ),
        message(
            "translate what changed; if nothing is to translate, say so on the page "
            "of the record, or add %(newer)s to 'checked'"
        ),
    )
    MACHINE_TEXT_UNREAD = (
        message("a machine translated “%(text)s”, and nobody has read it yet"),
        message("read it, then press “I have read it, it is right”, or correct it"),
    )
    GUESS_UNCHECKED = (
        message("nobody has checked what the program put into '%(name)s'"),
        message(
            "correct it, or if it is right, delete the comment above it that asks to "
            "check it"
        ),
    )
    LONG_TITLE = (
        message("the title “%(title)s” has %(count)s words"),
        message("shorten it to %(limit)s words or fewer"),
    )
    OLD_HELP_LINE = (
        message("nobody has checked the help line “%(name)s” since %(date)s"),
        message("read its page again, then change 'checked'"),
    )
    OLD_NEWS = (
        message(
            "the last news is of %(date)s; months left until pages say that there is "
            "none: %(months)s"
        ),
        message(
            "look for a newer source, then change 'last_news' and 'last_news_source'"
        ),
    )
    WORKED_WITHOUT_PROOF = (
        message(
            "'worked' needs an evaluation with a comparison, by somebody other than "
            "the body itself"
        ),
        message(
            "change 'result' to 'mixed', or correct 'evidence' and 'evaluation_by'"
        ),
    )
    MISSING_SPACE = (
        message("a space is missing in “%(word)s”"),
        message(
            "write an ordinary space before : ; ! ? in French; if it is right, add "
            "%(word)s to 'checked'"
        ),
    )
    STRAIGHT_QUOTE = (
        message("“%(word)s” has a straight quotation mark or apostrophe"),
        message("write « and », or ’; if it is right, add %(word)s to 'checked'"),
    )

    # The names of glossary terms.
    REPEATED_NAME = (
        message("“%(term)s” is also a name of %(target)s"),
        message(
            "keep it in one of the two terms; if both are right, add %(term)s to "
            "'checked'"
        ),
    )
    MISLEADING_VARIANT = (
        message(
            "a search with the variant “%(term)s” finds “%(word)s” in the other "
            "language, a word with another meaning"
        ),
        message(
            "remove the variant, or add a word to it; if it is right, add %(term)s to "
            "'checked'"
        ),
    )

    # Files and folders.
    UNREADABLE_FILE = (
        message("the file cannot be read (%(reason)s)"),
        message("check that it exists and that its permissions allow reading"),
    )
    NOT_A_PLAIN_FILE = (
        message("the file is a symbolic link, or not a regular file"),
        message("put the file itself in its place"),
    )
    FILE_TOO_LARGE = (
        message("the file is larger than %(size)s bytes"),
        message("keep only text here, and put documents into files/"),
    )
    NOT_UTF8 = (
        message("the file is not in UTF-8 (byte %(byte)s)"),
        message("save it again, choosing the encoding UTF-8"),
    )
    NULL_CHARACTER = (
        message("the file contains a null character: it is not plain text"),
        message("save it again as plain text in UTF-8"),
    )
    UNREADABLE_FOLDER = (
        message("the folder cannot be read (%(reason)s)"),
        message("check that it exists and that its permissions allow reading"),
    )
    READING_FAILED = (
        message("the program failed while reading this record (%(reason)s)"),
        message(
            "undo the last change of the record, and report the failure, which is a "
            "defect of the program"
        ),
    )
    INDEXING_FAILED = (
        message("the program failed while indexing this record (%(reason)s)"),
        message(
            "undo the last change of the record, and report the failure, which is a "
            "defect of the program"
        ),
    )
    UNKNOWN_KIND_FOLDER = (
        message("'%(name)s' is not a kind of record"),
        message("move it into one of: %(folders)s"),
    )
    INVALID_KIND_FOLDER = (
        message("this is not a readable folder"),
        message("make it a folder that contains one folder per record"),
    )

    # The files that belong to no record: places.yaml, lexicon.yaml and others.
    INVALID_PLACE = (
        message("the place '%(slug)s' cannot be read"),
        message(
            "write it like the other places: a name in lower case, then the fields"
        ),
    )
    INVALID_LEXICON = (
        message("the pairs of words cannot be read"),
        message("write two lists, 'always:' and 'never:'"),
    )
    NOT_ONE_WORD = (
        message("'%(word)s' is not one word"),
        message("add an expression to the glossary, as a term or a variant"),
    )

    INVALID_HELP_LINES = (
        message("the help lines cannot be read"),
        message(
            "write a list 'help_lines:' of entries with 'id', 'country', 'name', "
            "'for', 'number' or 'url', 'hours', 'source' and 'checked'"
        ),
    )
    INVALID_PROPOSALS = (
        message("the proposed assessments cannot be read"),
        message(
            "write the id of a practice or recommendation that exists, such as "
            "practices/tilburg-whatsapp, and a list of answers below it"
        ),
    )
    INVALID_CURATIONS = (
        message("the records put first or left out cannot be read"),
        message(
            "write two lists, 'first:' and 'hidden:', of entries with 'query', "
            "'record', 'reason', 'by' and 'date'"
        ),
    )

    INVALID_JUDGEMENTS = (
        message("the judged queries cannot be read"),
        message(
            "write a list of entries with 'id', 'text', 'locale', 'type' and 'grades'"
        ),
    )

    def __reduce_ex__(self, _protocol: object) -> tuple[object, ...]:
        """Pickle the name: messages with the same text are not equal."""
        return getattr, (ProblemCode, self.name)

    def at(self, path: str, line: int = 1, /, **values: object) -> "Problem":
        """Return this problem in a file, with the values of its two templates."""
        what, remedy = (each.with_values(values) for each in self.value)
        return Problem(path, line, self, what, remedy)


_WARNINGS = frozenset(
    {
        ProblemCode.MISSING_EDITION,
        ProblemCode.FILE_WITHOUT_TEXT,
        ProblemCode.UNLINKED_RECORD,
        ProblemCode.UNLISTED_LANGUAGE,
        ProblemCode.UNLISTED_LICENCE,
        ProblemCode.UNUSED_PRACTICE,
        ProblemCode.UNUSED_TERM,
        ProblemCode.NUMBER_IN_ONE_EDITION,
        ProblemCode.LINK_IN_ONE_EDITION,
        ProblemCode.EDITION_BEHIND,
        ProblemCode.LONG_TITLE,
        ProblemCode.OLD_NEWS,
        ProblemCode.OLD_HELP_LINE,
        ProblemCode.WORKED_WITHOUT_PROOF,
        ProblemCode.MISSING_SPACE,
        ProblemCode.STRAIGHT_QUOTE,
        ProblemCode.REPEATED_NAME,
        ProblemCode.MISLEADING_VARIANT,
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
    def is_warning(self) -> bool:
        """Whether the content may be right as it is."""
        return self.code in _WARNINGS

    def text(self, translate: Translate) -> str:
        """Return the line `path:line: what: remedy`, its sentences translated."""
        what, remedy = self.what.text(translate), self.remedy.text(translate)
        if self.is_warning:
            what = _AS_WARNING.with_values({"what": what}).text(translate)
        sentence = _WITH_REMEDY.with_values({"what": what, "remedy": remedy})
        return f"{self.path}:{self.line}: {sentence.text(translate)}"


def errors_among(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems that are not warnings."""
    return tuple(problem for problem in problems if not problem.is_warning)


def errors_first(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems in their order, the warnings after all errors."""
    return sorted(problems, key=lambda each: each.is_warning)
