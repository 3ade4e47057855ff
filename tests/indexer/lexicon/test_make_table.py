"""Tests of `make_table`: equivalents through pivot languages."""

import gzip
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from indexer.lexicon import lexicon as table
from indexer.lexicon import make_table
from indexer.lexicon.make_table import equivalents, pair_scores, read_dictionary
from indexer.model.ids import Locale

FR, EN = Locale.FR, Locale.EN

Dictionaries = Mapping[str, str]
"""Lines of « word: translations » by pair of languages, as in the file names."""


def write(folder: Path, dictionaries: Dictionaries, *, word_class: str = "n") -> Path:
    """Write dictd dictionaries; a word class is optional: « steal <v>: robar »."""
    for pair, text in dictionaries.items():
        lines = ["00databaseinfo", f"A dictionary {pair}"]
        for entry in filter(None, map(str.strip, text.splitlines())):
            word, _, translations = entry.partition(": ")
            headword = word if word.endswith(">") else f"{word} <{word_class}>"
            lines += [headword, translations]
        path = folder / f"freedict-{pair}.dict.dz"
        path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return folder


def table_from(
    folder: Path, dictionaries: Dictionaries
) -> dict[Locale, dict[str, list[str]]]:
    """Return the table made from dictionaries."""
    return equivalents(pair_scores(write(folder, dictionaries)))


def test_entry_has_a_word_its_class_and_its_translations(tmp_path: Path) -> None:
    """Pronunciations, remarks in brackets and definitions are ignored."""
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


def test_words_with_one_pivot_translation_are_equivalents(tmp_path: Path) -> None:
    """No free dictionary exists between French and English."""
    made = table_from(
        tmp_path, {"eng-spa": "mayor: alcalde", "fra-spa": "maire: alcalde"}
    )

    assert made == {FR: {"maire": ["mayor"]}, EN: {"mayor": ["maire"]}}


def test_dictionaries_are_read_in_both_directions(tmp_path: Path) -> None:
    """One direction may have an entry that the other lacks."""
    made = table_from(
        tmp_path, {"spa-eng": "alcalde: mayor", "spa-fra": "alcalde: maire"}
    )

    assert made == {FR: {"maire": ["mayor"]}, EN: {"mayor": ["maire"]}}


def test_pairs_of_several_pivot_languages_come_first(tmp_path: Path) -> None:
    """One pivot word may have two meanings; other languages separate them."""
    made = table_from(
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


def test_pivot_word_of_many_translations_weighs_little(tmp_path: Path) -> None:
    """« cosa » translates many words that are not equivalents."""
    made = table_from(
        tmp_path,
        {
            "eng-spa": "theft: robo, cosa",
            "fra-spa": "vol: robo\nchose: cosa\ntruc: cosa\nmachin: cosa",
        },
    )

    assert made[EN]["theft"][0] == "vol"


def test_words_of_one_class_come_first(tmp_path: Path) -> None:
    """A noun usually translates to a noun."""
    made = table_from(
        tmp_path,
        {
            "eng-spa": "report <n>: informe",
            "fra-spa": "informer <v>: informe\nrapport <n>: informe",
        },
    )

    assert made[EN]["report"] == ["rapport", "informer"]


def test_stress_marks_of_pivot_words_are_ignored(tmp_path: Path) -> None:
    """Only some dictionaries of Russian mark the stress."""
    plain, stressed = "\u043c\u044d\u0440", "\u043c\u044d\u0301\u0440"

    made = table_from(
        tmp_path, {"eng-rus": f"mayor: {stressed}", "fra-rus": f"maire: {plain}"}
    )

    assert made[FR] == {"maire": ["mayor"]}


def test_words_of_an_expression_are_equivalents(tmp_path: Path) -> None:
    """`bullying` matches « harcèlement scolaire » by each word."""
    made = table_from(
        tmp_path,
        {"eng-spa": "bullying: acoso", "fra-spa": "le harcèlement à l'école: acoso"},
    )

    assert made[EN] == {"bullying": ["harcèlement", "école"]}


def test_word_of_an_expression_has_no_equivalent(tmp_path: Path) -> None:
    """A search for « scolaire » must not match `bullying`."""
    made = table_from(
        tmp_path,
        {"eng-spa": "bullying: acoso", "fra-spa": "harcèlement scolaire: acoso"},
    )

    assert made[FR] == {}


def test_single_word_comes_before_words_of_an_expression(tmp_path: Path) -> None:
    """One word of an expression has only part of its meaning."""
    made = table_from(
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
def test_articles_and_particles_are_removed(
    tmp_path: Path, english: str, french: str
) -> None:
    """Dictionaries have « to steal » and « se méfier »; texts inflect the verb."""
    made = table_from(
        tmp_path, {"eng-spa": f"{english}: robar", "fra-spa": f"{french}: robar"}
    )

    assert made == {FR: {"voler": ["steal"]}, EN: {"steal": ["voler"]}}


def test_stop_words_have_no_equivalents(tmp_path: Path) -> None:
    """A stop word as an equivalent would match every record."""
    made = table_from(
        tmp_path,
        {"eng-spa": "with: con\nagainst: contra", "fra-spa": "avec: con, contra"},
    )

    assert made == {FR: {}, EN: {}}


def test_table_has_one_word_for_each_stem(tmp_path: Path) -> None:
    """Lookups use the forms of words, so one spelling of a stem is enough."""
    made = table_from(
        tmp_path,
        {
            "eng-spa": "mayor: alcalde\nmayors: alcaldes",
            "fra-spa": "maire: alcalde\nmaires: alcaldes",
        },
    )

    assert [len(words) for words in made.values()] == [1, 1]
    assert all(len(others) == 1 for by in made.values() for others in by.values())


def test_folder_without_dictionaries_makes_an_empty_table(tmp_path: Path) -> None:
    """A missing pivot language is skipped."""
    assert equivalents(pair_scores(tmp_path)) == {FR: {}, EN: {}}


def test_written_table_is_read_by_shipped_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`main` writes the file that the search reads, and prints its size."""
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
