"""The progress bar of long commands."""

import io

import pytest

from indexer.model.progress import RECORDS
from indexer.terminal import progress_bar


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


@pytest.mark.parametrize(
    ("stream", "is_shown"), [(Terminal(), True), (io.StringIO(), False)]
)
def test_progress_is_shown_only_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *, is_shown: bool
) -> None:
    """A log file or a pipe gets no bar; the items pass through in both cases."""
    monkeypatch.setattr("sys.stderr", stream)

    items = list(progress_bar(str)(RECORDS, iter(range(5)), 5))

    assert items == [0, 1, 2, 3, 4]
    assert ("records read" in stream.getvalue()) is is_shown
