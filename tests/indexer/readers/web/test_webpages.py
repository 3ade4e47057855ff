"""From web pages, Markdown and plain text to blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import FileUnreadableError
from indexer.model.ids import Locale
from indexer.model.readings import FileReading, Unreadable
from indexer.readers.dispatch import read

PAGE = """<!DOCTYPE html><html lang="fr"><head><title>Sécurité – Ville</title>
<meta name="author" content="Une ville"><script>var x = 1;</script></head><body>
<header><a href="/">Accueil</a></header>
<nav><ul><li><a href="/a">Menu un</a></li><li><a href="/b">Menu deux</a></li></ul></nav>
<div class="cookie-banner">Nous utilisons des cookies</div>
<main><h1>Répondre aux habitants</h1>
<p>La police <b>municipale</b> répond sur les <a href="https://example.org/r">réseaux
sociaux</a><sup>2</sup> et les élus décident avec elle de ce qui doit être dit pendant
une crise, sans attendre que les habitants posent la question une deuxième fois.</p>
<ol><li>Écouter<ul><li>chaque jour</li></ul></li><li>Répondre</li></ol>
<table><tr><th>Ville</th><th>Pays</th></tr><tr><td>Riga</td><td>Lettonie</td></tr></table>
<p hidden>caché</p></main>
<footer><p>Mentions légales</p></footer></body></html>"""


def found(reading: FileReading) -> list[tuple[str, str]]:
    """Give the kinds and the texts of blocks."""
    return [(block.type.value, block.text) for block in reading.document.blocks]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_saved_page_is_read_without_its_menus(tmp_path: Path, encoding: str) -> None:
    """Menus, banners and feet are not what a page says."""
    path = tmp_path / "page.html"
    head = '<meta charset="iso-8859-1">' if encoding == "cp1252" else ""
    path.write_bytes(PAGE.replace("<head>", f"<head>{head}").encode(encoding))

    reading = read(path)

    kinds = found(reading)
    assert kinds[0] == ("heading", "Répondre aux habitants")
    assert kinds[1][1].startswith("La police municipale répond sur les réseaux sociaux")
    assert "sociaux et les élus" in kinds[1][1]
    assert kinds[2:] == [
        ("list-item", "1. Écouter"),
        ("list-item", "chaque jour"),
        ("list-item", "2. Répondre"),
        ("table-row", "Ville | Pays"),
        ("table-row", "Riga | Lettonie"),
    ]
    (link,) = reading.document.blocks[1].links
    assert (link.text, link.address) == ("réseaux sociaux", "https://example.org/r")
    assert reading.properties.title == "Sécurité – Ville"
    assert reading.properties.authors == ("Une ville",)
    assert reading.properties.language == "fr"
    assert reading.locale is Locale.FR


def test_a_page_of_nothing_but_menus_is_told(tmp_path: Path) -> None:
    """It says nothing."""
    path = tmp_path / "menus.html"
    path.write_text("<html><body><nav><a href='/'>Accueil</a></nav></body></html>")

    with pytest.raises(FileUnreadableError) as refused:
        read(path)

    assert refused.value.reason == Unreadable.NO_TEXT


def test_markdown_is_read_with_its_notes(tmp_path: Path) -> None:
    """Its front matter is no text."""
    path = tmp_path / "texte.md"
    path.write_text(
        "---\ntitle: Riga\n---\n# Titre\n\nUn texte[^1].\n\n- un\n- deux\n\n"
        "| A | B |\n| - | - |\n| 1 | 2 |\n\n[^1]: La note.\n",
        "utf-8",
    )

    assert found(read(path)) == [
        ("heading", "Titre"),
        ("paragraph", "Un texte."),
        ("list-item", "un"),
        ("list-item", "deux"),
        ("table-row", "A | B"),
        ("table-row", "1 | 2"),
        ("note", "1. La note."),
    ]


TEXT = "L’été à Noël – « déjà » : 10 €\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"],
)
def test_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    """Nobody knows in what their text is written."""
    path = tmp_path / "texte.txt"
    path.write_bytes(TEXT.encode(encoding))

    assert found(read(path)) == [("paragraph", TEXT.strip())]


def test_old_macintosh_text_is_read(tmp_path: Path) -> None:
    """Its accents stand elsewhere."""
    path = tmp_path / "mac.txt"
    path.write_bytes("Sécurité : l’été à Orléans, où l’on répond.".encode("mac-roman"))

    assert found(read(path))[0][1] == "Sécurité : l’été à Orléans, où l’on répond."


def test_titles_items_and_wrapped_lines_of_a_text(tmp_path: Path) -> None:
    """A text says by its lines what its parts are."""
    path = tmp_path / "texte.txt"
    path.write_text(
        "Rapport\n=======\n\n"
        "La police municipale répond aux habitants sur les réseaux sociaux,\n"
        "et les élus décident avec elle de ce qui doit être dit pendant une\n"
        "crise.\n\n"
        "RECOMMANDATIONS\n\n- écouter\n- répondre\n\fPage deux.\n",
        "utf-8",
    )

    reading = read(path)

    kinds = found(reading)
    assert kinds[0] == ("heading", "Rapport")
    assert kinds[1][1].endswith("pendant une crise.")
    assert kinds[2:] == [
        ("heading", "RECOMMANDATIONS"),
        ("list-item", "écouter"),
        ("list-item", "répondre"),
        ("paragraph", "Page deux."),
    ]
    assert [block.page for block in reading.document.blocks][-1] == 2


def test_items_that_a_word_processor_saves_are_items(tmp_path: Path) -> None:
    """A message saved as a page writes its bullets out, in paragraphs."""
    path = tmp_path / "message.htm"
    path.write_bytes(
        "<html><body><p class=MsoNormal>Bonjour à tous,</p>"
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>"
        "<span style='mso-list:Ignore'>·<span>&nbsp;&nbsp;</span></span>Écouter</p>"
        "<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'>"
        "<span style='mso-list:Ignore'>2.<span>&nbsp;&nbsp;</span></span>Répondre</p>"
        "</body></html>".encode("cp1252")
    )

    reading = read(path)

    items = [(block.text, block.level) for block in reading.document.blocks[1:]]
    assert items == [("Écouter", 1), ("2. Répondre", 2)]
    assert {block.type.value for block in reading.document.blocks[1:]} == {"list-item"}


def test_the_fields_above_a_text_are_proposed(tmp_path: Path) -> None:
    """What a person wrote at the top of a text in Markdown is no text."""
    path = tmp_path / "note.md"
    path.write_text(
        '---\r\ntitle: "Les lampes"\r\nauthor: Élise Dupont\r\ndate: 2018-03-12\r\n'
        "---\r\n\r\nLa ville a posé des lampes.\r\n",
        encoding="utf-8",
    )

    reading = read(path)

    told = reading.properties
    assert found(reading) == [("paragraph", "La ville a posé des lampes.")]
    assert (told.title, told.authors) == ("Les lampes", ("Élise Dupont",))
    assert told.created == "2018-03-12"


def test_a_text_has_titles_in_capitals_and_rows(tmp_path: Path) -> None:
    """Tabs and spaces part the cells of a row; capitals stand above a text."""
    path = tmp_path / "note.txt"
    text = (
        "BILAN DE L’ANNÉE\r\nMontreuil, le 12 mars 2018\r\n\r\n"
        "Ville        Agents\r\nMontreuil       124\r\nRiga   310\r\n\r\n"
        "Ville\tAgents\r\nLiège\t\r\n\r\nUne fin.  Deux espaces\r\nici.  Et là\r\n"
    )
    path.write_bytes(text.encode("cp1252"))

    reading = read(path)

    assert found(reading) == [
        ("heading", "BILAN DE L’ANNÉE"),
        ("paragraph", "Montreuil, le 12 mars 2018"),
        ("table-row", "Ville | Agents"),
        ("table-row", "Montreuil | 124"),
        ("table-row", "Riga | 310"),
        ("table-row", "Ville | Agents"),
        ("table-row", "Liège"),
        ("paragraph", "Une fin. Deux espaces"),
        ("paragraph", "ici. Et là"),
    ]
    assert reading.document.blocks[6].cells == ("Liège", "")
