"""The page of a theme: counts, first steps, text, sources, needs."""

import pytest
from flask import Flask

from indexer.model.ids import Kind
from kb.services import services
from tests.support.pages import page_of, required


def themes(app: Flask) -> list[str]:
    """Return the paths of the themes, without language."""
    with app.test_request_context("/en/"):
        return [str(each.id) for each in services().corpus.of_kind(Kind.THEME)]


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_each_count_leads_to_a_search_with_as_many_results(
    real_app: Flask, locale: str
) -> None:
    """For all themes and kinds."""
    client = real_app.test_client()
    checked = 0
    for theme in themes(real_app):
        for link in page_of(client, f"/{locale}/{theme}").select(".six a"):
            url = str(link["href"]).replace(f"/{locale}/search", "/api/v1/search")
            answer = client.get(url).json
            assert answer is not None
            assert required(link, "b").get_text() == str(answer["total"]), url
            checked += 1
    assert checked == 36


def test_recommendations_are_grouped_by_source_the_strongest_first(
    real_app: Flask,
) -> None:
    """What a source is worth is said once, over its recommendations."""
    client = real_app.test_client()
    for theme in themes(real_app):
        page = page_of(client, f"/en/{theme}")
        found = []
        for group in page.select(".by-source"):
            heading = required(group, "h3")
            _label, number = heading.stripped_strings
            assert int(number) == len(group.select(".item"))
            head = required(group, "div[class^=n]")
            found.append(int(head["class"][0].removeprefix("n")))
        assert found == sorted(found, reverse=True)
        assert not page.select(".by-source .item .firm")


def test_only_the_first_paragraph_is_shown_before_the_rest_is_unfolded(
    real_app: Flask,
) -> None:
    """The text is in the page, so it is searched by the browser and printed."""
    page = page_of(real_app.test_client(), "/fr/themes/diy-policing")

    fold = required(page, "details.unfold")

    assert not fold.has_attr("open")
    titles = [title.get_text() for title in fold.select("h3")]
    assert titles[0] == "Ce qui change"
    assert len(titles) == 4
    assert [start.get_text() for start in page.select(".start h3")] == [
        "Pour une ou un maire",
        "Pour la police",
    ]


def test_long_lists_are_folded_and_each_record_can_be_added_to_the_dossier(
    real_app: Flask,
) -> None:
    """As in the list of a kind: five rows, then a fold that says how many more."""
    client = real_app.test_client()
    for theme in themes(real_app):
        page = page_of(client, f"/fr/{theme}")
        for list_ in page.select("ol.items"):
            rows = list_.find_all("li", class_="item", recursive=False)
            assert len(rows) <= 6 or list_.find_parent("details", class_="rest")
            assert all(row.select_one("button.add") for row in rows)
        assert page.select("#practices, #recommendations")
