"""The command `kb`."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import click
from werkzeug.datastructures import MultiDict

from indexer.cli import (
    CONTENT_PROBLEMS,
    UNAVAILABLE_ERRORS,
    Context,
    content,
    fail,
    index,
    report,
    say,
)
from indexer.errors import QueryError
from indexer.model.ids import Kind, Locale
from indexer.model.results import RelaxationStep, ResultPage
from kb import create_app
from kb.adding import add_all
from kb.administration import backup, restore, staff
from kb.api.serializers import search_body
from kb.backup.errors import BackupError
from kb.backup.restoring import mend
from kb.locale import system_translation
from kb.presenters.queries import query_from
from kb.services import Services, services
from kb.serving import (
    AddressInUseError,
    check_address,
    collect_less,
    prepare,
    serve_forever,
)
from kb.settings import SettingsError, read_settings
from kb.watching import notice_changes

WRONG_USAGE = 2
MAX_LIMIT = 1000


@click.group()
@click.version_option(package_name="innovation-security-kb")
@click.pass_context
def main(context: click.Context) -> None:
    """The knowledge base of the working group Innovation and Security.

    Where things are is set by the variables KB_DOCUMENTS, KB_INDEX and KB_INSTANCE.
    """
    collect_less()
    translate = system_translation()
    try:
        context.obj = Context(
            read_settings().locations,
            translate,
            notice=lambda locations: notice_changes(locations, say),
        )
        mend(context.obj.locations)
    except SettingsError as error:
        say(f"kb: {error}")
        sys.exit(WRONG_USAGE)
    except BackupError as error:
        fail(error, f"{error.path}: {error.reason.text(translate)}")


main.add_command(index)
main.add_command(content)
main.add_command(staff)
main.add_command(backup)
main.add_command(restore)


@main.command()
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


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--publish", is_flag=True, help="Publish what is complete, and keep the rest."
)
@click.option(
    "--ocr",
    is_flag=True,
    help="Recognise the text of scanned pages, by tesseract: some seconds a page.",
)
@click.pass_obj
def add(context: Context, files: tuple[Path, ...], *, publish: bool, ocr: bool) -> None:
    """Read FILES, and all in the folders that are named, and make a draft of each.

    A draft holds what the file says of itself, and the recommendations and practices
    found in it, for a person to check. Writes them into KB_INSTANCE/drafts; with
    --publish, writes those that are complete into documents/ and brings the index up
    to date. Each file goes in whole or not at all. Exits 1 if one did not go in.
    """
    try:
        outcomes = add_all(context, files, is_publishing=publish, ocr=ocr)
    except UNAVAILABLE_ERRORS as error:
        fail(error)
        return
    if not all(outcome.is_in for outcome in outcomes):
        sys.exit(CONTENT_PROBLEMS)


@main.command()
def serve() -> None:
    """Bring the index up to date, then serve until told to stop.

    Writes the index when documents/ or the code changed since it was made, and goes on
    following documents/ while serving; KB_INSTANCE/history is told of what was changed
    by hand. What a change was killed at is finished first.
    """
    settings = read_settings()
    try:
        check_address(settings)
        service = Services(settings, notify=say)
        change, took_s = prepare(service, notify=say)
    except (AddressInUseError, *UNAVAILABLE_ERRORS) as error:
        fail(error)
        return
    if change is not None:
        say(report(change, took_s))
    say(f"serving http://{settings.host}:{settings.port} (stop with Ctrl-C)")
    serve_forever(service)


if __name__ == "__main__":
    main()
