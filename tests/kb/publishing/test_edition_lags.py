"""Which paragraphs of an edition the other language does not have."""

import datetime as dt
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.corpus.corpus_reader import CorpusReader
from indexer.model.ids import Kind, Locale, RecordId
from indexer.pipeline import Locations
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import open_repository
from kb.publishing.history.edition_lags import (
    EditionReplay,
    LagAnswer,
    LagConfirmation,
    LagFinder,
)
from kb.publishing.history.edition_words import compared_words
from kb.publishing.storage.names import record_id_of
from tests.support.builders import PROJECT

DAY = dt.date(2026, 11, 1)
EDITS = 100


def an_edition(*paragraphs: str, title: str = "Titre", summary: str = "Phrase.") -> str:
    """Return an edition with paragraphs."""
    body = "\n\n".join(paragraphs)
    return f'---\ntitle: "{title}"\nsummary: "{summary}"\n---\n{body}\n'


def replayed(*states: tuple[str, str]) -> EditionReplay:
    """Return the replay of states, each a French and an English text."""
    replay = EditionReplay(Kind.PRACTICE)
    for number, (french, english) in enumerate(states):
        day = DAY + dt.timedelta(days=number)
        replay.add({"fr.md": french, "en.md": english}, day, f"actor-{number}")
    return replay


def late_texts(replay: EditionReplay) -> dict[Locale, list[str]]:
    """Return the new texts of the changes that each edition does not have."""
    return {
        lag.locale: [each.difference.new_text for each in lag.paragraphs]
        for lag in replay.lags()
    }


def test_a_changed_paragraph_is_told_with_its_translation() -> None:
    """The translator sees what changed, when, by whom, and the text to bring along."""
    english = an_edition("## One", "First.", "## Two", "Second.", "Third.")
    replay = replayed(
        (an_edition("## Un", "Premier.", "## Deux", "Second.", "Tiers."), english),
        (an_edition("## Un", "Premier.", "## Deux", "Second.", "Troisième."), english),
    )

    (lag,) = replay.lags()

    assert lag.locale is Locale.EN
    assert (lag.changed, lag.newer) == (DAY, DAY + dt.timedelta(days=1))
    (late,) = lag.paragraphs
    assert (late.heading, late.translation, late.by) == ("Deux", "Third.", "actor-1")
    assert [piece.text for piece in late.difference.old if piece.is_marked] == ["Tiers"]


def test_only_the_paragraph_that_follows_is_in_step_again() -> None:
    """The other change is still to translate."""
    before = an_edition("Un.", "Deux."), an_edition("One.", "Two.")
    changed = an_edition("Un autre.", "Deux autres.")

    replay = replayed(
        before, (changed, before[1]), (changed, an_edition("One.", "Two others."))
    )

    assert late_texts(replay) == {Locale.EN: ["Un autre."]}


def test_a_change_of_both_languages_at_once_is_in_step() -> None:
    """Also where both have a new paragraph."""
    replay = replayed(
        (an_edition("Un.", "Trois."), an_edition("One.", "Three.")),
        (an_edition("Un.", "Deux.", "Trois."), an_edition("One.", "Two.", "Three.")),
    )

    assert replay.lags() == ()


def test_changes_of_two_places_at_once_are_both_told() -> None:
    """Each language has something that the other lacks."""
    replay = replayed(
        (an_edition("Un.", "Deux."), an_edition("One.", "Two.")),
        (an_edition("Un autre.", "Deux."), an_edition("One.", "Two others.")),
    )

    assert late_texts(replay) == {
        Locale.FR: ["Two others."],
        Locale.EN: ["Un autre."],
    }


def test_a_change_that_was_taken_back_is_not_told() -> None:
    """The other language has it as it is."""
    before = an_edition("Un."), an_edition("One.")

    assert replayed(before, (an_edition("Autre."), before[1]), before).lags() == ()


def test_a_second_change_after_the_translation_is_told_alone() -> None:
    """The first one was translated."""
    replay = replayed(
        (an_edition("Un."), an_edition("One.")),
        (an_edition("Un bis."), an_edition("One.")),
        (an_edition("Un bis."), an_edition("One more.")),
        (an_edition("Un ter."), an_edition("One more.")),
    )

    (lag,) = replay.lags()

    assert [each.difference.old_text for each in lag.paragraphs] == ["Un bis."]


def test_a_removed_paragraph_is_told() -> None:
    """The other language still says it."""
    english = an_edition("One.", "Two.")

    (lag,) = replayed(
        (an_edition("Un.", "Deux."), english), (an_edition("Un."), english)
    ).lags()

    assert [each.difference.old_text for each in lag.paragraphs] == ["Deux."]


def test_a_front_matter_that_cannot_be_parsed_changes_nothing() -> None:
    """The text is shown as it was, and so it is compared."""
    before = an_edition("Un."), an_edition("One.")

    assert replayed(before, ("---\ntitle: [\n---\nAutre.\n", before[1])).lags() == ()


def test_a_confirmation_is_parsed_as_it_was_stored() -> None:
    """A detail of another form is no confirmation."""
    confirmation = LagConfirmation(Locale.EN, LagAnswer.UP_TO_DATE, ("a1", "b2"))

    assert LagConfirmation.parse(confirmation.detail) == confirmation
    assert LagConfirmation.parse("en") is None
    assert LagConfirmation.parse("") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("L'accès  à l’œuvre : 12 €", "L’accès à l'oeuvre\u00a0: 12\u00a0€"),
        ("12\u00a0000 euros", "12\u202f000 euros"),
        ("**Un** mot _ici_…", "Un mot ici..."),
        ("[Bologne](events/l-bologna)", "[Bologne](events/w1)"),
        ("about 40 %", "about 40%"),
        ("co\u00adopérer\u200b ", "coopérer"),
        ("«\u00a0oui\u00a0»", "“oui”"),
    ],
)
def test_typography_is_no_change(one: str, other: str) -> None:
    """Nobody has to translate it."""
    assert compared_words(one) == compared_words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("de 5 à 10", "de 5 à 100"),
        ("1,5 million", "15 million"),
        ("une baisse de 5 %", "une baisse de 5"),
        ("un écart de -5", "un écart de 5"),
        ("elle marche", "elle ne marche pas"),
    ],
)
def test_what_changes_the_meaning_is_a_change(one: str, other: str) -> None:
    """However few characters differ."""
    assert compared_words(one) != compared_words(other)


# One-sided edits of the texts of the project, made by hand in the files.

Edit = Callable[[random.Random, list[str]], None]
"""Changes one of the paragraphs of a body."""


_NUMBER = re.compile(r"(?<![^\s(])\d+(?![^\s,.;)])")  # no part of a link


def _change_word(rng: random.Random, rows: list[str]) -> None:
    index = rng.choice([i for i, row in enumerate(rows) if len(row.split()) > 3])
    words = rows[index].split(" ")
    words[rng.randrange(1, len(words))] = "autrement"
    rows[index] = " ".join(words)


def _add_sentence(rng: random.Random, rows: list[str]) -> None:
    index = rng.choice([i for i, row in enumerate(rows) if not row.startswith("#")])
    rows[index] += " Ceci est nouveau."


def _add_paragraph(rng: random.Random, rows: list[str]) -> None:
    rows.insert(rng.randrange(1, len(rows) + 1), "Un paragraphe nouveau.")


def _remove_paragraph(rng: random.Random, rows: list[str]) -> None:
    texts = [i for i, row in enumerate(rows) if not row.startswith("#")]
    del rows[rng.choice(texts)]


def _change_number(rng: random.Random, rows: list[str]) -> None:
    numbered = [i for i, row in enumerate(rows) if _NUMBER.search(row)]
    if not numbered:
        _change_word(rng, rows)
        return
    index = rng.choice(numbered)
    rows[index] = _NUMBER.sub(r"9\g<0>", rows[index], count=1)


def _negate(rng: random.Random, rows: list[str]) -> None:
    index = rng.choice([i for i, row in enumerate(rows) if " " in row])
    rows[index] = rows[index].replace(" ", " non ", 1)


def _space(_rng: random.Random, rows: list[str]) -> None:
    rows[:] = [row.replace(", ", ",  ") + "  " for row in rows] + [""]


def _punctuate(_rng: random.Random, rows: list[str]) -> None:
    marks = str.maketrans({"’": "'", "«": "“", "»": "”", "\u202f": "\u00a0", ";": ","})
    rows[:] = [re.sub(r"\.(?=\s|$)", " !", row.translate(marks)) for row in rows]


def _emphasise(_rng: random.Random, rows: list[str]) -> None:
    rows[:] = [
        re.sub(r"(?<= )(\w{4,})(?= )", r"**\1**", row, count=1)
        if not row.startswith("#")
        else row
        for row in rows
    ]


EDITS_OF_WORDS: tuple[Edit, ...] = (
    _change_word,
    _add_sentence,
    _add_paragraph,
    _remove_paragraph,
    _change_number,
    _negate,
)
EDITS_OF_SIGNS: tuple[Edit, ...] = (_space, _punctuate, _emphasise)


def _edit_body(path: Path, edit: Edit, rng: random.Random) -> None:
    text = path.read_text("utf-8")
    front, body = text.split("\n---\n", 1)
    rows = [row for row in re.split(r"\n\s*\n", body.strip("\n")) if row.strip()]
    edit(rng, rows)
    changed = "\n\n".join(rows)
    assert changed != body.strip("\n")
    path.write_text(f"{front}\n---\n{changed}\n", "utf-8")


@pytest.mark.load
def test_of_a_hundred_edits_of_one_language_all_are_told_and_none_falsely(
    tmp_path: Path,
) -> None:
    """Each edit puts the other language behind; signs, spaces and facts do not."""
    documents = tmp_path / "documents"
    shutil.copytree(PROJECT / "documents", documents)
    locations = Locations(documents, tmp_path / "index", tmp_path / "instance")
    repository = open_repository(locations)
    detector = ExternalEditDetector(repository)
    detector.record_edits()
    rng = random.Random(19)  # noqa: S311  # the same edits each time
    records = sorted(
        record_id_of(str(path.parent.relative_to(documents)))
        for path in documents.glob("*s/*/en.md")
        if path.with_name("fr.md").exists()
        and path.read_text("utf-8").split("\n---\n", 1)[1].count("\n\n") > 1
        # A record that somebody checked today confirms the edits of today.
        and "\nchecked:" not in path.with_name("record.yaml").read_text("utf-8")
    )
    rng.shuffle(records)
    expected: dict[RecordId, Locale] = {}
    for number, record in enumerate(records):
        locale = rng.choice(list(Locale))
        path = documents / str(record) / f"{locale}.md"
        if number < EDITS:
            edit = EDITS_OF_WORDS[number % len(EDITS_OF_WORDS)]
            _edit_body(path, edit, rng)
            expected[record] = locale.other
        elif number % 4:
            _edit_body(path, EDITS_OF_SIGNS[number % len(EDITS_OF_SIGNS)], rng)
        else:
            facts = path.with_name("record.yaml")
            facts.write_text(facts.read_text("utf-8") + "# a comment\n", "utf-8")
    detector.record_edits()

    late = LagFinder(repository.history).find(CorpusReader(documents).read())

    assert len(expected) == EDITS
    assert len(records) > EDITS + 20
    found = {record: [each.locale for each in lags] for record, lags in late.items()}
    assert found == {record: [locale] for record, locale in expected.items()}
    assert all(len(lag.paragraphs) == 1 for lags in late.values() for lag in lags)
