"""The contact and the legal notice of whoever runs the service."""

from __future__ import annotations

import pytest

from kb.core.legal_notice import LegalNotice, parse_contact


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("contact@example.org", "mailto:contact@example.org"),
        ("Jane.Doe+kb@mail.example.org", "mailto:Jane.Doe+kb@mail.example.org"),
        ("https://example.org", "https://example.org"),
        (
            "https://example.org:8443/form?a=1#b",
            "https://example.org:8443/form?a=1#b",
        ),
        ("+33 (0)1 99 00 00 00", "tel:+33199000000"),
        ("01.99.00.00.00", "tel:0199000000"),
        ("+33\u00a01\u00a099\u00a000\u00a000\u00a000", "tel:+33199000000"),
    ],
)
def test_a_contact_becomes_a_link(text: str, url: str) -> None:
    """Visitors write, fill in a form, or call."""
    contact = parse_contact(text)

    assert contact is not None
    assert (contact.text, contact.url) == (text, url)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Efus",
        "contact@localhost",
        "a..b@example.org",
        "a@example.org?bcc=b@example.org",
        "a@example.org, b@example.org",
        "mailto:contact@example.org",
        "http://example.org",
        "https://user@example.org",
        "https://example.org/a b",
        "https://example.org/é",
        "https:///form",
        "javascript:alert(1)",
        "data:text/html,x",
        "12",
        "+",
        "1234567890123456",
        "01 99 00 00 00 (Jane)",
    ],
)
def test_any_other_text_is_no_contact(text: str) -> None:
    """It would become a link that does nothing, or something else."""
    assert parse_contact(text) is None


def test_the_settings_without_a_value_are_listed() -> None:
    """`kb serve` and the dashboard name them."""
    assert LegalNotice().missing == (
        "KB_PUBLISHER",
        "KB_PUBLICATION_DIRECTOR",
        "KB_HOSTING",
        "KB_CONTACT",
    )
    contact = parse_contact("contact@example.org")
    assert LegalNotice("A", "B", "C", contact).missing == ()
