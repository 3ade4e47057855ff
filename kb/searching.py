"""The command `kb search`."""

from __future__ import annotations

import dataclasses
import json

import click
from werkzeug.datastructures import MultiDict

from indexer.cli import UNAVAILABLE_ERRORS, fail, say
from indexer.errors import QueryError
from indexer.model.ids import Kind, Locale
from indexer.model.results import RelaxationStep, ResultPage
from kb import create_app
from kb.api.serializers import search_body
from kb.presenters.queries import query_from
from kb.services import services
from kb.settings import read_settings

MAX_LIMIT = 1000


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
    "--json", "as_json", is_flag=True, help="Print the body of /api/v1/search."
)
def search(
    text: str, *, locale: str, kind: tuple[str, ...], limit: int, as_json: bool
) -> None:
    """Search for TEXT, in the language of --locale first. Changes nothing on disk."""
    app = create_app(read_settings())
    args = MultiDict([("q", text), *(("kind", each) for each in kind)])
    try:
        with app.test_request_context(f"/{locale}/"):
            query = query_from(args, locale=Locale(locale))
            results = services().engine.search(
                dataclasses.replace(query, page_size=limit)
            )
            body = search_body(query, results)
    except QueryError as error:
        raise click.UsageError(str(error)) from error
    except UNAVAILABLE_ERRORS as error:
        fail(error)
        return
    if as_json:
        click.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    for hit in body["hits"]:
        click.echo(f"{hit['kind']}/{hit['id']}\t{hit['score']:.2f}\t{hit['title']}")
    departures = _departures(results, is_plain=query.is_plain)
    say("; ".join((f"{results.total} found", *departures)))


def _departures(results: ResultPage, *, is_plain: bool) -> list[str]:
    """Say how the answer departs from what was typed, step by step."""
    said = ["what can't be read was taken as plain words"] if is_plain else []
    steps = {each.step for each in results.relaxed}
    if RelaxationStep.SPELLING in steps:
        is_found = bool(results.asked_total)
        way = "searched too with the spelling" if is_found else "spelling mended"
        said.append(f"{way}: {results.suggestion}")
    if RelaxationStep.OTHER_LANGUAGE in steps:
        said.append("alone the words find nothing: the other language was added")
    if RelaxationStep.THESAURUS in steps:
        said.append("alone the words find nothing: their other names were added")
    if RelaxationStep.PHRASE in steps:
        said.append("no record holds the phrase: its words were searched one by one")
    some_words = {RelaxationStep.ONE_DROPPED, RelaxationStep.ANY_WORD}
    if steps & some_words:
        few = "few" if results.asked_total or steps - some_words else "no"
        said.append(f"{few} records hold all the words: these hold some")
    return said
