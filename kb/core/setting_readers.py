"""Parsers of settings that are more than a text, a number or a choice.

Each gets the reader, the name of the variable and the default, and returns the value;
what is wrong is reported to the reader.
"""

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from kb.core.contact import MAX_CONTACT_CHARACTERS, Contact, parse_contact
from kb.core.mail import MailServer, is_email, parse_mail_server
from kb.core.networks import is_service_url
from kb.core.variable_reader import VariableReader

_SITE = re.compile(r"https?://(\*\.)?[a-z0-9.-]+(:[0-9]+)?", re.IGNORECASE)
_USUAL_PORTS = {"http": 80, "https": 443}


def read_base_url(reader: VariableReader, name: str, default: str) -> str:
    """Return the public address of the service, without a final slash."""
    text = reader.text(name, default).rstrip("/")
    if text and not (is_service_url(text) and _has_origin(text)):
        reader.report(
            "%(name)s=%(text)s is not an address such as https://kb.example.org",
            name=name,
            text=text,
        )
    return text


def read_sites(reader: VariableReader, name: str, default: str) -> str:
    """Return sites that are written with a space between two."""
    sites = reader.text(name, default).split()
    for site in sites:
        if not _SITE.fullmatch(site):
            reader.report(
                "%(name)s=%(text)s is not a site such as https://www.example.org",
                name=name,
                text=site,
            )
    return " ".join(sites)


def read_model_folder(reader: VariableReader, name: str, default: None) -> Path | None:
    """Return the folder of the models of the machine translator, if it is installed."""
    text = reader.text(name)
    if not text:
        return default
    path = Path(text)
    if not path.is_dir():
        reader.report_no_folder(name, path)
    reader.check_installed(name, ("ctranslate2", "sentencepiece"))
    return path.absolute()


def read_contact(reader: VariableReader, name: str, default: None) -> Contact | None:
    """Return a contact: an e-mail address, the address of a form, or a number."""
    text = reader.text(name)
    contact = parse_contact(text)
    if text and contact is None:
        reader.report(
            "%(name)s=%(text)s cannot be used as a contact: write an e-mail "
            "address (contact@example.org), the https address of a form "
            "(https://example.org/contact) or a telephone number "
            "(+33 1 99 00 00 00), of at most %(maximum)s characters",
            name=name,
            text=text,
            maximum=MAX_CONTACT_CHARACTERS,
        )
    return contact or default


def read_mail(reader: VariableReader, names: str, default: None) -> MailServer | None:
    """Return the mail server; `names` are its variable and that of the sender."""
    name, sender_name = names.split()
    url, sender = reader.text(name), reader.text(sender_name)
    server = parse_mail_server(url, sender)
    if url and server is None:
        # The address may contain a password: it is not repeated.
        reader.report(
            "%(name)s is not the address of a mail server such as "
            "smtp://user:password@mail.example.org:587",
            name=name,
        )
    if (url or sender) and not is_email(sender):
        reader.report(
            "%(name)s=%(text)s is not an e-mail address; messages of alerts "
            "come from it",
            name=sender_name,
            text=sender,
        )
    return server or default


@lru_cache(maxsize=16)
def origin_of(url: str) -> str:
    """Return the origin of an address: without the usual port, its name in IDNA."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    host = f"[{host}]" if ":" in host else host
    is_usual = parts.port in {None, _USUAL_PORTS.get(parts.scheme)}
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{parts.port}")


def _has_origin(url: str) -> bool:
    """Return whether a DNS record can have the name of an address."""
    try:
        return bool(origin_of(url))
    except ValueError:
        return False
