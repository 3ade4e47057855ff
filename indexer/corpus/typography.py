"""French typography, applied when fields are read and when a text is displayed.

No-break spaces follow the usage of the Imprimerie nationale: narrow (U+202F) before
; ! ? % € and between thousands, full (U+00A0) before a colon and inside guillemets.
Staff type ordinary spaces; code, addresses and link targets are left as they are.
"""

import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.model.ids import Locale

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"

# Left unchanged: code, link targets, addresses and HTML tags.
_PROTECTED = re.compile(
    r"```.*?```|`[^`\n]*`|\]\([^()\s]*\)|<[^<>\n]*>|https?://[^\s»]+|\ufffc", re.DOTALL
)
_STAND_IN = "\ufffc"
"""The sign that takes the place of what is left unchanged: a space may follow it."""

# Each pattern begins with the character that it replaces, and checks what precedes by
# look-behind: the regular expression engine then skips most of a text.
_RULES = (
    (re.compile(r"'(?<=\w')(?=\w)"), "’"),
    (re.compile(r"'(?:(?<=\b[CcDdJjLlMmNnSsTt]')|(?<=[Qq]u'))(?=[«[*_\ufffc])"), "’"),
    (re.compile(r"[ \u00a0\u202f](?=[;!?](?:\W|$))(?<=\S.)"), NARROW_NO_BREAK),
    (re.compile(r"[ \u00a0\u202f](?=[%€])(?<=\d.)"), NARROW_NO_BREAK),
    (re.compile(r"[ \u00a0\u202f](?=:(?:\s|$))(?<=[^\s|].)"), NO_BREAK),
    (re.compile(r"«[ \u00a0\u202f]*(?=\S)"), f"«{NO_BREAK}"),
    (
        re.compile(
            r"[ \u00a0\u202f](?<![ \u00a0\u202f].)[ \u00a0\u202f]*(?=»)"
            r"|(?=»)(?<=[^\s\u00a0\u202f])"
        ),
        NO_BREAK,
    ),
    (re.compile(r"[ \u00a0](?=\d{3}(?!\d))(?<=\d.)"), NARROW_NO_BREAK),
    (re.compile(r"[ ](?=\d)(?<=\bn°.)"), NO_BREAK),
)

_QUOTED = re.compile(r"«[^«»]*»|&#?\w+;")
_MISSING_SPACE = re.compile(
    r"[;!?](?<=[^\W_].|[)»*_\ufffc].)(?=\W|$)|:(?<=[\w)»*\ufffc].)(?=\s|$)"
)
_STRAIGHT = re.compile(r"\"(?<!\d.)|'")
_WORD = re.compile(r"\S+")
_MAX_WORD = 40


@dataclass(frozen=True, slots=True)
class TypographyFault:
    """A sign of a French text that typesetting can't correct, with its word."""

    text: str
    start: int
    is_straight: bool


def typeset(text: str, locale: Locale) -> str:
    """Return a text with the typography of its language."""
    return typeset_french(text) if locale is Locale.FR else text


def typeset_french(text: str) -> str:
    """Return a French text, plain or Markdown, with its spaces and apostrophes."""
    protected = _PROTECTED.findall(text)
    if not protected:
        return _typeset(text)
    pieces = _typeset(_PROTECTED.sub(_STAND_IN, text)).split(_STAND_IN)
    return pieces[0] + "".join(map(operator.add, protected, pieces[1:]))


def french_faults(text: str) -> Iterator[TypographyFault]:
    """Yield the signs of a French text without their space, and the straight quotes.

    Titles in other languages stand in guillemets, where a space may be missing.
    """
    plain = _PROTECTED.sub(_same_length, text)
    for apostrophe, replacement in _RULES[:2]:
        plain = apostrophe.sub(replacement, plain)
    unquoted = _QUOTED.sub(_same_length, plain)
    for pattern, read in ((_MISSING_SPACE, unquoted), (_STRAIGHT, plain)):
        for match in pattern.finditer(read):
            word = _word_at(text, *match.span())
            yield TypographyFault(word, match.start(), pattern is _STRAIGHT)


def _same_length(match: re.Match[str]) -> str:
    return re.sub(".", _STAND_IN, match[0])


def _word_at(text: str, start: int, end: int) -> str:
    """Return the signs and letters around a position, as far as the next spaces."""
    first = max(0, start - _MAX_WORD)
    words = (each.span() for each in _WORD.finditer(text, first, end + _MAX_WORD))
    return next(text[a:b] for a, b in words if a <= start < b)


def _typeset(text: str) -> str:
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
