"""The contact of whoever runs the service."""

import pytest

from kb.core.contact import parse_contact


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
        "contact@example.org\n",
        "01 99\t00 00 00",
        "https://example.org/\u202e",
        f"https://example.org/{'a' * 235}",
    ],
)
def test_any_other_text_is_no_contact(text: str) -> None:
    """It would become a link that does nothing, or something else."""
    assert parse_contact(text) is None
