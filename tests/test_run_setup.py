"""Tests of the set-up of a test run."""

import shutil
from pathlib import Path

import pytest

from tests.support.run_setup import PO, compile_catalog, missing_programs_line


def test_missing_programs_are_named_with_the_command_that_installs_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A run without Chromium says in one line what it skipped."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    line = missing_programs_line()

    assert "chromium, tesseract" in line
    assert "apt-get install chromium tesseract-ocr tesseract-ocr-fra" in line
    assert "\n" not in line


def test_no_line_is_printed_when_all_programs_are_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A complete run ends with the line of pytest."""
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")

    assert missing_programs_line() == ""


def test_a_missing_catalog_is_compiled_once(tmp_path: Path) -> None:
    """Plain pytest passes in a fresh checkout, and does not compile each time."""
    po = tmp_path / "messages.po"
    shutil.copy2(PO, po)

    assert compile_catalog(po)
    assert (tmp_path / "messages.mo").exists()
    assert not compile_catalog(po)
