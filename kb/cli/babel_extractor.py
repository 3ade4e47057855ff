"""Babel extractors: the help texts of commands, labels and help of declared fields."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from typing import Any, BinaryIO

from babel.messages.extract import extract_python

from kb.cli.help import help_text

ExtractedMessage = tuple[int, Any, Any, Any]
"""A line number, and the function, message and comments that Babel returns."""

_DECORATORS = {"command", "group"}
_DECLARING = {"common", "declare", "part"}
_IS_NAME = re.compile(r"[a-z_0-9-]+")
"""A name in the files, which no reader sees."""


def extract(
    file: BinaryIO,
    keywords: Mapping[str, Any],
    comment_tags: Collection[str],
    options: Any,
) -> Iterator[ExtractedMessage]:
    """Yield the messages of a module, the help of its commands, and what it declares.

    Declared are the sentences and labels of fields.
    """
    content = file.read()
    yield from extract_python(BytesIO(content), keywords, comment_tags, options)
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.FunctionDef):
            yield from _of_command(node)
        elif isinstance(node, ast.Call) and _owner(node) in _DECLARING:
            statements = [k.value for k in node.keywords if k.arg == "statement"]
            for value in (*node.args, *statements):
                text = value.value if isinstance(value, ast.Constant) else None
                if isinstance(text, str) and not _IS_NAME.fullmatch(text):
                    yield node.lineno, None, text, []


def _of_command(function: ast.FunctionDef) -> Iterator[ExtractedMessage]:
    calls = [each for each in function.decorator_list if isinstance(each, ast.Call)]
    docstring = ast.get_docstring(function)
    if docstring and any(_name(each) in _DECORATORS for each in calls):
        yield function.lineno, None, help_text(docstring), []
    for call in calls:
        for keyword in call.keywords:
            value = keyword.value
            if keyword.arg == "help" and isinstance(value, ast.Constant):
                yield call.lineno, None, help_text(str(value.value)), []


def _owner(call: ast.Call) -> str:
    """Return the module of a called function, or its name if it is called directly."""
    function = call.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.value.id
    return function.id if isinstance(function, ast.Name) else ""


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""
