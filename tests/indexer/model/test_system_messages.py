"""What systems and libraries say, in the words of the catalog."""

from __future__ import annotations

import errno
import os

import pytest

from indexer.model.problems import message, stored_message
from indexer.model.readings import Unreadable
from indexer.model.system_messages import OF_FILES, OF_THE_SYSTEM


def test_a_reason_is_translated_with_its_sentence() -> None:
    """Half a sentence in another language is of no help."""
    told = message("it can't be kept (%(reason)s)", reason="No space left on device")
    french = {
        "it can't be kept (%(reason)s)": "impossible de le garder (%(reason)s)",
        "No space left on device": "plus de place sur le disque",
    }

    text = told.text(lambda each: french.get(each, each))

    assert text == "impossible de le garder (plus de place sur le disque)"
    assert str(told) == "it can't be kept (No space left on device)"


def test_a_sentence_without_a_reason_stays_as_it_is() -> None:
    """A catalog gives its own head for an empty text."""
    told = message("it can't be kept (%(reason)s)", reason="")

    assert told.text(lambda each: each or "Project-Id-Version: 1") == (
        "it can't be kept ()"
    )


def test_a_message_stored_by_an_earlier_version_is_still_translated() -> None:
    """Import tasks of an existing instance hold templates with `{name}`."""
    stored = stored_message("it can't be kept ({reason})", {"reason": "disk full"})

    assert stored.template == "it can't be kept (%(reason)s)"
    assert str(stored) == "it can't be kept (disk full)"


@pytest.mark.parametrize(
    "number",
    [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.ENOENT, errno.EDQUOT, errno.EIO],
)
def test_what_the_system_says_most_is_known(number: int) -> None:
    """In the very words of this system."""
    assert os.strerror(number) in {each.template for each in OF_THE_SYSTEM}


def test_each_word_of_a_refusal_is_known() -> None:
    """One that is added is translated too."""
    assert {each.template for each in OF_FILES} == set(Unreadable)
