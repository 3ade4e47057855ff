"""Long texts are moved into unnamed files and read back unchanged."""

import os
from pathlib import Path

import pytest

from indexer.corpus import text_spool as spools
from indexer.corpus.text_spool import LONG_BYTES, TextSpool
from indexer.model.long_text import LongText

LONG = "Été comme hiver, la ville répond. " * 1000


def is_in_memory(text: LongText) -> bool:
    """Return whether a text is one object in memory, not read anew from a file."""
    return text.utf8 is text.utf8


def open_files() -> int:
    """Count the files that this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_long_text_is_the_same_after_moving_to_a_file(tmp_path: Path) -> None:
    """Text, equality, hash and repr stay; the folder shows no file."""
    spool = TextSpool(tmp_path)
    texts = [LongText(f"{LONG}{number}") for number in range(5)]

    for text in texts:
        spool.add(text)

    for number, text in enumerate(texts):
        assert not is_in_memory(text)
        assert str(text) == f"{LONG}{number}"
        assert text == LongText(f"{LONG}{number}")
        assert {text: 1}[LongText(f"{LONG}{number}")] == 1
        assert repr(text) == repr(LongText(f"{LONG}{number}"))
    assert list(tmp_path.iterdir()) == []


def test_a_short_text_stays_in_memory(tmp_path: Path) -> None:
    """So does a long text when the folder cannot be written."""
    short, unwritable = LongText("bref"), LongText(LONG)

    TextSpool(tmp_path).add(short)
    TextSpool(tmp_path / "missing").add(unwritable)

    assert is_in_memory(short)
    assert is_in_memory(unwritable)
    assert str(unwritable) == LONG


def test_a_forked_process_writes_to_a_file_of_its_own(tmp_path: Path) -> None:
    """Parent and child still read the texts written before the fork."""
    spool = TextSpool(tmp_path)
    before = LongText(f"{LONG}avant")
    spool.add(before)
    child = os.fork()
    if child == 0:
        spool.add(LongText("x" * 2 * LONG_BYTES))
        os._exit(0 if str(before) == f"{LONG}avant" else 1)
    _, status = os.waitpid(child, 0)
    after = LongText(f"{LONG}après")
    spool.add(after)

    assert status == 0
    assert (str(before), str(after)) == (f"{LONG}avant", f"{LONG}après")


def test_a_file_is_closed_when_its_last_text_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Replaced texts must not fill the disk."""
    monkeypatch.setattr(spools, "FULL_BYTES", 100_000)
    spool, opened = TextSpool(tmp_path), open_files()

    for number in range(50):
        spool.add(LongText(f"{LONG}{number}"))
    text = LongText(LONG)
    spool.add(text)

    assert open_files() <= opened + 2
    assert str(text) == LONG
