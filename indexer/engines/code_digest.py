"""A digest of the code that decides the content of an index.

Only an index of the same digest is used, so that a change of this code rebuilds the
index without a version number to raise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import indexer.analysis
from indexer.lexicon import shipped_table as table
from indexer.model import facets

_NOT_INDEXED_WITH = {"prefix_filter.py", "highlighting.py"}
"""Analysis of results, which does not change the content of an index."""


def engine_code_digest(engine_sources: Iterable[Path]) -> str:
    """Return the digest of the analysis, of an engine's sources and of the facets."""
    digest = hashlib.blake2b(digest_size=8)
    for path in _sources(engine_sources):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _sources(engine_sources: Iterable[Path]) -> Iterator[Path]:
    for path in sorted(Path(indexer.analysis.__file__).parent.glob("*.py")):
        if path.name not in _NOT_INDEXED_WITH:
            yield path
    yield from sorted(engine_sources)
    # Each facet is a column of the index.
    yield from (Path(facets.__file__), Path(table.__file__), table.SHIPPED_FILE)
