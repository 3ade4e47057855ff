"""The help of commands in the language of the terminal.

It is written as docstrings, which `help_extraction.py` collects for the catalog, and is
looked up when it is shown.
"""

from __future__ import annotations

import copy
import gettext
from pathlib import Path

import click

from indexer.model.problems import Message, Translate, message

OF_CLICK: tuple[Message, ...] = (
    message("Usage:"),
    message("Options"),
    message("Commands"),
    message("default: {default}"),
    message("Show this message and exit."),
    message("Show the version and exit."),
    message("Aborted!"),
    message("Error: {message}"),
    message("Try '{command} {option}' for help."),
    message("Missing argument"),
    message("Missing option"),
    message("Missing command."),
    message("Invalid value: {message}"),
    message("Invalid value for {param_hint}: {message}"),
    message("No such option {name!r}."),
    message("No such command {name!r}."),
    message("{value} is not in the range {range}."),
    message("{name} {filename!r} does not exist."),
    message("{name} {filename!r} is a directory."),
)
"""What Click says by itself: it asks the catalog that `translate_click` shows it."""


def translate_click(translations: Path) -> None:
    """Have Click look its own sentences up in our catalogs."""
    gettext.bindtextdomain("messages", translations)


def help_text(docstring: str) -> str:
    """Give a docstring as the catalog has it: each paragraph on one line."""
    paragraphs = docstring.strip().split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs)


def translated(command: click.Command, translate: Translate) -> click.Command:
    """Give a command whose help, and that of its options, is in another language."""
    shown = copy.copy(command)
    shown.help = _said(command.help, translate)
    shown.params = [_translated_option(each, translate) for each in command.params]
    if isinstance(shown, click.Group):
        shown.commands = {
            name: translated(each, translate) for name, each in shown.commands.items()
        }
    return shown


def _translated_option(
    parameter: click.Parameter, translate: Translate
) -> click.Parameter:
    if not isinstance(parameter, click.Option):
        return parameter
    shown = copy.copy(parameter)
    shown.help = _said(parameter.help, translate)
    return shown


def _said(text: str | None, translate: Translate) -> str | None:
    return translate(help_text(text)) if text else text
