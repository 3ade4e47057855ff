"""The check that the code does not outgrow its budget."""

from pathlib import Path

import pytest

from tests.budget import faults, summary, weigh

MODULE = '''"""A module."""

from pathlib import Path

HERE = Path()
'''


def a_project(root: Path, *, max_lines: int, decided: str) -> Path:
    """Write a project of one module of five lines, with its budget."""
    (root / "kb").mkdir()
    (root / "docs/decisions").mkdir(parents=True)
    (root / "kb/module.py").write_text(MODULE)
    (root / "docs/decisions/0050-budget.md").write_text(decided)
    (root / "pyproject.toml").write_text(
        f"[tool.house]\nmax_lines = {max_lines}\ndata = []\n"
    )
    return root


def test_the_weight_counts_lines_imports_and_modules(tmp_path: Path) -> None:
    """The line that `make check` prints."""
    root = a_project(tmp_path, max_lines=5, decided="at most 5 lines")

    assert summary(weigh(root)) == (
        "5 lines in 1 modules of kb and indexer, 20.0% of them imports"
    )
    assert list(faults(weigh(root), root)) == []


@pytest.mark.parametrize(
    ("max_lines", "decided", "fault"),
    [
        (4, "at most 4 lines", "1 lines over the budget of 4"),
        (15, "at most 5 or 1,015 lines", "max_lines is 15, which no page"),
    ],
    ids=["heavier", "not decided"],
)
def test_a_budget_is_kept_and_decided(
    tmp_path: Path, max_lines: int, decided: str, fault: str
) -> None:
    """Nobody raises the number without saying what it buys."""
    root = a_project(tmp_path, max_lines=max_lines, decided=decided)

    [found] = faults(weigh(root), root)

    assert found.startswith(fault)


def test_long_modules_and_functions_are_named(tmp_path: Path) -> None:
    """Those that only hold data are listed in the budget."""
    root = a_project(tmp_path, max_lines=999, decided="999")
    long = "def long() -> None:\n" + '    """Line."""\n' * 400
    (root / "kb/module.py").write_text(long)

    assert list(faults(weigh(root), root)) == [
        "kb/module.py: 401 lines: split it by subject",
        "kb/module.py: long: more than 50 lines",
    ]
