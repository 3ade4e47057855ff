"""Errors of the indexer."""

import pickle
from pathlib import Path

import pytest

from indexer.errors import IndexUnavailableError, IndexWriteError


@pytest.mark.parametrize("error_type", [IndexUnavailableError, IndexWriteError])
def test_errors_of_the_index_reach_another_process(
    error_type: type[IndexUnavailableError | IndexWriteError],
) -> None:
    """Several processes write an index; the first raises what another raised."""
    error = pickle.loads(pickle.dumps(error_type(Path("index"), "full")))  # noqa: S301

    assert isinstance(error, error_type)
    assert (error.path, error.reason, str(error)) == (
        Path("index"),
        "full",
        "index: full",
    )
