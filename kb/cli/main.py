"""The command `kb`."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import Any, cast

import click

from indexer.cli import Context, content, fail, index, say, teller
from kb.backup.errors import BackupError
from kb.backup.restore import mend
from kb.cli.help import translate_click, translated
from kb.core.catalogs import TRANSLATIONS, system_translation
from kb.core.settings import SettingsError, read_settings
from kb.server.content_watcher import record_external_edits

WRONG_USAGE = 2
COLLECTED_AFTER = 50_000

OTHERS = {
    "add": "kb.cli.add",
    "backup": "kb.cli.administration",
    "restore": "kb.cli.administration",
    "search": "kb.cli.search",
    "serve": "kb.server.gunicorn",
    "staff": "kb.cli.administration",
}
"""Commands that need what takes long to import, and the modules where they are."""


class _Commands(click.Group):
    """Imports a command when it is called for, so that the others need not wait."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands."""
        return sorted([*super().list_commands(ctx), *OTHERS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command by its name, its help in the language of the terminal."""
        found = super().get_command(ctx, cmd_name)
        if cmd_name in OTHERS:
            module = import_module(OTHERS[cmd_name])
            found = cast("click.Command", getattr(module, cmd_name))
        return translated(found, system_translation()) if found is not None else None

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Begin to read what was typed; what Click says of it is in that language."""
        translate_click(TRANSLATIONS)
        return super().make_context(*args, **kwargs)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language of the terminal."""
        shown = translated(self, system_translation())
        click.Group.format_help(cast("click.Group", shown), ctx, formatter)


@click.group(cls=_Commands)
@click.version_option(package_name="innovation-security-kb")
@click.pass_context
def main(context: click.Context) -> None:
    """The knowledge base of the working group Innovation and Security.

    Locations are set by the variables KB_DOCUMENTS, KB_INDEX and KB_INSTANCE.
    """
    _collect_less()
    translate = system_translation()
    try:
        context.obj = Context(
            read_settings().locations,
            translate,
            notice=lambda locations: record_external_edits(
                locations, teller(translate)
            ),
        )
        mend(context.obj.locations)
    except SettingsError as error:
        say(f"kb: {error}")
        sys.exit(WRONG_USAGE)
    except BackupError as error:
        fail(error, f"{error.path}: {error.reason.text(translate)}")


main.add_command(index)
main.add_command(content)


def _collect_less() -> None:
    """Let the garbage collector look less often.

    A start makes many objects that stay, and a page many that go by themselves.
    """
    gc.set_threshold(COLLECTED_AFTER)


if __name__ == "__main__":
    main()
