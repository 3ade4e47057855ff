"""The address of the mail server."""

import pytest

from kb.core.mail import MailSecurity, parse_mail_server

SENDER = "alerts@example.org"


@pytest.mark.parametrize(
    ("url", "host", "port", "security"),
    [
        ("smtp://mail.example.org", "mail.example.org", 587, MailSecurity.STARTTLS),
        ("smtp://mail.example.org:25", "mail.example.org", 25, MailSecurity.STARTTLS),
        ("smtps://mail.example.org", "mail.example.org", 465, MailSecurity.TLS),
        ("smtp://127.0.0.1:25", "127.0.0.1", 25, MailSecurity.NONE),
        ("smtp://localhost:25/", "localhost", 25, MailSecurity.NONE),
        ("smtp://[::1]:25", "::1", 25, MailSecurity.NONE),
    ],
)
def test_only_a_server_on_this_machine_may_lack_tls(
    url: str, host: str, port: int, security: MailSecurity
) -> None:
    """A password must not cross a network in clear text."""
    server = parse_mail_server(url, SENDER)

    assert server is not None
    assert (server.host, server.port, server.security) == (host, port, security)


def test_user_and_password_are_percent_decoded_and_never_printed() -> None:
    """A password may contain any character."""
    server = parse_mail_server("smtps://me%40b.org:p%40ss%2F@mail.example.org", SENDER)

    assert server is not None
    assert (server.user, server.password) == ("me@b.org", "p@ss/")
    assert "p@ss" not in repr(server)


@pytest.mark.parametrize(
    "url",
    ["", "mail.example.org", "http://a.org", "smtp://", "smtp://a:x", "smtp://a/b?c"],
)
def test_other_addresses_name_no_server(url: str) -> None:
    """The settings then say so."""
    assert parse_mail_server(url, SENDER) is None
