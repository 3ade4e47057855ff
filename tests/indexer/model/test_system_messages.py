"""Tests of messages with a reason from the system or a library."""

from __future__ import annotations

import errno
import os

import pytest

from indexer.model.problems import message, stored_message
from indexer.model.readings import Unreadable
from indexer.model.system_messages import OF_FILES, OF_THE_SYSTEM


def test_reason_is_translated_with_its_message() -> None:
    """A sentence must not be in two languages."""
    sentence = message(
        "it can't be kept (%(reason)s)", reason="No space left on device"
    )
    french = {
        "it can't be kept (%(reason)s)": "impossible de le garder (%(reason)s)",
        "No space left on device": "plus de place sur le disque",
    }

    text = sentence.text(lambda each: french.get(each, each))

    assert text == "impossible de le garder (plus de place sur le disque)"
    assert str(sentence) == "it can't be kept (No space left on device)"


def test_empty_reason_is_not_translated() -> None:
    """A catalog translates an empty text to its own header."""
    sentence = message("it can't be kept (%(reason)s)", reason="")

    assert sentence.text(lambda each: each or "Project-Id-Version: 1") == (
        "it can't be kept ()"
    )


def test_message_stored_by_an_earlier_version_is_translated() -> None:
    """Import tasks of older instances have templates with `{name}`."""
    stored = stored_message("it can't be kept ({reason})", {"reason": "disk full"})

    assert stored.template == "it can't be kept (%(reason)s)"
    assert str(stored) == "it can't be kept (disk full)"


@pytest.mark.parametrize(
    "number",
    [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.ENOENT, errno.EDQUOT, errno.EIO],
)
def test_frequent_system_errors_are_in_the_catalog(number: int) -> None:
    """The messages equal those of `os.strerror`."""
    assert os.strerror(number) in {each.template for each in OF_THE_SYSTEM}


def test_every_unreadable_reason_is_in_the_catalog() -> None:
    """A new member of `Unreadable` must be translated."""
    assert {each.template for each in OF_FILES} == set(Unreadable)
