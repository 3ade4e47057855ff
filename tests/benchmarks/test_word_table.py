"""The table of words that is shipped: equivalents through pivot languages."""

import gzip
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks import word_table
from benchmarks.word_table import equivalents, pair_scores, read_dictionary
from indexer.lexicon import lexicon as table
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


@pytest.mark.parametrize(
    ("dictionaries", "english", "french"),
    [
        pytest.param(
            {"eng-spa": "mayor: alcalde", "fra-spa": "maire: alcalde"},
            {"mayor": ["maire"]},
            {"maire": ["mayor"]},
            id="one pivot translation in common",
        ),
        pytest.param(
            {"spa-eng": "alcalde: mayor", "spa-fra": "alcalde: maire"},
            {"mayor": ["maire"]},
            {"maire": ["mayor"]},
            id="dictionaries of the other direction",
        ),
        pytest.param(
            {
                "eng-spa": "theft: robo",
                "fra-spa": "braquage: robo\nvol: robo",
                "eng-swe": "theft: stöld",
                "fra-swe": "vol: stöld\nlarcin: stöld",
                "eng-pol": "theft: kradzież",
                "fra-pol": "vol: kradzież",
            },
            {"theft": ["vol", "braquage", "larcin"]},
            {"braquage": ["theft"], "larcin": ["theft"], "vol": ["theft"]},
            id="pairs of several pivot languages come first",
        ),
        pytest.param(
            {
                "eng-spa": "theft: robo, cosa",
                "fra-spa": "vol: robo\nchose: cosa\ntruc: cosa\nmachin: cosa",
            },
            {"theft": ["vol", "chose", "machin", "truc"]},
            {w: ["theft"] for w in ("chose", "machin", "truc", "vol")},
            id="a pivot word of many translations weighs little",
        ),
        pytest.param(
            {
                "eng-spa": "report <n>: informe",
                "fra-spa": "informer <v>: informe\nrapport <n>: informe",
            },
            {"report": ["rapport", "informer"]},
            {"informer": ["report"], "rapport": ["report"]},
            id="words of one class come first",
        ),
        pytest.param(
            {
                "eng-rus": "mayor: \u043c\u044d\u0301\u0440",
                "fra-rus": "maire: \u043c\u044d\u0440",
            },
            {"mayor": ["maire"]},
            {"maire": ["mayor"]},
            id="stress marks are ignored",
        ),
        pytest.param(
            {
                "eng-spa": "bullying: acoso",
                "fra-spa": "intimidation: acoso\nle harcèlement à l'école: acoso",
            },
            {"bullying": ["intimidation", "harcèlement", "école"]},
            {"intimidation": ["bullying"]},
            id="words of an expression are equivalents, and have none",
        ),
        pytest.param(
            {
                "eng-spa": "with: con\nagainst: contra",
                "fra-spa": "avec: con, contra",
            },
            {},
            {},
            id="stop words have none",
        ),
    ],
)
def test_equivalents_share_pivot_translations(
    tmp_path: Path,
    dictionaries: Dictionaries,
    english: dict[str, list[str]],
    french: dict[str, list[str]],
) -> None:
    """No free dictionary exists between French and English."""
    assert table_from(tmp_path, dictionaries) == {EN: english, FR: french}


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
    monkeypatch.setattr(word_table, "SHIPPED_FILE", file)
    monkeypatch.setattr(table, "SHIPPED_FILE", file)
    monkeypatch.setattr(sys, "argv", ["word_table", str(tmp_path)])

    word_table.main()

    made = table.shipped_table.__wrapped__()
    assert made.equivalents("maires", FR) == ("mayor",)
    assert made.equivalents("ecole", FR) == ("school",)
    assert made.equivalents("schools", EN) == ("école",)
    assert made.equivalents("bullying", EN) == ("harcèlement", "scolaire")
    assert made.equivalents("scolaire", FR) == ()
    assert capsys.readouterr().out == "fr: 2 words\nen: 3 words\n"
