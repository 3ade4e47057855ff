"""The judged queries of the content, read again when their file changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.corpus.shared_files import JUDGEMENT_FILE, read_judgements
from indexer.files import FileStamp, file_stamp
from indexer.model.ids import RecordId
from indexer.model.judged_queries import JudgedQuery
from indexer.model.problems import Problem
from kb.core.cache import IdentityKey
from kb.judgements.measures import QueryResult
from kb.judgements.publication_trial import queries_losing_their_answer
from kb.services import services


@dataclass(frozen=True, slots=True)
class Judgements:
    """The judged queries, and the problems of their file."""

    queries: tuple[JudgedQuery, ...] = ()
    problems: tuple[Problem, ...] = ()


def judgements() -> Judgements:
    """Return the judged queries of the content; none without a file."""
    path = services().settings.locations.documents / JUDGEMENT_FILE
    try:
        stamp = file_stamp(path.stat())
    except OSError:
        return Judgements()
    return _read(path, stamp, IdentityKey(services().corpus))


def lost_searches(
    future: Corpus, successors: Mapping[RecordId, RecordId] | None = None
) -> tuple[QueryResult, ...]:
    """Return the judged queries that would lose their answer with other content.

    `successors` are the records that others are merged into.
    """
    queries = judgements().queries
    return queries_losing_their_answer(services(), queries, future, successors)


@lru_cache(maxsize=1)
def _read(path: Path, _stamp: FileStamp, corpus: IdentityKey[Corpus]) -> Judgements:
    # Cached because it parses 100 kB of YAML.
    problems: list[Problem] = []
    shown = f"{path.parent.name}/{path.name}"
    queries = read_judgements(path, shown, corpus.value.records, problems)
    return Judgements(queries, tuple(problems))
