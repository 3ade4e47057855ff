"""Codes of languages, licences, persons and bodies."""

import pytest

from indexer.model.codes import NamedAgent, language_code, licence_id, licence_url


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("it", "it"), ("ITA", "it"), ("ger", "de"), ("eu", "eu"), ("frp", "frp")),
        *(("und", "und"), ("gr", ""), ("xx", ""), ("italien", ""), ("", "")),
    ],
)
def test_a_language_has_a_code_of_iso_639(text: str, code: str) -> None:
    """The code of three letters of a language that has one of two is made short."""
    assert language_code(text) == code


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc-by-nc-sa-4.0", "CC-BY-NC-SA-4.0"),
        ("Licence Ouverte 2.0", "etalab-2.0"),
        ("mit or apache-2.0", "MIT OR Apache-2.0"),
        ("Tous droits réservés", "LicenseRef-all-rights-reserved"),
        ("Unknown", "unknown"),
        ("Ask us", ""),
    ],
)
def test_a_licence_has_an_identifier_of_spdx(text: str, licence: str) -> None:
    """Usual names are understood; any other text is no licence."""
    assert licence_id(text) == licence


def test_a_licence_has_an_address_if_it_is_a_published_one() -> None:
    """That of Creative Commons is the licence itself."""
    urls = [licence_url(text) for text in ("CC-BY-SA-4.0", "etalab-2.0", "unknown", "")]

    assert urls == [
        "https://creativecommons.org/licenses/by-sa/4.0/",
        "https://spdx.org/licenses/etalab-2.0.html",
        *("", ""),
    ]


@pytest.mark.parametrize(
    ("text", "name", "url", "is_valid"),
    [
        ("J. Carberry 0000-0002-1825-0097", "J. Carberry", "orcid.org", True),
        ("J. Carberry 0000-0002-1825-0098", "J. Carberry", "orcid.org", False),
        ("Caltech (https://ror.org/05dxps055)", "Caltech", "ror.org", True),
        ("Caltech ror.org/05dxps056", "Caltech", "ror.org", False),
        ("City of Lyon, 2018-2020", "City of Lyon, 2018-2020", "", True),
        ("https://orcid.org/nobody", "https://orcid.org/nobody", "", True),
    ],
)
def test_an_identifier_may_follow_a_name(
    text: str, name: str, url: str, *, is_valid: bool
) -> None:
    """Its check digits tell one that was typed wrongly."""
    agent = NamedAgent.parse(text)

    assert (agent.name, agent.is_valid) == (name, is_valid)
    assert (url in agent.url) if url else agent.url == ""
