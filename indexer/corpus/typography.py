"""French typography, set once when a text is read.

No-break spaces follow the usage of the Imprimerie nationale: narrow (U+202F) before
; ! ? % € and between thousands, full (U+00A0) before a colon and inside guillemets.
Staff type ordinary spaces; code, addresses and link targets are left as they are.
"""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"

# What must not change: code, link targets, addresses, HTML tags and front matter keys.
_PROTECTED = re.compile(
    r"```.*?```|`[^`\n]*`|\]\([^)\s]*\)|<[^>\n]*>|https?://\S+", re.DOTALL
)

_RULES = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"(?<=\S)[ \u00a0\u202f](?=[;!?](?:\W|$))"), NARROW_NO_BREAK),
    (re.compile(r"(?<=\d)[ \u00a0\u202f](?=[%€])"), NARROW_NO_BREAK),
    (re.compile(r"(?<=[^\s|])[ \u00a0\u202f](?=:(?:\s|$))"), NO_BREAK),
    (re.compile(r"«[ \u00a0\u202f]?(?=\S)"), f"«{NO_BREAK}"),
    (re.compile(r"(?<=\S)[ \u00a0\u202f]?»"), f"{NO_BREAK}»"),
    (re.compile(r"(?<=\d)[ \u00a0](?=\d{3}(?!\d))"), NARROW_NO_BREAK),
    (re.compile(r"(?<=\bn°)[ ](?=\d)"), NO_BREAK),
)


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
