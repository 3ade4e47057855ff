"""The judged queries of the content, read again when their file changes.

Also their last run, and the question which of them a change would leave unanswered.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.corpus.shared_files import JUDGEMENT_FILE, read_judgements
from indexer.errors import NOT_INDEXED_ERRORS
from indexer.files import FileStamp, file_stamp
from indexer.model.ids import RecordId
from indexer.model.judged_queries import JudgedQuery
from indexer.model.problems import Problem
from kb.judgements.judged_runs import JudgedRun, read_run, run_all, run_state
from kb.judgements.measures import QueryResult
from kb.judgements.publication_trial import (
    ContentChange,
    queries_losing_their_answer,
)
from kb.services import services

logger = logging.getLogger(__name__)


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
    return _read(path, stamp, frozenset(services().corpus.records))


def judged_run() -> JudgedRun:
    """Return the last run of the judged queries.

    A command beside the service runs them after each change; without a service, they
    are run now.
    """
    site = services()
    run = read_run(site.settings.locations.instance)
    if site.content.has_follower or not judgements().queries:
        return run
    if run.state == run_state(site):
        return run
    try:
        return run_all(site, judgements().queries)
    except (*NOT_INDEXED_ERRORS, OSError) as error:
        logger.warning("the judged queries cannot be run: %s", error)
        return run


def run_note() -> str | None:
    """Return how far the judged queries are run again; None when nothing has changed.

    Until then, the results are those of the content before.
    """
    run = judged_run()
    if not judgements().queries or run.state == run_state(services()):
        return None
    if not run.count:
        return _("A change is waiting for the judged searches to be run again.")
    return _(
        "The judged searches are run again after a change: %(done)s of %(count)s.",
        done=run.done,
        count=run.count,
    )


def lost_searches(
    future: Corpus, successors: Mapping[RecordId, RecordId] | None = None
) -> tuple[QueryResult, ...]:
    """Return the judged queries that would lose their answer with other content.

    `successors` are the records that others are merged into.
    """
    change = ContentChange.of(services().content.corpus, future, successors)
    return queries_losing_their_answer(
        services(), judgements().queries, judged_run(), change
    )


@lru_cache(maxsize=1)
def _read(path: Path, _stamp: FileStamp, known: frozenset[RecordId]) -> Judgements:
    # Cached because it parses 100 kB of YAML.
    problems: list[Problem] = []
    shown = f"{path.parent.name}/{path.name}"
    queries = read_judgements(path, shown, known, problems)
    return Judgements(queries, tuple(problems))
