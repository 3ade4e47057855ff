"""“See also” of records, over the real documents."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from indexer.model.ids import Kind
from kb.public.record.linked_records import MAX_SHOWN
from kb.services import services
from tests.support.pages import page_of


def see_also(app: Flask, path: str) -> list[str]:
    """Return the addresses of the records under « Voir aussi »."""
    page = BeautifulSoup(app.test_client().get(path).text, "lxml")
    return [str(link["href"]) for link in page.select(".see-also li a")]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/fr/recommendations/rec-22", "/fr/recommendations/rec-23"),
        ("/en/recommendations/rec-22", "/en/deliverables/d2.7"),
        ("/fr/practices/milan-stolen-bikes", "/fr/practices/trieste-agente-gianna"),
        ("/fr/deliverables/d4.5", "/fr/deliverables/d4.1"),
        ("/fr/glossary/cyberbullying", "/fr/recommendations/rec-16"),
        ("/en/events/l-riga", "/en/recommendations/rec-22"),
        ("/fr/themes/everyday-security", "/fr/needs/n01"),
    ],
)
def test_similar_records_are_offered(real_app: Flask, path: str, expected: str) -> None:
    """They may be of any kind, and nobody had to link them."""
    assert expected in see_also(real_app, path)


@pytest.mark.parametrize(
    "path",
    [
        *("/fr/recommendations/rec-22", "/fr/practices/milan-stolen-bikes"),
        *("/en/needs/n13", "/fr/events/l-riga", "/en/glossary/doxing"),
        *("/en/deliverables/d2.7", "/fr/themes/dark-web"),
    ],
)
def test_no_record_is_offered_twice_on_a_page(real_app: Flask, path: str) -> None:
    """Neither beside the record's own links, nor as the record itself."""
    page = BeautifulSoup(real_app.test_client().get(path).text, "lxml")
    offered = see_also(real_app, path)
    elsewhere = {
        str(link["href"])
        for part in (".fact-strip", ".side .links", ".done-by", ".hits")
        for link in page.select(f"{part} a")
    }

    assert len(offered) == len(set(offered))
    assert not {*elsewhere, path} & set(offered)
    assert not [url for url in offered if "/pages/" in url]


def test_groups_show_their_first_records_and_fold_the_others(real_app: Flask) -> None:
    """A page with thirty links must not end with thirty lines."""
    client = real_app.test_client()
    page = page_of(client, "/fr/practices/milan-stolen-bikes")

    groups = page.select(".see-also section")

    titles = [each.select_one("h3") for each in groups]
    assert len({title.get_text() for title in titles if title}) == len(groups) > 2
    for group in groups:
        assert len(group.select(":scope > ul > li")) <= MAX_SHOWN + 1


@pytest.mark.parametrize("kind", [Kind.PRACTICE, Kind.RECOMMENDATION])
def test_the_link_to_a_theme_leads_to_as_many_records_as_it_says(
    real_app: Flask, kind: Kind
) -> None:
    """For each record that has such a link."""
    client = real_app.test_client()
    with real_app.test_request_context("/en/"):
        records = services().corpus.of_kind(kind)
    checked: dict[str, str] = {}
    for record in records:
        page = page_of(client, f"/en/{record.id}")
        for link in page.select(".see-also p > a"):
            checked[str(link["href"])] = link.get_text()
    assert len(checked) > 4

    for url, text in checked.items():
        answer = client.get(url.replace("/en/search", "/api/v1/search")).json
        assert answer is not None
        assert str(answer["total"]) in text.split(), url


def test_pages_about_the_service_have_no_similar_records(real_app: Flask) -> None:
    """Their words describe the service, not a subject."""
    assert not [url for url in see_also(real_app, "/fr/pages/help") if "/needs/" in url]
