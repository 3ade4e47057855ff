"""Reasons from the system and from libraries are translated by the catalog."""

import errno
import os

import pytest

from indexer.model.problems import message, stored_message
from indexer.model.system_messages import OF_THE_SYSTEM


def test_a_reason_is_translated_with_its_message() -> None:
    """A message is never half English and half French."""
    translated_message = message(
        "it can't be kept (%(reason)s)", reason="No space left on device"
    )
    french = {
        "it can't be kept (%(reason)s)": "impossible de le garder (%(reason)s)",
        "No space left on device": "plus de place sur le disque",
    }

    text = translated_message.text(lambda each: french.get(each, each))

    assert text == "impossible de le garder (plus de place sur le disque)"
    assert str(translated_message) == "it can't be kept (No space left on device)"


def test_an_empty_reason_is_not_translated() -> None:
    """A catalog returns its header for an empty string."""
    translated_message = message("it can't be kept (%(reason)s)", reason="")

    assert translated_message.text(lambda each: each or "Project-Id-Version: 1") == (
        "it can't be kept ()"
    )


def test_a_message_stored_by_an_earlier_version_is_still_translated() -> None:
    """Import tasks of an existing instance contain templates with `{name}`."""
    stored = stored_message("it can't be kept ({reason})", {"reason": "disk full"})

    assert stored.template == "it can't be kept (%(reason)s)"
    assert str(stored) == "it can't be kept (disk full)"


@pytest.mark.parametrize(
    "number",
    [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.ENOENT, errno.EDQUOT, errno.EIO],
)
def test_frequent_system_errors_are_in_the_catalog(number: int) -> None:
    """`os.strerror` and the list have the same text."""
    assert os.strerror(number) in {each.template for each in OF_THE_SYSTEM}
