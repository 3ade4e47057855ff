"""French typography, applied when fields are read and when a text is displayed.

No-break spaces follow the usage of the Imprimerie nationale: narrow (U+202F) before
; ! ? % € and between thousands, full (U+00A0) before a colon and inside guillemets.
Staff type ordinary spaces; code, addresses and link targets are left as they are.
"""

from __future__ import annotations

import re

from indexer.model.ids import Locale

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"

# Left unchanged: code, link targets, addresses and HTML tags.
_PROTECTED = re.compile(
    r"(```.*?```|`[^`\n]*`|\]\([^)\s]*\)|<[^>\n]*>|https?://\S+)", re.DOTALL
)

# Each pattern begins with the character that it replaces, and checks what precedes by
# look-behind: the regular expression engine then skips most of a text.
_RULES = (
    (re.compile(r"'(?<=\w')(?=\w)"), "’"),
    (re.compile(r"[ \u00a0\u202f](?=[;!?](?:\W|$))(?<=\S.)"), NARROW_NO_BREAK),
    (re.compile(r"[ \u00a0\u202f](?=[%€])(?<=\d.)"), NARROW_NO_BREAK),
    (re.compile(r"[ \u00a0\u202f](?=:(?:\s|$))(?<=[^\s|].)"), NO_BREAK),
    (re.compile(r"«[ \u00a0\u202f]?(?=\S)"), f"«{NO_BREAK}"),
    (re.compile(r"[ \u00a0\u202f](?=»)(?<=\S.)|(?=»)(?<=[^\s\u00a0\u202f])"), NO_BREAK),
    (re.compile(r"[ \u00a0](?=\d{3}(?!\d))(?<=\d.)"), NARROW_NO_BREAK),
    (re.compile(r"[ ](?=\d)(?<=\bn°.)"), NO_BREAK),
)


def typeset(text: str, locale: Locale) -> str:
    """Return a text with the typography of its language."""
    return typeset_french(text) if locale is Locale.FR else text


def typeset_french(text: str) -> str:
    """Return a French text, plain or Markdown, with its spaces and apostrophes."""
    pieces = _PROTECTED.split(text)
    pieces[::2] = map(_typeset, pieces[::2])
    return "".join(pieces)


def _typeset(text: str) -> str:
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
