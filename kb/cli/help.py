"""Translates the help of commands into the language of the terminal.

`babel_extractor.py` collects the docstrings of commands for the catalog.
"""

import copy

import click

from indexer.model.problems import Message, Translate, message

CLICK_MESSAGES: tuple[Message, ...] = (
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
"""The messages of Click, which looks them up in our catalog."""


def help_text(docstring: str) -> str:
    """Return a docstring as the catalog contains it: each paragraph on one line."""
    paragraphs = docstring.strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def translated(command: click.Command, translate: Translate) -> click.Command:
    """Return a copy of a command with its help and options translated."""
    shown = copy.copy(command)
    shown.help = _translated_text(command.help, translate)
    shown.params = [_translated_option(param, translate) for param in command.params]
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
    shown.help = _translated_text(parameter.help, translate)
    return shown


def _translated_text(text: str | None, translate: Translate) -> str | None:
    return translate(help_text(text)) if text else text
