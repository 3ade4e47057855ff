"""The preview of a draft: a corpus that only the current request sees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from indexer.corpus.corpus import Corpus
from indexer.model.ids import RecordId


@dataclass(frozen=True, slots=True)
class PreviewedDraft:
    """A draft, and the corpus with the draft in it."""

    corpus: Corpus
    record: RecordId


class Preview:
    """The draft that is previewed in this context, if any."""

    def __init__(self) -> None:
        self._draft: ContextVar[PreviewedDraft | None] = ContextVar(
            "preview", default=None
        )

    @property
    def draft(self) -> PreviewedDraft | None:
        """The previewed draft, or None."""
        return self._draft.get()

    @contextmanager
    def of(self, corpus: Corpus, record: RecordId) -> Iterator[None]:
        """Show a corpus with a draft in place of the published one, in the block."""
        token = self._draft.set(PreviewedDraft(corpus, record))
        try:
            yield
        finally:
            self._draft.reset(token)
