"""The page of results."""

import re
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.support.answers import body_of
from tests.support.pages import page_of, required


def count(page: BeautifulSoup) -> int:
    """Return the number of results that a page says."""
    element = required(page, "#count")
    assert re.match(r"\D*(\d+)", element.get_text())
    return int(str(element["data-total"]))


def test_the_query_is_in_the_search_box_and_marked_in_the_results(
    client: FlaskClient,
) -> None:
    """Typed without accents, it matches words with accents."""
    found = page_of(client, "/fr/search?q=eclairage")

    assert required(found, "input#q")["value"] == "eclairage"
    assert [mark.get_text() for mark in found.select("h3 mark")] == ["éclairage"]
    title = required(found, "h1")
    assert title.get_text(strip=True) == "Résultats pour «\u00a0eclairage\u00a0»"
    assert count(found) == 1


def test_a_chip_removes_its_filter(client: FlaskClient) -> None:
    """Its address is that of the search without the filter; tabs are no chips."""
    found = page_of(client, "/fr/search?q=rue&kind=event&place=france&year=2018")

    chips = {str(chip["href"]) for chip in found.select("a.chip")}

    assert chips == {
        "/fr/search?q=rue&kind=event&place=france",
        "/fr/search?q=rue&kind=event&year=2018",
    }
    assert required(found, ".chips .all")["href"] == "/fr/search?q=rue&kind=event"


@pytest.mark.load
@pytest.mark.parametrize("address", ["/fr/search", "/fr/search?q=rue+place"])
def test_each_checkbox_selects_as_many_results_as_it_counts(
    client: FlaskClient, address: str
) -> None:
    """Every count is true."""
    found = page_of(client, address)
    boxes = found.select("#filters [type=checkbox]")
    assert boxes
    for box in boxes:
        label = box.find_parent("label")
        assert label is not None
        number = required(label, ".num")
        sign = "&" if "?" in address else "?"
        value = f"{box['name']}={quote_plus(str(box['value']))}"
        page = page_of(client, f"{address}{sign}{value}")
        chosen = page.select("#filters [type=checkbox][checked]")
        assert count(page) == int(number.get_text()), value
        assert [each["value"] for each in chosen] == [box["value"]]


@pytest.mark.parametrize("address", ["/fr/search?q=rue", "/en/search?q=rue+place"])
def test_each_tab_leads_to_as_many_results_as_it_counts(
    client: FlaskClient, address: str
) -> None:
    """Glossary terms have a tab, and are not counted among all results of words."""
    tabs = page_of(client, address).select(".tabs a")
    assert len(tabs) > 3
    for tab in tabs:
        number = required(tab, ".num")
        page = page_of(client, str(tab["href"]))
        assert required(page, ".tabs [aria-current]")["href"] == tab["href"]
        assert count(page) == int(number.get_text()), tab["href"]


def test_a_kind_without_results_is_no_link(client: FlaskClient) -> None:
    """It stays, so that the tabs do not move."""
    found = page_of(client, "/fr/search?q=eclairage")

    assert found.select(".tabs .none")
    assert all(each.get_text().endswith(" 0") for each in found.select(".tabs .none"))


def test_the_form_of_the_filters_keeps_the_other_parameters(
    client: FlaskClient,
) -> None:
    """Its address is that of the same search with the ticked values."""
    found = page_of(
        client, "/fr/search?q=rue&kind=event&kind=practice&place=france&expand=no"
    )
    form = required(found, "form#filters")

    sent = [
        (str(each["name"]), str(each["value"]))
        for each in form.select("input[name]")
        if each["type"] == "hidden" or each.has_attr("checked")
    ]

    assert sent == [
        ("q", "rue"),
        ("kind", "event"),
        ("kind", "practice"),
        ("expand", "no"),
        ("sort", ""),
        ("place", "france"),
    ]


def test_a_filter_accepts_labels_in_both_languages(client: FlaskClient) -> None:
    """`place=Villeneuve` and `place=Newtown` are the same place."""
    for name in ("villeneuve", "Villeneuve", "Newtown", "NEWTOWN"):
        assert count(page_of(client, f"/fr/search?place={name}")) == 2


def test_a_field_name_is_accepted_in_both_languages(client: FlaskClient) -> None:
    """`lieu:` and `place:`, `couverture:` and `coverage:`."""
    for text in (
        *("lieu:france", "place:France", "thème:streets", "theme:Streets"),
        *("couverture:none", "coverage:some", "besoin:n01", "need:n01"),
    ):
        assert not page_of(client, f"/fr/search?q={text}").find(class_="warn"), text


def test_a_malformed_query_is_searched_as_plain_words(client: FlaskClient) -> None:
    """The page says so."""
    text = page_of(client, "/fr/search?q=(rue").get_text()

    assert "ses mots ont été cherchés tels quels" in text


def test_partial_matches_are_marked(client: FlaskClient) -> None:
    """No record contains all the words; the missing one is marked in each item."""
    found = page_of(client, "/en/search?q=lanes+zzz")

    assert "No record contains all the words." in found.get_text()
    items = found.select("ol.items li.item")
    assert items
    for each in items:
        mark, *words = each.select(".words-found li")
        assert mark.get_text() == "Matches in part"
        assert [word.get_text().split()[0] for word in words] == ["lanes", "zzz"]
        assert [word.get("class") for word in words] == [None, ["absent"]]


def test_synonyms_are_listed_and_can_be_excluded(client: FlaskClient) -> None:
    """« Uniquement mes mots » and every link after it keep the choice."""
    found = page_of(client, "/fr/search?q=cyberbullying&kind=recommendation")
    also = required(found, ".also")
    assert "cyberharcèlement" in also.get_text()
    assert found.select("ol.items li")

    link = required(also, "a")
    only = page_of(client, str(link["href"]))

    assert str(link["href"]) == (
        "/fr/search?q=cyberbullying&kind=recommendation&expand=no"
    )
    assert all("expand=no" in str(each["href"]) for each in only.select(".tabs a"))
    assert "Seuls vos mots" in only.get_text()


def test_a_glossary_term_is_shown_above_the_results(client: FlaskClient) -> None:
    """A definition and its translation answer many queries, once on the page."""
    for text in ("cyberharcelement", "online bullying"):
        found = page_of(client, f"/fr/search?q={text}")

        assert "cyberbullying" in required(found, ".terms").get_text()
        item = required(found, "#item-term-cyberbullying")
        assert required(found, ".terms dd").get_text(strip=True) not in item.get_text()


def test_a_term_is_shown_for_words_of_any_of_its_names(real_app: Flask) -> None:
    """“Intimate” and “photo” are in other names of the terms only."""
    found = page_of(real_app.test_client(), "/en/search?q=an+intimate+photo+of+a+pupil")

    assert {term.get_text() for term in found.select(".terms dt a")} == {
        *("intimate images", "revenge porn", "image-based abuse")
    }


def test_terms_stay_in_the_list_without_words_or_as_a_kind(
    client: FlaskClient,
) -> None:
    """« Tout » without words counts every record."""
    listed = page_of(client, "/fr/search?q=cyberharcelement&kind=term")
    every = page_of(client, "/fr/search?kind=term")

    assert listed.select(".items a[href^='/fr/glossary/']")
    assert listed.find(class_="terms") is None
    assert every.select(".items a[href^='/fr/glossary/']")


def test_terms_as_the_only_results_are_listed_without_advice(
    client: FlaskClient,
) -> None:
    """Advice is for searches without results."""
    found = page_of(client, "/fr/search?q=cyberbullying+kind:term")

    assert found.select(".items a[href^='/fr/glossary/']")
    assert count(found) == 1
    assert "Ce que vous pouvez faire" not in found.get_text()


def test_a_search_without_results_offers_help(client: FlaskClient) -> None:
    """An empty page is no dead end."""
    found = page_of(client, "/fr/search?q=zzz&kind=practice")

    links = {str(link["href"]) for link in found.select("main a")}
    assert "/fr/search?q=zzz" in links
    assert "/fr/pages/help" in links


def test_the_sort_order_is_kept_by_the_pager(client: FlaskClient) -> None:
    """Links of the page keep all parameters."""
    found = page_of(client, "/fr/search?sort=title")

    assert str(required(found, "a[rel=next]")["href"]) == "/fr/search?sort=title&page=2"


SCALES = ("result", "evidence", "stage")


def sort_values(client: FlaskClient, path: str) -> list[str]:
    """Return the sort orders that a page offers."""
    return [
        str(option["value"]) for option in page_of(client, path).select("#sort option")
    ]


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


def test_exact_matches_are_counted_and_bear_no_mark(client: FlaskClient) -> None:
    """Visitors see at once which results contain both of their words."""
    found = page_of(client, "/en/search?q=lamps+newtown")

    number = required(found, "#count")
    assert re.fullmatch(r"\d+ results, 1 of them exact", number.get_text())
    items = required(found, "ol.items").select("li.item")
    assert [bool(item.select(".absent")) for item in items].count(False) == 1
    assert not items[0].select(".words-found")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "/fr/search?q=que+faire+quand+une+photo+intime+d%27un+élève+circule",
            ["photo intime", "élève", "circule"],
        ),
        (
            "/en/search?q=what+to+do+when+an+intimate+photo+of+a+pupil+circulates",
            ["intimate photo", "pupil", "circulates"],
        ),
        ("/fr/search?q=asdf+vélo", ["asdf", "vélo"]),
        ("/en/search?q=zzzz+qqqq", ["zzzz", "qqqq"]),
        ("/en/search?q=stolen+bikes", []),
        ("/en/search?q=zzzz", []),
        ("/en/search?q=asdf+OR+qqqq", []),
    ],
)
def test_words_can_be_removed_from_a_question_or_where_nothing_matches_them_all(
    real_app: Flask, address: str, expected: list[str]
) -> None:
    """The words of a term stay together, and each address has the other words."""
    found = page_of(real_app.test_client(), address)

    chips = found.select(".kept-words a")
    assert [str(each.contents[0]) for each in chips] == expected
    for each, word in zip(chips, expected, strict=True):
        others = " ".join(other for other in expected if other != word)
        assert parse_qs(urlsplit(str(each["href"])).query) == {"q": [others]}


@pytest.mark.parametrize(
    "address",
    [
        "/fr/search?q=que+faire+quand+une+photo+intime+d%27un+élève+circule",
        "/en/search?q=what+to+do+when+an+intimate+photo+of+a+pupil+circulates",
    ],
)
def test_no_result_is_found_by_an_everyday_word_alone(
    real_app: Flask, address: str
) -> None:
    """The question found cats and jewels: « photo », « circule »."""
    found = page_of(real_app.test_client(), address)

    links = [str(each["href"]).split("?")[0] for each in found.select(".item h3 a")]
    assert any(link.endswith("/practices/almendralejo-ai-nudes") for link in links[:5])
    assert not any("brussels" in each or "jewels" in each for each in links)
    assert found.select_one(".terms dt a[href$='/glossary/image-based-abuse']")


def test_the_search_page_without_words_is_a_start(real_app: Flask) -> None:
    """Each count leads to a list with as many records."""
    client = real_app.test_client()
    found = page_of(client, "/en/search")

    counts = found.select(".start-counts a")
    assert len(counts) == 6
    assert [each.get_text() for each in found.select(".start-lists dt")] == [
        *("For example", "By place", "By audience")
    ]
    for each in found.select(".start-lists dd a, .start-counts a"):
        assert client.get(str(each["href"])).status_code == 200
    assert not found.select(".tabs")


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("text", ["zzzz qqqq", "#?&"])
def test_a_page_without_results_is_a_way_on(
    real_app: Flask, text: str, locale: str
) -> None:
    """It has the themes, the kinds and the feed, and no menu of empty files."""
    found = page_of(real_app.test_client(), f"/{locale}/search?q={quote_plus(text)}")

    assert count(found) == 0
    assert len(found.select(f".ways a[href^='/{locale}/themes/']")) == 7
    assert found.select(f".ways a[href='/{locale}/practices/']")
    assert found.select(".nothing-yet a.btn")
    assert not found.select("details.export")


def test_words_left_out_are_counted_where_no_record_has_them_all(
    real_app: Flask,
) -> None:
    """A link leads to as many exact matches as it counts."""
    client = real_app.test_client()
    found = page_of(client, "/fr/search?q=asdf+vélo")

    link = required(found, ".ways a[href='/fr/search?q=v%C3%A9lo']")
    number = link.find_next_sibling(class_="num")
    assert number is not None
    others = body_of(client.get("/api/v1/search?hl=fr&q=vélo"))
    assert int(number.get_text()) == others["exact_total"]


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_an_item_has_one_passage_in_the_language_of_the_page(
    real_app: Flask, locale: str
) -> None:
    """All these records have both languages, and the words are in both."""
    found = page_of(real_app.test_client(), f"/{locale}/search?q=police+Milan")

    items = found.select("ol.items li.item")
    assert items
    for each in items:
        assert len(each.select(".s")) == 1
        assert not each.select(".s[lang], .s [lang]")


@pytest.mark.parametrize(
    "address",
    ["/en/search?q=stolen+bikes", "/fr/search?q=rumeur", "/fr/search?q=revenge+porn"],
)
def test_a_page_of_results_has_one_strip_of_terms(
    real_app: Flask, address: str
) -> None:
    """It has three terms at most, each with its definition."""
    found = page_of(real_app.test_client(), address)

    strips = found.select("section[aria-labelledby='terms']")
    assert len(strips) <= 1
    for strip in strips:
        assert 1 <= len(strip.select("dt")) <= 3
        for term in strip.select("dl > div"):
            assert term.select("dd")
            assert term.select("dt i[lang]"), "the translation"


def test_follow_and_export_stand_together(client: FlaskClient) -> None:
    """The menu opens without script, and one of its files is the JSON."""
    tools = required(page_of(client, "/en/search?q=lamps&kind=practice"), ".tool")

    follow = required(tools, "a[href='/en/follow?q=lamps&kind=practice']")
    assert follow.find_next_sibling("details") is not None
    assert tools.select("details a[href='/api/v1/search?hl=en&q=lamps&kind=practice']")


@pytest.mark.parametrize(
    ("address", "kinds"),
    [
        (
            "/fr/search?q=title:%22sécurité+au+quotidien%22&kind=theme&kind=term",
            ["Terme", "Thème"],
        ),
        (
            "/en/search?q=title:%22everyday+security%22&kind=theme&kind=term",
            ["Glossary term", "Theme"],
        ),
    ],
)
def test_records_with_one_title_are_told_apart(
    real_app: Flask, address: str, kinds: list[str]
) -> None:
    """A theme and a term have the same name."""
    found = page_of(real_app.test_client(), address)

    assert sorted(each.get_text() for each in found.select(".item h3 .tag")) == kinds


def test_a_corrected_spelling_is_linked(client: FlaskClient) -> None:
    """It can be searched alone."""
    found = page_of(client, "/fr/search?q=eclairagge")

    note = required(found, ".warn")
    assert "Orthographe corrigée" in note.get_text()
    assert re.search(r"\.\S", note.get_text()) is None, "sentences stand apart"
    assert [link.get_text() for link in note.select("a")] == ["éclairage"]


def test_a_sentence_gets_no_warning(client: FlaskClient) -> None:
    """Visitors expect that any of its words will do."""
    found = page_of(client, "/en/search?q=lamps+lanes+contractor+residents+aggression")

    assert found.find(class_="warn") is None


def test_synonyms_are_folded(client: FlaskClient) -> None:
    """The list opens without script, and repeats none."""
    found = page_of(client, "/fr/search?q=cyberharcelement+lampes+rue+jeunes")

    also = required(found, ".also")
    summary = required(also, "summary")
    names = [each.get_text().lower() for each in also.select("b")]
    assert len(names) == len(set(names))
    assert summary.get_text() == f"{len(names)} autres mots cherchés aussi"
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
    found = page_of(client, f"/fr/search?q={quote_plus(typed)}")

    assert sentence in required(found, "p.note.warn").get_text().replace("\u00a0", " ")


def test_a_hit_by_another_word_says_why(client: FlaskClient) -> None:
    """The language is named if it is not that of the page."""
    plain = page_of(client, "/fr/search?q=eclairage")
    other = page_of(client, "/fr/search?q=lighting&expand=no")

    assert plain.select("ol.items li h3 mark")
    assert plain.find(class_="why") is None
    why = required(other, "details.why")
    assert not why.has_attr("open")
    assert "lighting\u00a0» (titre anglais)" in why.get_text()
    assert [each["lang"] for each in why.select("[lang]")] == ["en"]


def test_a_search_without_results_counts_those_without_filters(
    client: FlaskClient,
) -> None:
    """The link leads to as many results as it says."""
    found = page_of(client, "/en/search?q=lamps&kind=term")

    link = next(
        each for each in found.select("main a") if "Without the filters" in each.text
    )

    wider = page_of(client, str(link["href"]))
    assert int(link.get_text().split()[3]) == count(wider)


def test_a_search_without_results_offers_similar_names(client: FlaskClient) -> None:
    """Names similar to one word are offered if none is similar to the whole query."""
    found = page_of(client, "/fr/search?q=-zzzzz+cyberharc&kind=event")

    links = {str(each["href"]) for each in found.select("main a")}

    assert "/fr/glossary/cyberbullying" in links


def test_the_ranking_page_is_linked_under_the_results(client: FlaskClient) -> None:
    """The help links it too."""
    found = page_of(client, "/en/search?q=workshop+newtown")

    assert found.select("#results a[href='/en/pages/ranking']")


def test_the_title_says_the_page_number(client: FlaskClient) -> None:
    """Tabs and bookmarks of two pages differ."""
    title = required(page_of(client, "/en/search?page=2"), "title")

    assert title.get_text().startswith("All records, page 2 –")


def test_the_results_are_reached_without_the_filters(client: FlaskClient) -> None:
    """The second link of the page skips fifty tabs."""
    found = page_of(client, "/en/search?q=lamps")

    links = [str(each["href"]) for each in found.select("body > a.skip")]
    assert links == ["#content", "#results"]
    assert found.find(id="results") is not None


def test_the_box_searches_in_one_kind(client: FlaskClient) -> None:
    """Its choice is that of the tabs."""
    found = page_of(client, "/en/search?q=lamps&kind=practice")

    chosen = found.select("#scope option[selected]")
    assert [each["value"] for each in chosen] == ["practice"]
    assert count(page_of(client, "/en/search?kind=&q=lamps")) == count(
        page_of(client, "/en/search?q=lamps")
    )


def test_an_item_is_added_to_the_dossier_and_the_page_comes_back(
    client: FlaskClient,
) -> None:
    """Without script, the visitor comes back to the item."""
    address = "/en/search?q=lamps&kind=practice"
    form = required(page_of(client, address), "#dossier-form input[name=back]")
    add = required(page_of(client, address), "button.add")

    response = client.post(
        "/en/dossier", data={"back": form["value"], add["name"]: add["value"]}
    )

    kind, _, slug = str(add["value"]).partition("s/")
    assert response.headers["Location"] == f"{address}#item-{kind}-{slug}"
    assert required(page_of(client, address), "button.add")["name"] == "remove"


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere", "/x"])
def test_the_dossier_sends_nobody_to_another_host(
    client: FlaskClient, back: str
) -> None:
    """`back` is a list of this service, in the language of the page."""
    response = client.post("/en/dossier", data={"back": back, "add": "practices/lamps"})

    assert response.headers["Location"] == "/en/dossier"


def test_the_facet_of_needs_is_shown_once_one_is_selected(client: FlaskClient) -> None:
    """Only links select it: all titles of needs would lengthen every page."""
    label = "Need answered"

    assert label not in page_of(client, "/en/search?kind=practice").get_text()
    assert label in page_of(client, "/en/search?kind=practice&need=n01").get_text()


@pytest.mark.parametrize(
    ("path", "title", "absent"),
    [
        (
            "/en/search?q=chocolate+cake+recipe",
            "Nothing about “chocolate cake recipe”",
            "chocolate, cake.",
        ),
        (
            "/fr/search?q=recette+de+tarte+aux+pommes",
            "Rien sur «\u00a0recette de tarte aux pommes\u00a0»",
            "«\u00a0tarte\u00a0».",
        ),
    ],
)
def test_records_that_share_a_common_word_are_no_answer(
    real_app: Flask, path: str, title: str, absent: str
) -> None:
    """Three of different kinds are shown as the closest ones, and others folded."""
    found = page_of(real_app.test_client(), path)

    heading, lead = found.find("h1"), found.select_one("header .lead")
    assert heading is not None
    assert lead is not None
    assert heading.get_text(strip=True) == title
    assert lead.get_text(strip=True).endswith(absent)
    assert count(found) > 0
    shown = found.select(".items .item:not(details .item)")
    kinds = [item.select_one(".what").get_text() for item in shown]  # type: ignore[union-attr]
    assert 1 <= len(set(kinds)) == len(kinds) <= 3
    folded = found.select("details.rest:not([open]) .item")
    assert len(shown) + len(folded) == min(count(found), 10)


def test_few_results_are_followed_by_records_on_related_terms(real_app: Flask) -> None:
    """They are no results, and are not offered to a search with a filter."""
    client = real_app.test_client()

    found = page_of(client, "/en/search?q=doxing")
    near = {str(link["href"]).partition("?")[0] for link in found.select(".near dd a")}
    results = {str(a["href"]).partition("?")[0] for a in found.select(".item h3 a")}

    assert near
    assert near.isdisjoint(results)
    assert count(found) == len(results)
    assert not page_of(client, "/en/search?q=doxing&theme=trolling").select(".near")
    assert not page_of(client, "/en/search?q=police").select(".near")
