"""The command `kb`."""

import gettext
from importlib import import_module
from typing import Any, cast

import click

from indexer.cli import content, index
from indexer.terminal import Context
from kb.backup.restore import resume_restore
from kb.cli.command_services import COMMAND_ERRORS, exit_with, record_external_edits
from kb.cli.help import translated
from kb.cli.links import content_links
from kb.core.catalogs import TRANSLATIONS, system_translation
from kb.core.permissions import private_umask
from kb.core.settings import read_settings
from kb.publishing.history.edition_lags import find_lag_problems
from kb.publishing.history.past_states import last_good_states

LAZY_COMMANDS = {
    "add": "kb.cli.add",
    "alerts": "kb.cli.alerts",
    "backup": "kb.cli.backup",
    "export": "kb.cli.export",
    "import": "kb.cli.import_command",
    "mcp": "kb.cli.mcp",
    "relevance": "kb.cli.relevance",
    "restore": "kb.cli.backup",
    "search": "kb.cli.search",
    "serve": "kb.cli.serve",
    "staff": "kb.cli.staff",
}
"""The modules of the commands that are imported only when they run."""

KEYWORDS = {"import": "import_"}
"""The functions of commands whose name is a keyword of Python."""


class _Commands(click.Group):
    """A group that imports a command only when it runs, so that others start fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted([*super().list_commands(ctx), *LAZY_COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, with its help in the terminal's language."""
        command = super().get_command(ctx, cmd_name)
        if cmd_name in LAZY_COMMANDS:
            module = import_module(LAZY_COMMANDS[cmd_name])
            function = KEYWORDS.get(cmd_name, cmd_name)
            command = cast("click.Command", getattr(module, function))
        if command is None:
            return None
        return translated(command, system_translation())

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse the arguments, after Click's own messages are translated."""
        gettext.bindtextdomain("messages", TRANSLATIONS)
        return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; print the error that ends it, and exit with its code."""
        try:
            return super().invoke(ctx)
        except COMMAND_ERRORS as error:
            exit_with(error, system_translation())

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the terminal's language."""
        shown = translated(self, system_translation())
        click.Group.format_help(cast("click.Group", shown), ctx, formatter)


@click.group(cls=_Commands)
@click.version_option(package_name="innovation-security-kb")
@click.pass_context
def main(context: click.Context) -> None:
    """The knowledge base of the working group Innovation and Security.

    Locations are set by the variables KB_DOCUMENTS, KB_INDEX and KB_INSTANCE.
    """
    context.with_resource(private_umask())
    context.obj = made = Context(
        read_settings().locations,
        system_translation(),
        record_edits=lambda locations: record_external_edits(locations, made.notify),
        last_good=last_good_states,
        find_outdated=find_lag_problems,
    )
    resume_restore(made.locations)


main.add_command(index)
main.add_command(content)
content.add_command(content_links)


if __name__ == "__main__":
    main()
