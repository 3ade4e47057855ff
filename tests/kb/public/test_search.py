"""The page of results."""

from __future__ import annotations

import re
from urllib.parse import quote_plus

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient


def soup(client: FlaskClient, path: str) -> BeautifulSoup:
    """Get and parse a page of results."""
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.text, "lxml")


def test_the_query_is_in_the_search_box_and_marked_in_the_results(
    client: FlaskClient,
) -> None:
    """Typed without accents, it matches words with accents."""
    found = soup(client, "/fr/search?q=eclairage")

    box = found.find("input", id="q")
    assert box is not None
    assert box["value"] == "eclairage"
    assert [mark.get_text() for mark in found.select("h2 mark")] == ["éclairage"]
    title = found.find("h1")
    assert title is not None
    assert title.get_text(strip=True) == "1 résultat pour «\u00a0eclairage\u00a0»"


def test_a_chip_removes_its_filter(client: FlaskClient) -> None:
    """Its address is that of the search without the filter."""
    found = soup(client, "/fr/search?q=rue&kind=event&place=france")

    chips = {str(chip["href"]) for chip in found.select("a.chip")}

    assert chips == {"/fr/search?q=rue&place=france", "/fr/search?q=rue&kind=event"}


def test_a_facet_link_leads_to_as_many_results_as_it_counts(
    client: FlaskClient,
) -> None:
    """Every count is true."""
    found = soup(client, "/fr/search?kind=practice")
    links = found.select(".facet li a")
    assert links
    for link in links:
        if link.get("aria-current"):
            continue
        number = link.find(class_="num")
        assert number is not None
        page = soup(client, str(link["href"]))
        kinds = page.select(".facet li a[aria-current]")
        title = page.find("h1")
        assert title is not None
        is_other_kind = "&" not in str(link["href"]) or len(kinds) > 1
        if "kind=practice&kind=" not in str(link["href"]):
            assert title.get_text().split()[0] == number.get_text(), link["href"]
        assert is_other_kind or kinds


def test_a_filter_accepts_labels_in_both_languages(client: FlaskClient) -> None:
    """`place=Villeneuve` and `place=Newtown` are the same place."""
    for name in ("villeneuve", "Villeneuve", "Newtown", "NEWTOWN"):
        assert "2 fiches" in soup(client, f"/fr/search?place={name}").get_text()


def test_a_field_name_is_accepted_in_both_languages(client: FlaskClient) -> None:
    """`lieu:` and `place:`, `thème:` and `theme:`."""
    for text in ("lieu:france", "place:France", "thème:streets", "theme:Streets"):
        assert not soup(client, f"/fr/search?q={text}").find(class_="warn"), text


def test_a_malformed_query_is_searched_as_plain_words(client: FlaskClient) -> None:
    """The page says so."""
    text = soup(client, "/fr/search?q=(rue").get_text()

    assert "ses mots ont été cherchés tels quels" in text


def test_a_relaxed_answer_has_a_note(client: FlaskClient) -> None:
    """No record contains all the words."""
    found = soup(client, "/en/search?q=lanes+zzz")

    assert "No record contains all the words of “lanes zzz”" in found.get_text()
    assert found.select("ol.hits li")


def test_synonyms_are_listed_and_can_be_excluded(client: FlaskClient) -> None:
    """« Uniquement mes mots » and every link after it keep the choice."""
    found = soup(client, "/fr/search?q=cyberbullying&kind=recommendation")
    also = found.find(class_="also")
    assert also is not None
    assert "cyberharcèlement" in also.get_text()
    assert found.select("ol.hits li")

    link = also.find("a")
    assert link is not None
    only = soup(client, str(link["href"]))

    assert str(link["href"]) == (
        "/fr/search?q=cyberbullying&kind=recommendation&expand=no"
    )
    assert all("expand=no" in str(each["href"]) for each in only.select("a.chip"))
    assert "Seuls vos mots" in only.get_text()


def test_a_glossary_term_is_shown_above_the_results(client: FlaskClient) -> None:
    """A definition and its translation answer many queries."""
    for text in ("cyberharcelement", "online bullying"):
        card = soup(client, f"/fr/search?q={text}").find(class_="word")

        assert card is not None
        assert "cyberbullying" in card.get_text()


def test_a_term_as_the_only_result_is_shown_without_advice(client: FlaskClient) -> None:
    """Advice is for searches without results."""
    found = soup(client, "/fr/search?q=online+bullying&expand=no")

    assert found.find(class_="word") is not None
    assert "Ce que vous pouvez faire" not in found.get_text()
    assert found.find(class_="take") is not None


def test_a_search_without_results_offers_help(client: FlaskClient) -> None:
    """An empty page is no dead end."""
    found = soup(client, "/fr/search?q=zzz&kind=practice")

    links = {str(link["href"]) for link in found.select("main a")}
    assert "/fr/search?q=zzz" in links
    assert "/fr/pages/help" in links


def test_the_sort_order_is_kept_by_the_pager(client: FlaskClient) -> None:
    """Links of the page keep all parameters."""
    found = soup(client, "/fr/search?sort=title")

    following = found.find("a", rel="next")
    assert following is not None
    assert str(following["href"]) == "/fr/search?sort=title&page=2"


SCALES = ("result", "evidence", "stage")


def sort_values(client: FlaskClient, path: str) -> list[str]:
    """Return the sort orders that a page offers."""
    return [str(option["value"]) for option in soup(client, path).select("option")]


def test_a_query_without_words_has_no_order_by_relevance(client: FlaskClient) -> None:
    """There is no word to score."""
    assert sort_values(client, "/fr/search?kind=event&kind=need") == ["newest", "title"]


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("kind=practice", [*SCALES]),
        ("kind=practice&kind=need", [*SCALES]),
        ("kind=recommendation&kind=need", []),
        ("kind=recommendation&kind=need&sort=result", ["result"]),
    ],
)
def test_practices_can_be_sorted_by_what_is_known_of_them(
    client: FlaskClient, path: str, values: list[str]
) -> None:
    """Without any practice only the order in use is listed, to match the page."""
    listed = sort_values(client, f"/fr/search?{path}")

    assert listed == ["newest", "title", *values]


def test_the_query_is_escaped(client: FlaskClient) -> None:
    """A typed text is never HTML."""
    response = client.get("/fr/search?q=<script>alert(1)</script>&kind=practice")

    assert "<script>alert" not in response.text


def test_a_relaxed_answer_counts_the_exact_matches(client: FlaskClient) -> None:
    """Visitors see at once which results contain both of their words."""
    found = soup(client, "/en/search?q=lamps+lanes")

    title, note = found.find("h1"), found.find(class_="warn")
    assert title is not None
    assert title.get_text(strip=True) == (
        "1 record contains all the words of “lamps lanes”"
    )
    assert note is not None
    assert "more contain some of them" in note.get_text()


def test_a_corrected_spelling_is_linked(client: FlaskClient) -> None:
    """It can be searched alone."""
    found = soup(client, "/fr/search?q=eclairagge")

    note = found.find(class_="warn")
    assert note is not None
    assert "Orthographe corrigée" in note.get_text()
    assert re.search(r"\.\S", note.get_text()) is None, "sentences stand apart"
    assert [link.get_text() for link in note.select("a")] == ["éclairage"]


def test_a_sentence_gets_no_warning(client: FlaskClient) -> None:
    """Visitors expect that any of its words will do."""
    found = soup(client, "/en/search?q=lamps+lanes+contractor+residents+aggression")

    assert found.find(class_="warn") is None
    also = found.find(class_="also")
    assert also is not None
    assert "one matching word is enough" in also.get_text()


def test_many_synonyms_are_folded(client: FlaskClient) -> None:
    """Six are shown, the rest opens without script, and none is repeated."""
    found = soup(client, "/fr/search?q=cyberharcelement+lampes+rue+jeunes")

    also = found.find(class_="also")
    assert also is not None
    summary = also.find("summary")
    assert summary is not None
    names = [each.get_text().lower() for each in also.select("b")]
    hidden = also.select("details b")
    assert len(names) == len(set(names))
    assert len(names) - len(hidden) == 6
    assert summary.get_text() == f"et {len(hidden)} autres"
    assert {each["lang"] for each in also.select("b[lang]")} == {"en"}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("r*", "« r* » a été cherché comme « r »."),
        ("r?e", "« r?e » a été cherché comme « r e »."),
        ("*rue", "« *rue » a été cherché comme « rue »."),
        ('"rue', "Il manque un guillemet : celui qui est seul a été ignoré"),
        ('"la rue"~5', '"la rue"~5 a été cherché comme "la rue".'),
        ('"la r* rue"', '"la r* rue" a été cherché comme "la r rue".'),
    ],
)
def test_search_page_explains_each_sign_without_effect(
    client: FlaskClient, typed: str, sentence: str
) -> None:
    """A query is never changed in silence."""
    found = soup(client, f"/fr/search?q={quote_plus(typed)}")

    note = found.select_one("p.note.warn")
    assert note is not None
    assert sentence in note.get_text().replace("\u00a0", " ")


def test_a_hit_shows_its_match_reasons(client: FlaskClient) -> None:
    """The language is named if it is not that of the page."""
    plain = soup(client, "/fr/search?q=eclairage")
    other = soup(client, "/fr/search?q=lighting&expand=no")

    assert plain.select("ol.hits li h2 mark")
    assert plain.find(class_="why") is None
    why = other.find(class_="why")
    assert why is not None
    assert "lighting (titre anglais)" in " ".join(why.get_text().split())
    assert [each["lang"] for each in why.select("[lang]")] == ["en"]


def test_a_search_without_results_counts_those_without_filters(
    client: FlaskClient,
) -> None:
    """The link leads to as many results as it says."""
    found = soup(client, "/en/search?q=lamps&kind=term")

    link = next(
        each for each in found.select("main a") if "Without the filters" in each.text
    )

    wider = soup(client, str(link["href"]))
    title = wider.find("h1")
    assert title is not None
    assert link.get_text().split()[3] == title.get_text().split()[0]


def test_a_search_without_results_offers_similar_names(client: FlaskClient) -> None:
    """Names similar to one word are offered if none is similar to the whole query."""
    found = soup(client, "/fr/search?q=-zzzzz+cyberharc&kind=event")

    links = {str(each["href"]) for each in found.select("main a")}

    assert "/fr/glossary/cyberbullying" in links


def test_the_ranking_page_is_linked_beside_the_sort_order(client: FlaskClient) -> None:
    """The help links it too."""
    found = soup(client, "/en/search?q=workshop+newtown")

    form = found.find(class_="sort")
    assert form is not None
    assert [str(link["href"]) for link in form.select("a")] == ["/en/pages/ranking"]
