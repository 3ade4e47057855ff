"""The command `kb relevance`."""

import os
import sys

import click

from indexer.corpus.shared_files import JUDGEMENT_FILE, read_judgements
from indexer.model.problems import Problem, message
from indexer.terminal import CONTENT_PROBLEMS, Context
from kb.app import create_app
from kb.core.settings import read_settings
from kb.judgements.judged_runs import read_saved, run_all, save_results
from kb.judgements.measures import lost_answers, run_judged
from kb.judgements.relevance_table import relevance_table
from kb.services import services
from kb.web.search.facet_values import vocabulary_of

NICENESS = 10


@click.command()
@click.option("--save", is_flag=True, help="Compare with these results from now on.")
@click.option("--store", is_flag=True, hidden=True)
@click.pass_obj
def relevance(context: Context, *, save: bool, store: bool) -> None:
    """Run the judged queries of documents/judgements.yaml on the present index.

    Prints nDCG@10 by type of query, with confidence intervals, and the change since the
    results that were saved last. Exits 1 if a query lost its answer: a record that
    answers it was among its first ten results. Writes only with --save, in KB_INSTANCE.
    """
    settings = read_settings()
    documents, instance = settings.locations.documents, settings.locations.instance
    problems: list[Problem] = []
    with create_app(settings).app_context():
        corpus = services().corpus
        services().engine.refresh()
        display_path = f"{documents.name}/{JUDGEMENT_FILE}"
        queries = read_judgements(
            documents / JUDGEMENT_FILE, display_path, corpus.records, problems
        )
        if store:
            # For the pages of staff: the service runs it, after each change.
            os.nice(NICENESS)
            run_all(services(), queries)
            return
        results = run_judged(queries, services().searches.search, vocabulary_of(corpus))
    for problem in problems:
        context.notify(problem)
    if not results:
        context.notify(message("no query is judged"))
        return
    before = read_saved(instance)
    click.echo(relevance_table(results, before))
    if save:
        save_results(instance, results)
    if lost_answers(before, results):
        sys.exit(CONTENT_PROBLEMS)
