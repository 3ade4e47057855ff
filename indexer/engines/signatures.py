"""Whether an index may be used: the key that signs it, the code that made it.

Only an index with the digest of the running code is used, so that a change of this code
rebuilds the index without a version number to raise.
"""

import hmac
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

import indexer.analysis
from indexer.engines import stored_json
from indexer.files import sources_digest, write_file_atomically
from indexer.lexicon import lexicon
from indexer.model import facets, known_facts

KEY_BYTES = 32


class IndexKey:
    """The key in a file outside the index; the first signature creates it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def sign(self, text: str) -> str:
        """Return the signature of a text.

        Raises:
            OSError: the key can't be read or created.
        """
        return self._signature(text, create=True)

    def is_ours(self, text: str, signature: str) -> bool:
        """Return whether this key made a signature.

        Raises:
            OSError: the key can't be read.
            ValueError: there is no key.
        """
        return hmac.compare_digest(signature, self._signature(text, create=False))

    def _signature(self, text: str, *, create: bool) -> str:
        return hmac.new(self._key(create=create), text.encode(), "sha256").hexdigest()

    def _key(self, *, create: bool) -> bytes:
        try:
            key = self._file.read_bytes()
        except FileNotFoundError:
            key = b""
        if len(key) == KEY_BYTES:
            return key
        if not create:
            raise ValueError("the key that signs the index is missing")
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = secrets.token_bytes(KEY_BYTES)
        write_file_atomically(self._file, key, mode=0o600)
        return key


_NOT_INDEXED_WITH = {"highlighting.py"}
"""Analysis of results, which does not change the content of an index."""


def engine_code_digest(engine_sources: Iterable[Path]) -> str:
    """Return the digest of the analysis, of an engine's sources and of the facets."""
    return sources_digest(_source_paths(engine_sources))


def _source_paths(engine_sources: Iterable[Path]) -> Iterator[Path]:
    for path in sorted(Path(indexer.analysis.__file__).parent.glob("*.py")):
        if path.name not in _NOT_INDEXED_WITH:
            yield path
    yield from sorted(engine_sources)
    # Each facet is a column of the index.
    yield from (Path(facets.__file__), Path(known_facts.__file__))
    yield Path(stored_json.__file__)
    yield from (Path(lexicon.__file__), lexicon.SHIPPED_FILE)
