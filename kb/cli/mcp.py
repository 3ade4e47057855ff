"""The command `kb mcp`."""

import anyio
import click

from kb.agents.server import serve_standard_input
from kb.app import create_app
from kb.core.settings import read_settings


@click.command()
def mcp() -> None:
    """Answer an agent over standard input, by the Model Context Protocol.

    The tools search the records, answer a question, compare and cite. Changes nothing
    on disk; ends with standard input.
    """
    app = create_app(read_settings())
    with app.test_request_context(
        "/", base_url=app.extensions["kb-services"].settings.own_url
    ):
        anyio.run(serve_standard_input)
