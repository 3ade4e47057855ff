"""Tests of the benchmark of readers."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.readers import main

pytestmark = [pytest.mark.load, pytest.mark.long]


def test_report_has_a_row_for_each_format(tmp_path: Path) -> None:
    """The report also counts the files that can't be read."""
    (tmp_path / "a.txt").write_text("La ville répond aux habitants.", "utf-8")
    (tmp_path / "b.md").write_text("# Titre\n\nUn texte.", "utf-8")
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4 broken")

    result = CliRunner().invoke(main, [str(tmp_path), "--peers"])

    assert result.exit_code == 0, result.output
    assert "| text | 1 |" in result.output
    assert "| markdown | 1 |" in result.output
    assert "not read: 1" in result.output
    assert "3 files on all cores" in result.output
