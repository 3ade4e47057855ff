"""OCR of scanned pages by tesseract, where it is installed."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Sequence

import pypdfium2 as pdfium

from indexer.model.document import Block
from indexer.readers.plain_text import decode, text_blocks

_DPI = 300
_POINTS_PER_INCH = 72
_MAX_PIXELS = 40_000_000
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
_LANGUAGES = ("fra", "eng")
_HYPHENATED = re.compile(r"(?<=[a-zà-ÿ])-\n(?=[a-zà-ÿ])")


def _installed_languages(tesseract: str) -> tuple[str, ...]:
    """Return those of our languages that tesseract has models for."""
    process = subprocess.run(  # noqa: S603 - a path that the caller has looked up
        [tesseract, "--list-langs"],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=_ENVIRONMENT,
    )
    listed = decode(process.stdout + process.stderr).split()
    return tuple(name for name in _LANGUAGES if name in listed)


def recognised_blocks(
    file: pdfium.PdfDocument, numbers: Sequence[int], tesseract: str
) -> list[Block]:
    """Recognise the pages with these numbers into blocks."""
    languages = _installed_languages(tesseract)
    blocks: list[Block] = []
    for number in numbers:
        page = file[number - 1]
        text = _HYPHENATED.sub("", _recognise(page, tesseract, languages))
        page.close()
        # A line without letters or digits is dirt, or the edge of the paper.
        blocks += (
            block
            for block in text_blocks(text, number, is_wrapped=True)
            if any(map(str.isalnum, block.text))
        )
    return blocks


def _recognise(page: pdfium.PdfPage, tesseract: str, languages: Sequence[str]) -> str:
    """Return the text of a page as tesseract recognises it; "" when it fails."""
    png = io.BytesIO()
    image = page.render(scale=_scale(page), grayscale=True).to_pil()
    image.save(png, "PNG", dpi=(_DPI, _DPI))
    options = ["-l", "+".join(languages)] if languages else []
    process = subprocess.run(  # noqa: S603 - a path that the caller has looked up
        [tesseract, "stdin", "stdout", *options, "--psm", "1"],
        input=png.getvalue(),
        capture_output=True,
        check=False,
        env=_ENVIRONMENT,
    )
    return decode(process.stdout) if process.returncode == 0 else ""


def _scale(page: pdfium.PdfPage) -> float:
    """Return the scale for 300 dpi, or less where the picture would be too large."""
    scale = _DPI / _POINTS_PER_INCH
    pixels = page.get_width() * page.get_height() * scale * scale
    return float(scale * min(1.0, (_MAX_PIXELS / max(1.0, pixels)) ** 0.5))
