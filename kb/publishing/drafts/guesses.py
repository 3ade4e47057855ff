"""Values of drafts that the program filled in, until a person has checked them.

A comment above the field marks such a value. It goes when a person says that the value
is right, changes it, or deletes the comment in the file.
"""

from collections.abc import Iterator
from pathlib import Path

from indexer.model.ids import Kind
from indexer.model.problems import Problem, ProblemCode
from indexer.model.schema.kinds import SCHEMAS
from kb.publishing.changes.repository import texts_in
from kb.publishing.drafts.machine_texts import machine_text_problems
from kb.publishing.records.yaml_blocks import guessed_fields


def unchecked_problems(kind: Kind, folder: Path) -> Iterator[Problem]:
    """Yield an error for each part of a draft that a person has to check first.

    That is a guessed value of a required field, or a paragraph of a machine.
    """
    for name, text in texts_in(folder).items():
        required = {f.name for f in SCHEMAS[kind].fields_of(name) if f.is_required}
        for field, line in guessed_fields(text).items():
            if field in required:
                path = f"{folder}/{name}"
                yield ProblemCode.GUESS_UNCHECKED.at(path, line, name=field)
    yield from machine_text_problems(kind, folder)
