"""How much a file may cost to read: time, memory, pages, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What the reading of one file may take; past it, the file is refused.

    `memory_bytes` is what a reader may take beyond what its process had at the start.
    Recognising the letters of scanned pages is slow, and has a time of its own.
    """

    time_s: float = 120.0
    ocr_time_s: float = 1800.0
    memory_bytes: int = 1024 * MEBIBYTE
    output_bytes: int = 64 * MEBIBYTE
    file_bytes: int = 512 * MEBIBYTE
    expanded_bytes: int = 400 * MEBIBYTE
    expanded_ratio: int = 200
    pages: int = 5000


DEFAULT_LIMITS = Limits()
