"""French typography, set when fields are read, and when a text is about to be used.

No-break spaces follow the usage of the Imprimerie nationale: narrow (U+202F) before
; ! ? % € and between thousands, full (U+00A0) before a colon and inside guillemets.
Staff type ordinary spaces; code, addresses and link targets are left as they are.
"""

from __future__ import annotations

import re

from indexer.model.ids import Locale

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"

# What must not change: code, link targets, addresses, HTML tags and front matter keys.
_PROTECTED = re.compile(
    r"```.*?```|`[^`\n]*`|\]\([^)\s]*\)|<[^>\n]*>|https?://\S+", re.DOTALL
)

# Each begins with what it changes, not with what stands before: so most of a text is
# passed over at once.
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
    """Set a text by the usage of its language."""
    return typeset_french(text) if locale is Locale.FR else text


def typeset_french(text: str) -> str:
    """Set the spaces and apostrophes of a French text, Markdown included."""
    pieces: list[str] = []
    position = 0
    for protected in _PROTECTED.finditer(text):
        pieces += [_typeset(text[position : protected.start()]), protected.group()]
        position = protected.end()
    pieces.append(_typeset(text[position:]))
    return "".join(pieces)


def _typeset(text: str) -> str:
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
