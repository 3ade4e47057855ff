"""The shipped table is made from dictionaries that meet in other languages."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from indexer.lexicon import make_table
from indexer.lexicon import shipped_table as table
from indexer.lexicon.make_table import equivalents, read_dictionary, strengths
from indexer.model.ids import Locale

FR, EN = Locale.FR, Locale.EN

Dictionaries = Mapping[str, str]
"""By a pair of languages, as in names of files, lines of « word: translations »."""


def write(folder: Path, dictionaries: Dictionaries, *, word_class: str = "n") -> Path:
    """Write dictionaries of dictd; a word may tell its class: « steal <v>: robar »."""
    for pair, text in dictionaries.items():
        lines = ["00databaseinfo", f"A dictionary {pair}"]
        for entry in filter(None, map(str.strip, text.splitlines())):
            word, _, translations = entry.partition(": ")
            headword = word if word.endswith(">") else f"{word} <{word_class}>"
            lines += [headword, translations]
        path = folder / f"freedict-{pair}.dict.dz"
        path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return folder


def made_from(
    folder: Path, dictionaries: Dictionaries
) -> dict[Locale, dict[str, list[str]]]:
    """Make the table of some dictionaries."""
    return equivalents(strengths(write(folder, dictionaries)))


def test_an_entry_is_a_word_its_class_and_its_translations(tmp_path: Path) -> None:
    """Pronunciation, asides and definitions are no words to search by."""
    text = "\n".join(
        [
            "theft /θɛft/ <n>",
            "robo, hurto (de poca monta)\\",
            "An act of stealing property.",
            "1. latrocinio [dated], robo 2.",
            "",
            "steal /stil/ <v, transitive>",
            "robar",
            "odd <xyz>",
            "raro, " + "x" * 60,
        ]
    )
    path = tmp_path / "freedict-eng-spa.dict.dz"
    path.write_bytes(gzip.compress(text.encode()))

    entries = [(e.word, e.word_class, e.translations) for e in read_dictionary(path)]

    assert entries == [
        ("theft", "noun", ("robo", "hurto")),
        ("theft", "noun", ("latrocinio", "robo")),
        ("steal", "verb", ("robar",)),
        ("odd", "", ("raro",)),
    ]


def test_two_words_that_meet_in_another_language_are_equivalents(
    tmp_path: Path,
) -> None:
    """There is no free dictionary between French and English."""
    made = made_from(
        tmp_path, {"eng-spa": "mayor: alcalde", "fra-spa": "maire: alcalde"}
    )

    assert made == {FR: {"maire": ["mayor"]}, EN: {"mayor": ["maire"]}}


def test_dictionaries_are_read_in_both_directions(tmp_path: Path) -> None:
    """What one leaves out, its twin may hold."""
    made = made_from(
        tmp_path, {"spa-eng": "alcalde: mayor", "spa-fra": "alcalde: maire"}
    )

    assert made == {FR: {"maire": ["mayor"]}, EN: {"mayor": ["maire"]}}


def test_languages_that_agree_come_first(tmp_path: Path) -> None:
    """One language may mix two meanings; several seldom mix the same ones."""
    made = made_from(
        tmp_path,
        {
            "eng-spa": "theft: robo",
            "fra-spa": "braquage: robo\nvol: robo",
            "eng-swe": "theft: stöld",
            "fra-swe": "vol: stöld\nlarcin: stöld",
            "eng-pol": "theft: kradzież",
            "fra-pol": "vol: kradzież",
        },
    )

    assert made[EN]["theft"][0] == "vol"
    assert set(made[EN]["theft"][1:]) == {"braquage", "larcin"}
    assert made[FR]["vol"] == ["theft"]


def test_a_word_between_that_leads_to_many_says_little(tmp_path: Path) -> None:
    """« cosa » is the translation of everything, and makes no equivalents of it."""
    made = made_from(
        tmp_path,
        {
            "eng-spa": "theft: robo, cosa",
            "fra-spa": "vol: robo\nchose: cosa\ntruc: cosa\nmachin: cosa",
        },
    )

    assert made[EN]["theft"][0] == "vol"


def test_words_of_one_class_come_before_others(tmp_path: Path) -> None:
    """A noun is rather a noun in the other language too."""
    made = made_from(
        tmp_path,
        {
            "eng-spa": "report <n>: informe",
            "fra-spa": "informer <v>: informe\nrapport <n>: informe",
        },
    )

    assert made[EN]["report"] == ["rapport", "informer"]


def test_the_stress_of_a_word_between_does_not_matter(tmp_path: Path) -> None:
    """Dictionaries of Russian mark it, or do not."""
    plain, stressed = "\u043c\u044d\u0440", "\u043c\u044d\u0301\u0440"

    made = made_from(
        tmp_path, {"eng-rus": f"mayor: {stressed}", "fra-rus": f"maire: {plain}"}
    )

    assert made[FR] == {"maire": ["mayor"]}


def test_an_expression_is_reached_through_each_of_its_words(tmp_path: Path) -> None:
    """`bullying` finds « harcèlement scolaire », which is two words in our texts."""
    made = made_from(
        tmp_path,
        {"eng-spa": "bullying: acoso", "fra-spa": "le harcèlement à l'école: acoso"},
    )

    assert made[EN] == {"bullying": ["harcèlement", "école"]}


def test_a_part_of_an_expression_leads_nowhere(tmp_path: Path) -> None:
    """« scolaire » is no `bullying`, and a search of it must not find any."""
    made = made_from(
        tmp_path,
        {"eng-spa": "bullying: acoso", "fra-spa": "harcèlement scolaire: acoso"},
    )

    assert made[FR] == {}


def test_a_word_comes_before_the_parts_of_an_expression(tmp_path: Path) -> None:
    """A part says only a part of it."""
    made = made_from(
        tmp_path,
        {
            "eng-spa": "bullying: acoso",
            "fra-spa": "intimidation: acoso\nharcèlement scolaire: acoso",
        },
    )

    assert made[EN]["bullying"] == ["intimidation", "harcèlement", "scolaire"]


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("to steal", "voler"),
        ("the steal", "le voler"),
        ("a steal", "un voler"),
        ("steal", "se voler"),
        ("Steal", "l’voler"),
        ("STEAL", "des voler"),
    ],
)
def test_articles_are_no_part_of_a_word(
    tmp_path: Path, english: str, french: str
) -> None:
    """Dictionaries write « to steal » and « se méfier », readers do not."""
    made = made_from(
        tmp_path, {"eng-spa": f"{english}: robar", "fra-spa": f"{french}: robar"}
    )

    assert made == {FR: {"voler": ["steal"]}, EN: {"steal": ["voler"]}}


def test_small_words_are_neither_led_from_nor_to(tmp_path: Path) -> None:
    """An equivalent that finds everything finds nothing."""
    made = made_from(
        tmp_path,
        {"eng-spa": "with: con\nagainst: contra", "fra-spa": "avec: con, contra"},
    )

    assert made == {FR: {}, EN: {}}


def test_one_word_of_each_family_is_kept(tmp_path: Path) -> None:
    """The table is asked by the forms of words: one spelling of each is enough."""
    made = made_from(
        tmp_path,
        {
            "eng-spa": "mayor: alcalde\nmayors: alcaldes",
            "fra-spa": "maire: alcalde\nmaires: alcaldes",
        },
    )

    assert [len(words) for words in made.values()] == [1, 1]
    assert all(len(others) == 1 for by in made.values() for others in by.values())


def test_a_folder_without_dictionaries_makes_nothing(tmp_path: Path) -> None:
    """A language that is missing is left out, and so may all be."""
    assert equivalents(strengths(tmp_path)) == {FR: {}, EN: {}}


def test_what_is_written_is_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who makes the table anew ships what the search reads."""
    write(
        tmp_path,
        {
            "eng-spa": "mayor: alcalde\nschool: escuela\nbullying: acoso",
            "fra-spa": "maire: alcalde\nécole: escuela\nharcèlement scolaire: acoso",
        },
    )
    file = tmp_path / "table.tsv.xz"
    monkeypatch.setattr(make_table, "SHIPPED_FILE", file)
    monkeypatch.setattr(table, "SHIPPED_FILE", file)
    monkeypatch.setattr(sys, "argv", ["make_table", str(tmp_path)])

    make_table.main()

    made = table.shipped_table.__wrapped__()
    assert made.equivalents("maires", FR) == ("mayor",)
    assert made.equivalents("ecole", FR) == ("school",)
    assert made.equivalents("schools", EN) == ("école",)
    assert made.equivalents("bullying", EN) == ("harcèlement", "scolaire")
    assert made.equivalents("scolaire", FR) == ()
    assert capsys.readouterr().out == "fr: 2 words\nen: 3 words\n"
