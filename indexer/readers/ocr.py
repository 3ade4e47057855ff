"""Recognises the letters of scanned pages, where tesseract is installed."""

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
_MOST_PIXELS = 40_000_000
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
_LANGUAGES = ("fra", "eng")
_CUT = re.compile(r"(?<=[a-zà-ÿ])-\n(?=[a-zà-ÿ])")


def installed_languages(tesseract: str) -> tuple[str, ...]:
    """Give those of our languages that the program knows."""
    listed = subprocess.run(  # noqa: S603 - the program that the caller found
        [tesseract, "--list-langs"],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=_ENVIRONMENT,
    )
    known = decode(listed.stdout + listed.stderr).split()
    return tuple(name for name in _LANGUAGES if name in known)


def recognised_blocks(
    file: pdfium.PdfDocument, numbers: Sequence[int], tesseract: str
) -> list[Block]:
    """Recognise pages, told by their numbers, into blocks."""
    languages = installed_languages(tesseract)
    blocks: list[Block] = []
    for number in numbers:
        page = file[number - 1]
        text = _CUT.sub("", recognise(page, tesseract, languages))
        page.close()
        # A line of signs is a smudge, or the edge of the paper.
        blocks += (
            block
            for block in text_blocks(text, number, is_wrapped=True)
            if any(map(str.isalnum, block.text))
        )
    return blocks


def recognise(page: pdfium.PdfPage, tesseract: str, languages: Sequence[str]) -> str:
    """Give the text of a page as tesseract sees it; nothing when it fails."""
    picture = io.BytesIO()
    scale = _scale(page)
    image = page.render(scale=scale, grayscale=True).to_pil()
    image.save(picture, "PNG", dpi=(_DPI, _DPI))
    known = "+".join(languages)
    options = ["-l", known] if known else []
    done = subprocess.run(  # noqa: S603 - the program that the caller found
        [tesseract, "stdin", "stdout", *options, "--psm", "1"],
        input=picture.getvalue(),
        capture_output=True,
        check=False,
        env=_ENVIRONMENT,
    )
    return decode(done.stdout) if done.returncode == 0 else ""


def _scale(page: pdfium.PdfPage) -> float:
    """Give the scale of a picture that is sharp, and not larger than memory allows."""
    scale = _DPI / _POINTS_PER_INCH
    pixels = page.get_width() * page.get_height() * scale * scale
    return float(scale * min(1.0, (_MOST_PIXELS / max(1.0, pixels)) ** 0.5))
