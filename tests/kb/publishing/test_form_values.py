"""Tests of form values: read from record files, and written into them."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.corpus.record_reader import RECORD_FILE, read_record
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record import Record
from indexer.model.schema.field import Field, Shape
from indexer.model.schema.frame import BODY
from indexer.model.schema.kinds import SCHEMAS
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    read_values,
    write_values,
)
from tests.support.builders import PROJECT, SMALL_CORPUS

NAMES = (RECORD_FILE, "fr.md", "en.md")
FOLDERS = [
    folder
    for root in (PROJECT / "documents", SMALL_CORPUS)
    for kind in Kind
    for folder in sorted((root / kind.folder).iterdir())
]


def texts_of(folder: Path) -> dict[str, str]:
    """Return the texts of a record folder."""
    return {
        name: (folder / name).read_text("utf-8")
        for name in NAMES
        if (folder / name).exists()
    }


def record_of(folder: Path, texts: dict[str, str], kind: Kind) -> Record | None:
    """Return the record of some texts, or None if it has errors."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (folder / name).unlink(missing_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return read_record(folder, RecordId(kind, folder.name), "d/k/x").record


def kind_of(folder: Path) -> Kind:
    """Return the kind of a record folder."""
    kind = Kind.from_folder(folder.parent.name)
    assert kind is not None
    return kind


@pytest.mark.load
def test_round_trip_of_every_record(tmp_path: Path) -> None:
    """Every field of every record of `documents/` can be edited in a form."""
    for folder in FOLDERS:
        kind = kind_of(folder)
        before = read_record(folder, RecordId(kind, folder.name), "d/k/x").record

        values = read_values(kind, texts_of(folder))
        written = write_values(kind, values)

        after = record_of(tmp_path / kind.folder / folder.name, written, kind)
        assert not values.raw, folder
        assert not values.odd, folder
        assert after == before, folder
        assert read_values(kind, written) == values, folder


def test_unchanged_values_keep_the_files_byte_for_byte() -> None:
    """Opening a form must not reformat the file."""
    for folder in FOLDERS:
        kind = kind_of(folder)
        texts = texts_of(folder)

        assert write_values(kind, read_values(kind, texts), texts) == texts, folder


TEXT = """\
# Checked by nobody.
id: a-place
updated: 2020-01-02
# Missing, to be written: themes:
# The year is sure.
date: 2019   # says the report
places:
  - newtown
# An end.
"""


def test_unchanged_fields_keep_comments_and_quotes() -> None:
    """A comment that asks for a field is removed with its addition."""
    texts = {RECORD_FILE: TEXT}
    values = read_values(Kind.PRACTICE, texts)

    facts = {**values.facts, "themes": ("streets",), "places": ("paris", "new town")}
    written = write_values(
        Kind.PRACTICE, dataclasses.replace(values, facts=facts), texts
    )

    assert written[RECORD_FILE] == (
        "# Checked by nobody.\nid: a-place\nupdated: 2020-01-02\nthemes: [streets]\n"
        "# The year is sure.\ndate: 2019   # says the report\n"
        'places: [paris, "new town"]\n# An end.\n'
    )


def test_an_emptied_field_is_removed() -> None:
    """No name without a value is left."""
    written = write_values(
        Kind.PRACTICE, FormValues({"date": "", "places": ()}), {RECORD_FILE: TEXT}
    )

    assert "2019" not in written[RECORD_FILE]
    assert "places" not in written[RECORD_FILE]


def test_invalid_yaml_and_odd_values_are_kept() -> None:
    """A typing error in one field must not delete the others."""
    texts = {
        RECORD_FILE: "id: [a\n",
        "fr.md": "---\ntitle: [Un, Deux]\nsummary: Non.\n---\nTexte.\n",
        "en.md": "No front matter.\n",
    }

    values = read_values(Kind.PRACTICE, texts)
    words = {Locale.FR: {"title": "", "summary": "Oui.", BODY: "Texte."}}
    written = write_values(Kind.PRACTICE, FormValues({"id": ""}, words), texts)

    assert values.raw == (RECORD_FILE, "en.md")
    assert values.odd == (("fr.md", "title"),)
    assert written == {**texts, "fr.md": texts["fr.md"].replace("Non.", '"Oui."')}


def test_an_empty_edition_is_left_out() -> None:
    """A language without a text has no file."""
    words = {Locale.FR: {"title": "Un titre"}, Locale.EN: {"title": " ", BODY: "\n"}}

    written = write_values(Kind.NEED, FormValues({"id": "n1"}, words))

    assert set(written) == {RECORD_FILE, "fr.md"}
    assert written["fr.md"] == '---\ntitle: "Un titre"\n---\n'


typed = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co", "Cf", "Zl", "Zp")),
    max_size=30,
).map(lambda text: " ".join(text.split()))
some = typed.filter(bool)


def drawn(data: st.DataObject, fields: tuple[Field, ...]) -> dict[str, FormValue]:
    """Return random values for form fields."""
    values: dict[str, FormValue] = {}
    for each in fields:
        if each.type is Shape.ITEMS:
            names = [part.name for part in each.parts]
            item = st.dictionaries(st.sampled_from(names), some, min_size=1)
            value: FormValue = tuple(data.draw(st.lists(item, max_size=2)))
        elif each.type.is_list:
            value = tuple(data.draw(st.lists(some, max_size=3)))
        else:
            value = data.draw(typed)
        if value:
            values[each.name] = value
    return values


@pytest.mark.load
@given(st.data(), st.sampled_from(list(Kind)))
def test_round_trip_of_random_values(data: st.DataObject, kind: Kind) -> None:
    """Colons, quotes, brackets and emoji are kept in any field."""
    facts = drawn(data, SCHEMAS[kind].facts)
    words = {Locale.FR: drawn(data, SCHEMAS[kind].words), Locale.EN: {}}
    values = FormValues(facts, words)

    written = write_values(kind, values)

    assert read_values(kind, written) == values
    assert write_values(kind, values, written) == written


@pytest.mark.load
@given(st.data(), st.sampled_from(list(Kind)))
def test_random_values_keep_other_fields(data: st.DataObject, kind: Kind) -> None:
    """Fields without new values are kept."""
    before = {RECORD_FILE: "# one\nid: x\n\n# two\nupdated: z # three\n"}
    facts = drawn(data, SCHEMAS[kind].facts)

    written = write_values(kind, FormValues(facts), before)

    read_back = read_values(kind, written).facts
    assert read_back == {"id": "x", "updated": "z", **facts}
    assert "# one\n" in written[RECORD_FILE]
