"""Limits on what reading one file may cost: time, memory, pages, output."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one file; a file that exceeds one of them is refused.

    `memory_bytes` counts from what the process has mapped before it opens the file.
    OCR is slow: `ocr_time_s` replaces `time_s` where it runs.
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
