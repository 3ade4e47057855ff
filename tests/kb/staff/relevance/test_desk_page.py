"""The relevance desk: what staff decide on a search takes effect at once."""

import pytest

from indexer.model.ids import Locale
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.staff import Browser

CHANGES_CONTENT = True

SEARCH = "/en/staff/relevance/search"
LAMPS = "practices/newtown-lamps"


def decide(browser: Browser, text: str = "zzyzx", **fields: str) -> int:
    """Send the form of a search, and return the status of the answer."""
    answer = browser.post(
        SEARCH, page=f"{SEARCH}?q={text}&hl=fr", q=text, hl="fr", **fields
    )
    return answer.status_code


def ids(browser: Browser, text: str) -> list[str]:
    """Return the ids of the results of a search."""
    found = browser.get(f"/api/v1/search?q={text}&hl=fr").get_json()
    return [f"{hit['kind']}/{hit['id']}" for hit in found["hits"]]


def test_a_record_put_first_is_found_at_once(
    publisher: Browser, content: Workspace
) -> None:
    """For words that no record contains; it is judged too, and the page says so."""
    assert ids(publisher, "zzyzx") == []

    status = decide(
        publisher,
        **{
            "record": LAMPS,
            f"grade-{LAMPS}": "3",
            f"place-{LAMPS}": "first",
            f"reason-{LAMPS}": "The nearest case",
        },
    )

    assert status == 303
    assert len(ids(publisher, "zzyzx")) == 1
    page = publisher.get(f"{SEARCH}?q=ZZYZX&hl=fr").text
    assert "The nearest case" in page
    assert "Put first by the team" in publisher.get("/en/search?q=Zzyzx").text
    assert "zzyzx" in content.path("judgements.yaml").read_text("utf-8")
    desk = publisher.get("/en/staff/relevance").text
    assert "1 judged search." in desk


def test_a_record_left_out_is_counted_on_the_page(publisher: Browser) -> None:
    """A reader can still search the words as typed, in all records."""
    text = "lampes"
    before = ids(publisher, text)
    record = LAMPS

    decide(
        publisher,
        text,
        **{
            "record": record,
            f"place-{record}": "hidden",
            f"reason-{record}": "Another sense",
        },
    )

    assert len(ids(publisher, text)) == len(before) - 1
    page = publisher.get(f"/en/search?q={text}").text
    assert "The team leaves 1 record out of this search." in page
    assert len(ids(publisher, f"{text}&expand=no")) >= len(before) - 1


def test_a_place_without_a_reason_is_not_saved(
    publisher: Browser, content: Workspace
) -> None:
    """The page keeps what was chosen."""
    answer = publisher.post(
        SEARCH,
        page=f"{SEARCH}?q=zzyzx&hl=fr",
        **{"q": "zzyzx", "hl": "fr", "record": LAMPS, f"place-{LAMPS}": "first"},
    )

    assert answer.status_code == 422
    assert "Give the reason." in answer.text
    assert 'value="first" selected' in answer.text
    assert not content.path("curations.yaml").exists()


@pytest.mark.parametrize(
    "typed",
    [LAMPS, f"https://kb.example.org/fr/{LAMPS}", f"/en/{LAMPS}?from=search#limits"],
)
def test_a_record_is_added_by_its_address(publisher: Browser, typed: str) -> None:
    """It is on the page, and nothing is saved yet."""
    answer = publisher.post(
        SEARCH, page=f"{SEARCH}?q=zzyzx&hl=fr", q="zzyzx", hl="fr", added=typed
    )

    assert answer.status_code == 200
    assert f'name="grade-{LAMPS}"' in answer.text
    assert ids(publisher, "zzyzx") == []


def test_an_address_of_no_record_is_rejected(publisher: Browser) -> None:
    """What was typed stays."""
    answer = publisher.post(
        SEARCH, page=f"{SEARCH}?q=zzyzx&hl=fr", q="zzyzx", hl="fr", added="<b>x</b>"
    )

    assert answer.status_code == 422
    assert "No record has this address" in answer.text
    assert "<b>x</b>" not in answer.text


def test_a_damaged_file_is_named(publisher: Browser, content: Workspace) -> None:
    """Nothing is lost: the form shows what was chosen."""
    content.path("judgements.yaml").write_text("- [", "utf-8")

    answer = publisher.post(
        SEARCH,
        page=f"{SEARCH}?q=zzyzx&hl=fr",
        **{"q": "zzyzx", "hl": "fr", "record": LAMPS, f"grade-{LAMPS}": "3"},
    )

    assert answer.status_code == 409
    assert "documents/judgements.yaml cannot be changed" in answer.text
    assert content.path("judgements.yaml").read_text("utf-8") == "- ["
    assert "contains an error" in publisher.get("/en/staff/relevance").text


@pytest.mark.parametrize(
    "query", ["", "q=&hl=fr", "q=+&hl=fr", "q=x&hl=de", "q=x", "hl=fr"]
)
def test_a_search_needs_words_and_a_language(publisher: Browser, query: str) -> None:
    """A form that was changed by hand."""
    assert publisher.get(f"{SEARCH}?{query}").status_code == 400


def test_an_editor_sees_judgements_and_cannot_save(editor: Browser) -> None:
    """To decide what visitors find is to publish."""
    assert "Only a publisher can save" in editor.get(f"{SEARCH}?q=zzyzx&hl=fr").text
    assert decide(editor) == 403


def test_frequent_searches_are_listed_with_their_answer(
    publisher: Browser, services: Services
) -> None:
    """The most frequent first; a judged one tells where its answer is."""
    services.database.typed_searches.add_all([("zzyzx", Locale.FR)] * 2)
    services.database.typed_searches.add_all([("drones", Locale.EN)])
    decide(publisher, **{"record": LAMPS, f"grade-{LAMPS}": "3"})

    desk = publisher.get("/en/staff/relevance").text

    assert desk.index("its answer is not on the first page") < desk.index("drones")
    assert "2 searches" in desk
    assert "not judged" in desk
