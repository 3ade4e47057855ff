"""The settings, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from indexer.engines.registry import EngineName, missing_package
from indexer.model.ids import Locale
from indexer.model.problems import Message, Problem, message
from indexer.pipeline import Locations
from kb.core.cluster_settings import CLUSTER_VARIABLES, read_cluster_access
from kb.core.contact import MAX_CONTACT_CHARACTERS, Contact, parse_contact
from kb.core.legal_notice import Notices, no_notices, read_legal_notice
from kb.core.mail import MailServer, is_email, parse_mail_server
from kb.core.sign_in_provider import (
    PROVIDER_VARIABLES,
    SignInProvider,
    read_sign_in_provider,
)

PROJECT = Path(__file__).resolve().parents[2]

STATE_FILE = "staff.db"
"""The file name of the staff database, in the folder of the instance."""

SECRET_NAME = "secret.key"  # noqa: S105  # the name of a file
"""The file name of the secret of the instance, in the same folder; no backup has it."""

_LOCAL_ADDRESSES = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # binds nothing
_USUAL_PORTS = {"http": 80, "https": 443}

MAX_PORT = 65_535
MAX_WORKERS = 64
MAX_PROXIES = 9
MAX_API_LIMIT = 1_000_000
MAX_IDLE_MINUTES = 7 * 24 * 60
MAX_SESSION_HOURS = 90 * 24
MAX_CONTACT_DAYS = 3 * 365


class SettingsError(Exception):
    """One or more settings have an invalid value; there is a message for each.

    A message about a file is a `Problem`, with the line.
    """

    def __init__(self, messages: Iterable[Message | Problem]) -> None:
        self.messages = tuple(messages)
        super().__init__("; ".join(map(str, self.messages)))


class ServiceRole(StrEnum):
    """What a service may change; the values are those of `kb serve --role`."""

    WRITER = "writer"
    READER = "reader"
    """No staff side: another machine writes the content and the history."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The validated settings of the service."""

    locations: Locations
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    base_url: str = ""
    """The public address without a final slash; if empty, the service has no name."""
    proxies: int = 0
    """The number of trusted proxies that add to `X-Forwarded-For`."""
    idle_minutes: int = 8 * 60
    session_hours: int = 7 * 24
    counts_unfound: bool = True
    """Whether searches without results are counted."""
    api_limit: int = 300
    """The searches and exports of programs that a network may request in a minute."""
    uses_meaning: bool = True
    """Whether questions also find records close in meaning, if the model is there."""
    role: ServiceRole = ServiceRole.WRITER
    contact: Contact | None = None
    notices: Notices = field(default_factory=no_notices)
    """The legal notice in each language; the same fields are given in all."""
    translation_model: Path | None = None
    """The folder of the models of the machine translator; without it there is none."""
    mail: MailServer | None = None
    """The server that sends e-mail alerts; without it there are none."""
    admins_need_factor: bool = False
    """Whether administrators must have a second factor."""
    provider: SignInProvider | None = None
    """Where staff can also sign in (OpenID Connect); None for passwords alone."""
    contact_days: int = 180
    """How long names and addresses of contributors are kept, and settled messages."""

    @property
    def is_reader(self) -> bool:
        """Whether content and history are copies that the service must not change."""
        return self.role is ServiceRole.READER

    @property
    def writes_index(self) -> bool:
        """Whether the service indexes its content; a reader uses a shared index."""
        return not (self.is_reader and self.locations.has_shared_index)

    def with_role(self, role: ServiceRole) -> Settings:
        """Return the settings of a service with a role.

        A reader counts no searches, sends no e-mail, and has no staff who sign in.
        """
        if role is ServiceRole.WRITER:
            return replace(self, role=role)
        return replace(self, role=role, counts_unfound=False, mail=None, provider=None)

    @property
    def missing_values(self) -> tuple[str, ...]:
        """What contact and legal notice lack, by the names of settings and fields."""
        contact = () if self.contact else ("KB_CONTACT",)
        names = ", ".join(self.notices[Locale.EN].missing)
        return (*contact, f"KB_LEGAL_NOTICE: {names}") if names else contact

    @property
    def is_https(self) -> bool:
        """Whether the public address uses TLS."""
        return self.base_url.startswith("https://")

    @property
    def own_url(self) -> str:
        """The public address, or else the one that the service listens on.

        A service that listens on all addresses names the local one.
        """
        host = _LOCAL_ADDRESSES.get(self.host, self.host)
        host = f"[{host}]" if ":" in host else host
        return self.base_url or f"http://{host}:{self.port}"

    @property
    def origin(self) -> str:
        """The scheme, name and port of `own_url`, as browsers write an origin."""
        return origin_of(self.own_url)

    @property
    def mount_path(self) -> str:
        """The path of the public address, usually ""."""
        return urlsplit(self.base_url).path

    @property
    def database(self) -> Path:
        """The file of the staff database."""
        return self.locations.instance / STATE_FILE

    @property
    def alerts_file(self) -> Path:
        """The file of the e-mail alerts, apart from the staff database."""
        return self.locations.instance / "alerts.db"

    @property
    def contributions_file(self) -> Path:
        """The file of what visitors send, apart from the staff database."""
        return self.locations.instance / "contributions.db"

    @property
    def secret_file(self) -> Path:
        """The file of the secret of cookies and second factors, made at first start."""
        return self.locations.instance / SECRET_NAME


@lru_cache(maxsize=16)
def origin_of(url: str) -> str:
    """Return the origin of an address: without the usual port, its name in IDNA."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    host = f"[{host}]" if ":" in host else host
    is_usual = parts.port in {None, _USUAL_PORTS.get(parts.scheme)}
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{parts.port}")


VARIABLES = (
    *"KB_HOST KB_PORT KB_WORKERS KB_BASE_URL KB_DOCUMENTS KB_INDEX KB_ENGINE "
    "KB_INSTANCE KB_MEANING KB_PROXIES KB_SESSION_IDLE_MINUTES KB_SESSION_HOURS "
    "KB_UNFOUND_SEARCHES KB_API_LIMIT KB_CONTACT KB_LEGAL_NOTICE KB_SMTP_URL "
    "KB_MAIL_FROM KB_CONTACT_DAYS KB_TRANSLATION_MODEL KB_ADMIN_SECOND_FACTOR".split(),
    *CLUSTER_VARIABLES,
    *PROVIDER_VARIABLES,
)
"""All settings; README explains each."""


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of an environment, by default that of the process.

    Raises:
        SettingsError: one or more values are invalid.
    """
    environ = os.environ if environ is None else environ
    reader = _Reader(environ)
    engine = reader.engine("KB_ENGINE", EngineName.WHOOSH)
    settings = Settings(
        locations=Locations(
            documents=reader.folder("KB_DOCUMENTS", "documents"),
            index=reader.folder("KB_INDEX", "var/index"),
            instance=reader.folder("KB_INSTANCE", "var/instance"),
            engine=engine,
            cluster=read_cluster_access(
                environ,
                is_used=engine is EngineName.OPENSEARCH,
                report=reader.report,
            ),
        ),
        host=reader.text("KB_HOST", "127.0.0.1"),
        port=reader.number("KB_PORT", 8000, maximum=MAX_PORT),
        workers=reader.number("KB_WORKERS", 2, maximum=MAX_WORKERS),
        base_url=reader.address("KB_BASE_URL"),
        proxies=reader.number("KB_PROXIES", 0, minimum=0, maximum=MAX_PROXIES),
        idle_minutes=reader.number(
            "KB_SESSION_IDLE_MINUTES", 8 * 60, maximum=MAX_IDLE_MINUTES
        ),
        session_hours=reader.number(
            "KB_SESSION_HOURS", 7 * 24, maximum=MAX_SESSION_HOURS
        ),
        counts_unfound=reader.yes_or_no("KB_UNFOUND_SEARCHES", default=True),
        api_limit=reader.number("KB_API_LIMIT", 300, minimum=0, maximum=MAX_API_LIMIT),
        uses_meaning=reader.one_of("KB_MEANING", ("auto", "off")) == "auto",
        contact=reader.contact("KB_CONTACT"),
        notices=reader.notices("KB_LEGAL_NOTICE"),
        translation_model=reader.model_folder("KB_TRANSLATION_MODEL"),
        mail=reader.mail("KB_SMTP_URL", "KB_MAIL_FROM"),
        admins_need_factor=reader.yes_or_no("KB_ADMIN_SECOND_FACTOR", default=False),
        provider=read_sign_in_provider(environ, report=reader.report),
        contact_days=reader.number("KB_CONTACT_DAYS", 180, maximum=MAX_CONTACT_DAYS),
    )
    reader.check_apart(settings.locations)
    reader.finish()
    return settings


class _Reader:
    """Parses variables one by one, and collects the errors."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._errors: list[Message | Problem] = [
            message(
                "%(name)s is not a setting; there are: %(names)s",
                name=name,
                names=", ".join(VARIABLES),
            )
            for name in sorted(environ)
            if name.startswith("KB_") and name not in VARIABLES
        ]

    def report(self, error: Message) -> None:
        self._errors.append(error)

    def text(self, name: str, default: str) -> str:
        return self._environ.get(name, "").strip() or default

    def folder(self, name: str, default: str) -> Path:
        path = Path(self.text(name, str(PROJECT / default)))
        if path.exists() and not path.is_dir():
            self._errors.append(
                message("%(name)s=%(text)s is not a folder", name=name, text=path)
            )
        return path.absolute()

    def model_folder(self, name: str) -> Path | None:
        text = self.text(name, "")
        if not text:
            return None
        path = Path(text)
        if not path.is_dir():
            self._errors.append(
                message("%(name)s=%(text)s is not a folder", name=name, text=path)
            )
        for package in ("ctranslate2", "sentencepiece"):
            if find_spec(package) is None:
                self._check_installed(name, package)
        return path.absolute()

    def number(self, name: str, default: int, *, maximum: int, minimum: int = 1) -> int:
        text = self.text(name, str(default))
        if text.isascii() and text.isdigit() and minimum <= int(text) <= maximum:
            return int(text)
        self._errors.append(
            message(
                "%(name)s=%(text)s is not a number from %(minimum)s to %(maximum)s",
                name=name,
                text=text,
                minimum=minimum,
                maximum=maximum,
            )
        )
        return default

    def yes_or_no(self, name: str, *, default: bool) -> bool:
        text = self.text(name, "yes" if default else "no").lower()
        if text not in {"yes", "no"}:
            self._errors.append(
                message("%(name)s=%(text)s is neither yes nor no", name=name, text=text)
            )
        return text == "yes"

    def one_of(self, name: str, values: tuple[str, ...]) -> str:
        """Return one of the values; the first by default."""
        text = self.text(name, values[0]).lower()
        if text not in values:
            self._errors.append(
                message(
                    "%(name)s=%(text)s is not a value; there are: %(names)s",
                    name=name,
                    text=text,
                    names=", ".join(values),
                )
            )
        return text

    def engine(self, name: str, default: EngineName) -> EngineName:
        text = self.text(name, default.value)
        if text in set(EngineName):
            engine = EngineName(text)
            self._check_installed(f"{name}={text}", missing_package(engine))
            return engine
        self._errors.append(
            message(
                "%(name)s=%(text)s is not an engine; there are: %(names)s",
                name=name,
                text=text,
                names=", ".join(EngineName),
            )
        )
        return default

    def _check_installed(self, setting: str, package: str) -> None:
        if package:
            self._errors.append(
                message(
                    "%(setting)s needs the package %(package)s, which is not installed",
                    setting=setting,
                    package=package,
                )
            )

    def address(self, name: str) -> str:
        text = self.text(name, "").rstrip("/")
        if text and not _is_base_url(text):
            self._errors.append(
                message(
                    "%(name)s=%(text)s is not an address such as "
                    "https://kb.example.org",
                    name=name,
                    text=text,
                )
            )
        return text

    def contact(self, name: str) -> Contact | None:
        text = self.text(name, "")
        contact = parse_contact(text)
        if text and contact is None:
            self._errors.append(
                message(
                    "%(name)s=%(text)s cannot be used as a contact: write an e-mail "
                    "address (contact@example.org), the https address of a form "
                    "(https://example.org/contact) or a telephone number "
                    "(+33 1 99 00 00 00), of at most %(maximum)s characters",
                    name=name,
                    text=text,
                    maximum=MAX_CONTACT_CHARACTERS,
                )
            )
        return contact

    def mail(self, name: str, sender_name: str) -> MailServer | None:
        url, sender = self.text(name, ""), self.text(sender_name, "")
        server = parse_mail_server(url, sender)
        if url and server is None:
            # The address may contain a password: it is not repeated.
            self._errors.append(
                message(
                    "%(name)s is not the address of a mail server such as "
                    "smtp://user:password@mail.example.org:587",
                    name=name,
                )
            )
        if (url or sender) and not is_email(sender):
            self._errors.append(
                message(
                    "%(name)s=%(text)s is not an e-mail address; messages of alerts "
                    "come from it",
                    name=sender_name,
                    text=sender,
                )
            )
        return server

    def notices(self, name: str) -> Notices:
        path = self.text(name, "")
        if not path:
            return no_notices()
        problems: list[Problem] = []
        notices = read_legal_notice(Path(path), f"{name}={path}", problems)
        problems.sort(key=lambda each: each.line)
        self._errors += problems
        return notices

    def check_apart(self, locations: Locations) -> None:
        """Check that neither the index nor the instance is inside the content."""
        documents, index = locations.documents.resolve(), locations.index.resolve()
        instance = locations.instance.resolve()
        if documents in {index, instance, *index.parents, *instance.parents}:
            self._errors.append(
                message("KB_INDEX and KB_INSTANCE must lie outside KB_DOCUMENTS")
            )
        if index in {instance, *documents.parents, *instance.parents}:
            self._errors.append(message("KB_INDEX must be a folder of its own"))

    def finish(self) -> None:
        if self._errors:
            raise SettingsError(self._errors)


def _is_base_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        has_port = parts.port is None or parts.port > 0
        # Raises a ValueError for a name that no DNS record can have.
        origin_of(text)
    except ValueError:
        return False
    is_http = parts.scheme in {"http", "https"} and bool(parts.hostname)
    is_plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    return is_http and has_port and is_plain
