"""Long texts lie in files without a name, and say what they said in memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.corpus import text_spool as spools
from indexer.corpus.text_spool import LONG_BYTES, TextSpool
from indexer.model.long_text import LongText

LONG = "Été comme hiver, la ville répond. " * 1000


def open_files() -> int:
    """Count the files that this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_long_text_says_the_same_from_its_file(tmp_path: Path) -> None:
    """As text, as key and as what tells it from another; the folder shows nothing."""
    spool = TextSpool(tmp_path)
    texts = [LongText(f"{LONG}{number}") for number in range(5)]

    for text in texts:
        spool.take(text)

    for number, text in enumerate(texts):
        assert not text.is_in_memory
        assert str(text) == f"{LONG}{number}"
        assert text == LongText(f"{LONG}{number}")
        assert {text: 1}[LongText(f"{LONG}{number}")] == 1
        assert repr(text) == repr(LongText(f"{LONG}{number}"))
    assert list(tmp_path.iterdir()) == []


def test_a_short_text_stays_in_memory(tmp_path: Path) -> None:
    """So does one that the folder does not take."""
    short, unlucky = LongText("bref"), LongText(LONG)

    TextSpool(tmp_path).take(short)
    TextSpool(tmp_path / "missing").take(unlucky)

    assert short.is_in_memory
    assert unlucky.is_in_memory
    assert str(unlucky) == LONG


def test_processes_that_part_do_not_write_over_one_another(tmp_path: Path) -> None:
    """Each goes on with a file of its own, and reads what was there before."""
    spool = TextSpool(tmp_path)
    before = LongText(f"{LONG}avant")
    spool.take(before)
    child = os.fork()
    if child == 0:
        spool.take(LongText("x" * 2 * LONG_BYTES))
        os._exit(0 if str(before) == f"{LONG}avant" else 1)
    _, status = os.waitpid(child, 0)
    after = LongText(f"{LONG}après")
    spool.take(after)

    assert status == 0
    assert (str(before), str(after)) == (f"{LONG}avant", f"{LONG}après")


def test_a_file_is_closed_with_the_last_text_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written again and again does not fill the disk."""
    monkeypatch.setattr(spools, "FULL_BYTES", 100_000)
    spool, opened = TextSpool(tmp_path), open_files()

    for number in range(50):
        spool.take(LongText(f"{LONG}{number}"))
    text = LongText(LONG)
    spool.take(text)

    assert open_files() <= opened + 2
    assert str(text) == LONG
