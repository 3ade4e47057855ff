"""Which records a query finds: the contract of every engine, as a table."""

from typing import NamedTuple

import pytest

from indexer.engines.base import SearchEngine
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale
from indexer.model.indexed_record import IndexedRecord
from tests.support.builders import a_query, a_record, an_edition

EN = Locale.EN
TROLLING = {FacetName.THEME: ("trolling",)}
STREETS = {FacetName.THEME: ("streets",)}


class Case(NamedTuple):
    """Records, and by typed query the slugs of those that a French reader finds."""

    records: list[IndexedRecord]
    found: dict[str, str]
    locale: Locale = Locale.FR


VELOS_DRONES = [a_record("Vélos", slug="v"), a_record("Drones", slug="d")]
BY_THEME = [
    a_record("Police", slug="a", facets=TROLLING),
    a_record("Police", slug="b", facets=STREETS),
]
CYBERBULLYING = a_record(
    "Cyberharcèlement",
    slug="term",
    kind=Kind.TERM,
    other=an_edition("Cyberbullying"),
    names=("harcèlement en ligne",),
)
OF_THE_TERM = [
    CYBERBULLYING,
    a_record("Du harcèlement en ligne", slug="name"),
    a_record("Du cyberharcèlement", slug="french"),
    a_record("On cyberbullying", slug="english", locale=EN),
]

CASES = {
    "an elided article is no part of the noun": Case(
        [a_record("L’accessibilité des formulaires", slug="a")], {"accessibilite": "a"}
    ),
    "a phrase matches consecutive words only": Case(
        [
            a_record("A", slug="together", text="La police locale répond."),
            a_record("B", slug="apart", text="La police, en réunion locale."),
        ],
        {'"police locale"': "together", "police locale": "together apart"},
    ),
    "a prefix matches simple words and compounds": Case(
        [
            a_record("Le cyberharcèlement", slug="one"),
            a_record("Les cyber-vigiles", slug="two"),
            a_record("La police", slug="three"),
        ],
        {"cyber*": "one two"},
    ),
    "an excluded word removes records": Case(
        [a_record("Rumeurs à Munich", slug="m"), a_record("Rumeurs", slug="r")],
        {"rumeurs -munich": "r", "rumeurs SAUF munich": "r"},
    ),
    "an excluded compound removes records with its parts side by side": Case(
        [
            a_record("Police", slug="named", text="Aux Pays-Bas."),
            a_record("Police", slug="apart", text="Un pays dont le taux est bas."),
        ],
        {"police -Pays-Bas": "apart", "police SAUF (Pays-Bas OU Italie)": "apart"},
    ),
    "or matches either word, and and is not relaxed": Case(
        VELOS_DRONES,
        {"vélos OU drones": "v d", "vélos OR drones": "v d", "vélos AND drones": ""},
    ),
    "exclusions are not relaxed": Case(VELOS_DRONES, {"vélos bruit -drones": "v"}),
    "a facet in the query filters, and is not relaxed": Case(
        BY_THEME,
        {
            "police theme:trolling": "a",
            "police xyzzy theme:trolling": "a",
            "xyzzy theme:trolling": "",
            "-theme:trolling -police": "",
        },
    ),
    "title restricts a word or a prefix to titles": Case(
        [a_record("Drones", slug="t"), a_record("Autre", slug="x", text="Des drones.")],
        {"title:drones": "t", "title:dron*": "t"},
    ),
    "stop words stay when no other word is left": Case(
        [a_record("Être", slug="a", text="To be or not to be. Le mot de la fin.")],
        {"le": "a", "to be or not to be": "a", "de la": "a"},
    ),
    "signs match no record, and no text matches all": Case(
        [a_record("Police", slug="a")],
        {**dict.fromkeys(("*", "-", "😀", '"""', "( )", "…"), ""), "": "a"},
    ),
    # « Theft », the name of a band in a French text, does not match « vol ».
    "a translation is searched in its own language only": Case(
        [
            a_record("Bicycle theft", slug="english", locale=EN),
            a_record("Theft, un groupe de rap", slug="homograph"),
            a_record("Vol de vélos", slug="typed"),
        ],
        {"vol": "english typed"},
    ),
    "an exclusion is not translated": Case(
        [
            a_record("Police and theft", slug="english", locale=EN),
            a_record("Police, vol", slug="french"),
        ],
        {
            "police -vol": "english",
            "police SAUF vol": "english",
            "police NOT theft": "french",
            "police -(vol OU larcin)": "english",
        },
    ),
    "an exclusion is not extended by the glossary": Case(
        [
            CYBERBULLYING,
            a_record("Police, cyberbullying", slug="english", locale=EN),
            a_record("Police, cyberharcèlement", slug="french"),
            a_record("Police, harcèlement en ligne", slug="name"),
        ],
        {
            "police -cyberharcèlement": "english name",
            "police -cyberbullying": "french name",
            'police -"harcèlement en ligne"': "english french",
        },
    ),
    # « réseaux sociaux » is the usual way to type « réseau social ».
    "a term in the plural has the synonyms of the singular": Case(
        OF_THE_TERM,
        dict.fromkeys(
            ("cyberharcèlements", "harcèlements en ligne"), "term name french english"
        ),
    ),
    "an English term in the plural has them too": Case(
        OF_THE_TERM, {"cyberbullyings": "term name french english"}, EN
    ),
    # Twins in the other language often share one word of a title by translation.
    "the translation of one word is a match in part": Case(
        [
            a_record("A mayor", slug="mayor", locale=EN),
            a_record("The mayor and the citizens", slug="both", locale=EN),
            a_record("Un maire", slug="maire"),
        ],
        {
            "maire xyzzy": "maire mayor both",
            "maire citoyens": "both maire mayor",
            "citoyens xyzzy": "both",
            "maire citoyens xyzzy abcde": "both maire mayor",
        },
    ),
    # One of two other words is not enough: « circule » found cats.
    "a term of several words is the subject of a question": Case(
        [
            a_record(
                "Photos intimes",
                slug="term",
                kind=Kind.TERM,
                names=("clichés intimes",),
            ),
            a_record("Des photos intimes", slug="photo"),
            a_record("Un élève", slug="pupil"),
            a_record("Les élèves circulent", slug="both"),
        ],
        {
            "photos intimes élève": "term photo pupil both",
            "photos intimes élève circulent": "term photo both",
            "photos intimes élève circulent abcde": "term photo both",
            "photos intimes élève circulent abcde xyzzy": "term photo pupil both",
        },
    ),
    # They are no stop words: a title may contain one.
    "words that only ask are searched alone": Case(
        [
            a_record("Ce que la ville doit faire", slug="doit"),
            a_record("Où trouver un contact", slug="trouver"),
            a_record("The team still exists", slug="exists", locale=EN),
        ],
        {"qui doit": "doit", "où trouver": "trouver", "it exists": "exists"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_query_finds_these_records_only(engine: SearchEngine, name: str) -> None:
    """In whatever order."""
    case = CASES[name]
    engine.rebuild(case.records)

    found = {
        typed: {
            hit.id.slug
            for hit in engine.search(a_query(typed, locale=case.locale)).hits
        }
        for typed in case.found
    }

    assert found == {typed: set(slugs.split()) for typed, slugs in case.found.items()}
