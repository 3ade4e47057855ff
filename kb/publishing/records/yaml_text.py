"""Writes YAML values and comments on one line."""

from __future__ import annotations

import json
from collections.abc import Iterable

from indexer.model.problems import Message, Translate

SPACES = "\u00a0\u202f"


def quoted_yaml(text: str) -> str:
    """Return a text as a quoted YAML scalar."""
    plain = "".join(c if c.isprintable() or c in SPACES else " " for c in text)
    plain = "".join(" " if 0xD800 <= ord(c) <= 0xDFFF else c for c in plain)
    return json.dumps(" ".join(plain.split(" ")), ensure_ascii=False)


def listed(values: Iterable[str]) -> str:
    """Return texts as a YAML flow sequence."""
    return f"[{', '.join(quoted_yaml(value) for value in values)}]"


def remark(text: Message, translate: Translate) -> str:
    """Return a message as a YAML comment."""
    words = text.text(translate)
    plain = "".join(c if c.isprintable() or c in SPACES else " " for c in words)
    return f"# {' '.join(plain.split())}".encode("utf-8", "replace").decode()
