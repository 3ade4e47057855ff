"""A real mail server on this machine that keeps what it receives."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from kb.core.mail import MailServer, parse_mail_server
from tests.support.server import a_free_port

SENDER = "alerts@example.org"


class Mailbox:
    """What the server has received; `answer` is its answer to the next recipients.

    `contents` are the bytes of the messages.
    """

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.contents: list[bytes] = []
        self.answer = "250 OK"
        self.port = 0

    @property
    def url(self) -> str:
        """The address of the server, as in `KB_SMTP_URL`."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def server(self) -> MailServer:
        """The server, as in the settings."""
        server = parse_mail_server(self.url, SENDER)
        assert server is not None
        return server

    async def handle_RCPT(  # noqa: N802  # the name that aiosmtpd calls
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Answer to a recipient."""
        del server, session, options
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep a message."""
        del server, session
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        self.contents.append(content)
        self.messages.append(message)
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Run a mail server during the block."""
    mailbox = Mailbox()
    mailbox.port = a_free_port()
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=mailbox.port, enable_SMTPUTF8=True
    )
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def text_of(message: EmailMessage) -> str:
    """Return the text of a message."""
    return message.get_content()  # type: ignore[no-any-return]  # a str for plain text
