"""The command `kb search`."""

import dataclasses
import json
from collections.abc import Iterator

import click
from werkzeug.datastructures import MultiDict

from indexer.errors import QueryError
from indexer.model.ids import Kind, Locale
from indexer.model.problems import Message, message
from indexer.model.results import RelaxationStep, ResultPage
from indexer.terminal import Context, print_status
from kb.api.serializers import search_body
from kb.app import create_app
from kb.core.settings import read_settings
from kb.services import services
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.request_query import notice_message, query_from

MAX_LIMIT = 1000

_STEP_MESSAGES = {
    RelaxationStep.OTHER_LANGUAGE: message(
        "no result for the words alone: the other language was searched too"
    ),
    RelaxationStep.THESAURUS: message(
        "no result for the words alone: their other names were searched too"
    ),
    RelaxationStep.PHRASE: message(
        "no record contains this exact phrase: its words were searched separately"
    ),
}


@click.command()
@click.argument("text")
@click.option(
    "--locale", type=click.Choice([each.value for each in Locale]), default="fr"
)
@click.option("--kind", type=click.Choice([each.value for each in Kind]), multiple=True)
@click.option(
    "--limit", type=click.IntRange(1, MAX_LIMIT), default=10, show_default=True
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the JSON of /api/v1/search."
)
@click.pass_obj
def search(
    context: Context,
    text: str,
    *,
    locale: str,
    kind: tuple[str, ...],
    limit: int,
    as_json: bool,
) -> None:
    """Search for TEXT, in the language of --locale first. Changes nothing on disk."""
    app = create_app(read_settings())
    args = MultiDict([("q", text), *(("kind", each) for each in kind)])
    try:
        with app.test_request_context(f"/{locale}/"):
            corpus = services().corpus
            vocabulary = vocabulary_of(corpus)
            query = query_from(args, vocabulary, locale=Locale(locale))
            results = services().searches.search(
                dataclasses.replace(query, page_size=limit)
            )
            body = search_body(query, results, vocabulary, corpus)
    except QueryError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    for hit in body["hits"]:
        click.echo(f"{hit['kind']}/{hit['id']}\t{hit['score']:.2f}\t{hit['title']}")
    summary = (
        message("%(count)s found", count=results.total),
        *map(notice_message, query.notices),
        *_relaxations(results, is_plain=query.is_plain),
    )
    separator = message("; ").text(context.translate)
    print_status(separator.join(each.text(context.translate) for each in summary))


def _relaxations(results: ResultPage, *, is_plain: bool) -> Iterator[Message]:
    """Yield a message for each step of the relaxation of the query."""
    if is_plain:
        yield message("the query is not valid: it was searched as plain words")
    steps = {each.step for each in results.relaxed}
    if RelaxationStep.SPELLING in steps and results.asked_total:
        yield message(
            "also searched with the spelling: %(words)s", words=results.suggestion
        )
    elif RelaxationStep.SPELLING in steps:
        yield message("spelling corrected: %(words)s", words=results.suggestion)
    elif results.offered:
        yield message("did you mean: %(words)s", words=results.offered)
    steps -= {RelaxationStep.MEANING}
    yield from (text for step, text in _STEP_MESSAGES.items() if step in steps)
    some_words = {RelaxationStep.ONE_DROPPED, RelaxationStep.ANY_WORD}
    if steps & some_words and (results.asked_total or steps - some_words):
        yield message("few records contain all the words: these contain some")
    elif steps & some_words:
        yield message("no record contains all the words: these contain some")
