"""What is told of a file when its reading raises an unexpected exception."""

import zipfile
from collections.abc import Callable
from typing import cast

import pytest

from indexer.model.document import Unreadable
from indexer.readers.sandbox.worker import unexpected_refusal
from indexer.readers.word_segmentation import Segmenter


def fail_in_our_code() -> None:
    """Raise an exception in a module of the readers."""
    Segmenter(cast("list[str]", [None]))


def fail_in_a_library() -> None:
    """Raise an exception in a library, as damaged files do."""
    zipfile.ZipFile(__file__)


def raised_by(function: Callable[[], None]) -> Exception:
    """Return the exception that a function raises."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  # any, as libraries do
        function()
    return caught.value


def test_a_fault_of_the_program_is_not_a_damaged_file() -> None:
    """The reader is not asked for another file, and the place is in the details."""
    refusal = unexpected_refusal("manual.pdf", raised_by(fail_in_our_code))

    assert refusal.reason == Unreadable.CRASHED
    assert "word_segmentation.py:" in refusal.detail


def test_an_exception_of_a_library_is_a_damaged_file() -> None:
    """Libraries raise anything for a bad file."""
    refusal = unexpected_refusal("cut.docx", raised_by(fail_in_a_library))

    assert (refusal.reason, refusal.detail) == (Unreadable.DAMAGED, "BadZipFile")
