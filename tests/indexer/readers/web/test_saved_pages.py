"""Saved web pages, Markdown and plain text as blocks."""

from pathlib import Path

import pytest

from indexer.errors import FileUnreadableError
from indexer.model.document import FileReading, Unreadable
from indexer.model.ids import Locale
from tests.support.file_reading import read

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


def blocks_of(reading: FileReading) -> list[tuple[str, str]]:
    """Return the types and the texts of blocks."""
    return [(block.type.value, block.text) for block in reading.document.blocks]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_menus_and_footers_of_a_web_page_are_dropped(
    tmp_path: Path, encoding: str
) -> None:
    """The main text is the same in every encoding."""
    path = tmp_path / "page.html"
    head = '<meta charset="iso-8859-1">' if encoding == "cp1252" else ""
    path.write_bytes(PAGE.replace("<head>", f"<head>{head}").encode(encoding))

    reading = read(path)

    kinds = blocks_of(reading)
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


def test_a_web_page_of_menus_only_has_no_text(tmp_path: Path) -> None:
    """The reason is `NO_TEXT`."""
    path = tmp_path / "menus.html"
    path.write_text("<html><body><nav><a href='/'>Accueil</a></nav></body></html>")

    with pytest.raises(FileUnreadableError) as refused:
        read(path)

    assert refused.value.reason == Unreadable.NO_TEXT


def test_markdown_has_footnotes_and_front_matter(tmp_path: Path) -> None:
    """Front matter is no text."""
    path = tmp_path / "texte.md"
    path.write_text(
        "---\ntitle: Riga\n---\n# Titre\n\nUn texte[^1].\n\n- un\n- deux\n\n"
        "| A | B |\n| - | - |\n| 1 | 2 |\n\n[^1]: La note.\n",
        "utf-8",
    )

    assert blocks_of(read(path)) == [
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
def test_plain_text_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    """The encoding is detected by BOM or by content."""
    path = tmp_path / "texte.txt"
    path.write_bytes(TEXT.encode(encoding))

    assert blocks_of(read(path)) == [("paragraph", TEXT.strip())]


def test_mac_roman_text_is_read(tmp_path: Path) -> None:
    """Its accents have other codes than those of Windows."""
    path = tmp_path / "mac.txt"
    path.write_bytes("Sécurité : l’été à Orléans, où l’on répond.".encode("mac-roman"))

    assert blocks_of(read(path))[0][1] == "Sécurité : l’été à Orléans, où l’on répond."


def test_plain_text_has_headings_items_and_wrapped_lines(tmp_path: Path) -> None:
    """Underlined lines are headings, and long lines are wrapped."""
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

    kinds = blocks_of(reading)
    assert kinds[0] == ("heading", "Rapport")
    assert kinds[1][1].endswith("pendant une crise.")
    assert kinds[2:] == [
        ("heading", "RECOMMANDATIONS"),
        ("list-item", "écouter"),
        ("list-item", "répondre"),
        ("paragraph", "Page deux."),
    ]
    assert [block.page for block in reading.document.blocks][-1] == 2


def test_list_items_saved_by_word_are_list_items(tmp_path: Path) -> None:
    """Word saves them as paragraphs with a bullet as text."""
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


def test_front_matter_becomes_properties(tmp_path: Path) -> None:
    """Title, author, language and date are file properties."""
    path = tmp_path / "note.md"
    path.write_text(
        '---\r\ntitle: "Les lampes"\r\nauthor: Élise Dupont\r\ndate: 2018-03-12\r\n'
        "---\r\n\r\nLa ville a posé des lampes.\r\n",
        encoding="utf-8",
    )

    reading = read(path)

    properties = reading.properties
    assert blocks_of(reading) == [("paragraph", "La ville a posé des lampes.")]
    assert (properties.title, properties.authors) == ("Les lampes", ("Élise Dupont",))
    assert properties.created == "2018-03-12"


def test_plain_text_has_headings_in_capitals_and_table_rows(tmp_path: Path) -> None:
    """Tabs or several spaces separate cells."""
    path = tmp_path / "note.txt"
    text = (
        "BILAN DE L’ANNÉE\r\nMontreuil, le 12 mars 2018\r\n\r\n"
        "Ville        Agents\r\nMontreuil       124\r\nRiga   310\r\n\r\n"
        "Ville\tAgents\r\nLiège\t\r\n\r\nUne fin.  Deux espaces\r\nici.  Et là\r\n"
    )
    path.write_bytes(text.encode("cp1252"))

    reading = read(path)

    assert blocks_of(reading) == [
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
