"""What is wrong in the content, where, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

_OLD_PLACEHOLDER = re.compile(r"\{(\w+)\}")

Translate = Callable[[str], str]
"""Gives a template in another language."""


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """A sentence in English with named places, and what stands in them.

    The catalog of the site translates `template`; `str()` gives the English.
    """

    template: str
    values: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text(str)

    def text(self, translate: Translate) -> str:
        """Give the sentence, in the language of `translate`.

        So is what it gives as its `reason`, where the catalog knows what the system, or
        a library, says of it (`reasons.py`).
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
    """Make a message. The catalog is filled from the calls to this function."""
    return Message(template, {name: str(value) for name, value in values.items()})


Notify = Callable[[Message], None]
"""Is told what is going on, by what takes long."""

WARNING = message("warning")
_WITH_REMEDY = message("%(what)s: %(remedy)s", what="", remedy="")


class Severity(Enum):
    """Whether something is wrong, or only worth a look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: a path as staff know it, a line, what is wrong, what to do."""

    path: str
    line: int
    what: Message
    remedy: Message
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return self.text(str)

    def text(self, translate: Translate) -> str:
        """Give the whole line, its sentences in the language of `translate`."""
        what, remedy = self.what.text(translate), self.remedy.text(translate)
        if self.severity is Severity.WARNING:
            what = f"{WARNING.text(translate)}: {what}"
        told = Message(_WITH_REMEDY.template, {"what": what, "remedy": remedy})
        return f"{self.path}:{self.line}: {told.text(translate)}"
