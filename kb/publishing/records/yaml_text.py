"""Writes fields as staff would type them, with remarks beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable

SPACES = "\u00a0\u202f"


def quoted_yaml(text: str) -> str:
    """Write a text as one YAML value, on one line."""
    plain = "".join(c if c.isprintable() or c in SPACES else " " for c in text)
    plain = "".join(" " if 0xD800 <= ord(c) <= 0xDFFF else c for c in plain)
    return json.dumps(" ".join(plain.split(" ")), ensure_ascii=False)


def listed(values: Iterable[str]) -> str:
    """Write texts as a YAML list, on one line."""
    return f"[{', '.join(quoted_yaml(value) for value in values)}]"


def remark(text: str) -> str:
    """Write a remark, on one line."""
    plain = "".join(c if c.isprintable() or c in SPACES else " " for c in text)
    return f"# {' '.join(plain.split())}".encode("utf-8", "replace").decode()
