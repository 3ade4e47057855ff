"""The benchmark of readers: its figures are there, whatever they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.readers import main

pytestmark = pytest.mark.load


def test_formats_are_measured(tmp_path: Path) -> None:
    """What can't be read is counted too."""
    (tmp_path / "a.txt").write_text("La ville répond aux habitants.", "utf-8")
    (tmp_path / "b.md").write_text("# Titre\n\nUn texte.", "utf-8")
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4 broken")

    done = CliRunner().invoke(main, [str(tmp_path), "--peers"])

    assert done.exit_code == 0, done.output
    assert "| text | 1 |" in done.output
    assert "| markdown | 1 |" in done.output
    assert "not read: 1" in done.output
    assert "3 files on all cores" in done.output
