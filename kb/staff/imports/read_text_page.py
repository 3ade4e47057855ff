"""The page of the extracted text of a file, for staff."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template

from indexer.model.readings import FileReading
from kb.public.file_text_view import write_text
from kb.web.locale import page_locale


def read_text_page(
    name: str,
    reading: FileReading,
    page_url: Callable[[int | None], str],
    *,
    back_url: str,
    back_label: str,
    marks_url: str,
) -> str:
    """Return the page of the text of a file.

    Args:
        name: The name of the file.
        reading: Its text.
        page_url: Returns the address of the file, opened at a page.
        back_url: The address of the page that the reader came from.
        back_label: The label of the link to it.
        marks_url: The address of the page that marks passages of the file.
    """
    lang = reading.locale or page_locale()
    return render_template(
        "staff/extracted_text.html",
        name=name,
        lang=lang.value,
        text=write_text(reading, lang, page_locale(), page_url),
        back_url=back_url,
        back_label=back_label,
        file_url=page_url(None),
        marks_url=marks_url,
    )
