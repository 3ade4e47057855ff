"""The settings, read once from the environment."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from indexer.engines.registry import EngineName, missing_package
from indexer.model.ids import Locale
from indexer.model.problems import Message, Problem
from indexer.pipeline import Locations
from kb.core.cluster_settings import CLUSTER_VARIABLES, read_cluster_access
from kb.core.contact import Contact
from kb.core.legal_notice import Notices, no_notices, read_notices
from kb.core.mail import MailServer
from kb.core.setting_readers import (
    origin_of,
    read_base_url,
    read_contact,
    read_mail,
    read_model_folder,
    read_sites,
)
from kb.core.sign_in_provider import (
    PROVIDER_VARIABLES,
    SignInProvider,
    read_sign_in_provider,
)
from kb.core.variable_reader import VariableReader

PROJECT = Path(__file__).resolve().parents[2]

MAIL_FILE = "mail.db"
"""The file name of the outbox, in the folder of the instance."""

STATE_FILE = "staff.db"
"""The file name of the staff database, in the folder of the instance."""

SECRET_NAME = "secret.key"  # noqa: S105  # the name of a file
"""The file name of the secret of the instance, in the same folder; no backup has it."""

_LOCAL_ADDRESSES = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # binds nothing

MAX_PORT = 65_535
MAX_WORKERS = 64
MAX_PROXIES = 9
MAX_API_LIMIT = 1_000_000
MAX_IDLE_MINUTES = 7 * 24 * 60
MAX_SESSION_HOURS = 90 * 24
MAX_CONTACT_DAYS = 3 * 365
MAX_ADDRESS_DAYS = 365
MAX_DOSSIER_DAYS = 365


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


Read = Callable[[VariableReader, str, Any], Any]
"""Parses a variable: gets the reader, the name and the default."""


def _setting(names: str, read: Read, *, default: Any) -> Any:
    """Declare a setting: its variable (or variables), its default and its parser."""
    return field(default=default, metadata={"names": names, "read": read})


def _number(minimum: int, maximum: int) -> Read:
    allowed = range(minimum, maximum + 1)
    return lambda reader, name, default: reader.number(name, default, allowed)


@dataclass(frozen=True, slots=True)
class Settings:
    """The validated settings of the service.

    Each is declared with the name of its variable, its default and its parser; the
    table in README explains them.
    """

    locations: Locations
    host: str = _setting("KB_HOST", VariableReader.text, default="127.0.0.1")
    port: int = _setting("KB_PORT", _number(1, MAX_PORT), default=8000)
    workers: int = _setting("KB_WORKERS", _number(1, MAX_WORKERS), default=2)
    base_url: str = _setting("KB_BASE_URL", read_base_url, default="")
    """The public address without a final slash; if empty, the service has no name."""
    proxies: int = _setting("KB_PROXIES", _number(0, MAX_PROXIES), default=0)
    """The number of trusted proxies that add to `X-Forwarded-For`."""
    idle_minutes: int = _setting(
        "KB_SESSION_IDLE_MINUTES", _number(1, MAX_IDLE_MINUTES), default=8 * 60
    )
    session_hours: int = _setting(
        "KB_SESSION_HOURS", _number(1, MAX_SESSION_HOURS), default=7 * 24
    )
    counts_unfound: bool = _setting(
        "KB_UNFOUND_SEARCHES", VariableReader.yes_or_no, default=True
    )
    """Whether searches without results are counted."""
    api_limit: int = _setting("KB_API_LIMIT", _number(0, MAX_API_LIMIT), default=300)
    """The searches and exports of programs that a network may request in a minute."""
    uses_meaning: bool = _setting(
        "KB_MEANING", VariableReader.auto_or_off, default=True
    )
    """Whether questions also find records close in meaning, if the model is there."""
    keeps_offline: bool = _setting(
        "KB_OFFLINE", VariableReader.auto_or_off, default=True
    )
    """Whether browsers keep pages, and a copy of the site is made each day."""
    role: ServiceRole = ServiceRole.WRITER
    contact: Contact | None = _setting("KB_CONTACT", read_contact, default=None)
    notices: Notices = field(
        default_factory=no_notices,
        metadata={"names": "KB_LEGAL_NOTICE", "read": read_notices},
    )
    """The legal notice in each language; the same fields are given in all."""
    translation_model: Path | None = _setting(
        "KB_TRANSLATION_MODEL", read_model_folder, default=None
    )
    """The folder of the models of the machine translator; without it there is none."""
    mail: MailServer | None = _setting(
        "KB_SMTP_URL KB_MAIL_FROM", read_mail, default=None
    )
    """The server that sends e-mail alerts; without it there are none."""
    asks_factor: bool = _setting(
        "KB_SECOND_FACTOR", VariableReader.yes_or_no, default=True
    )
    """Whether publishers and administrators must have a second factor after a grace."""
    admins_need_factor: bool = _setting(
        "KB_ADMIN_SECOND_FACTOR", VariableReader.yes_or_no, default=False
    )
    """Whether administrators must have a second factor at once."""
    provider: SignInProvider | None = _setting(
        " ".join(PROVIDER_VARIABLES), read_sign_in_provider, default=None
    )
    """Where staff can also sign in (OpenID Connect); None for passwords alone."""
    hsts_subdomains: bool = _setting(
        "KB_HSTS_SUBDOMAINS", VariableReader.yes_or_no, default=False
    )
    """Whether browsers may use TLS only for all names below the public one too."""
    frame_ancestors: str = _setting("KB_FRAME_ANCESTORS", read_sites, default="")
    """The sites that may show the evidence atlas in a frame; without any, none may."""
    sign_in_address_days: int = _setting(
        "KB_SIGN_IN_ADDRESS_DAYS", _number(0, MAX_ADDRESS_DAYS), default=0
    )
    """How long the log has the IP address of a failed sign-in; 0 for never."""
    metrics_token_file: Path | None = _setting(
        "KB_METRICS_TOKEN_FILE", VariableReader.file, default=None
    )
    """The file of the token that programs must send to read the metrics."""
    contact_days: int = _setting(
        "KB_CONTACT_DAYS", _number(1, MAX_CONTACT_DAYS), default=180
    )
    """How long names and addresses of contributors are kept, and settled messages."""
    dossier_days: int = _setting(
        "KB_DOSSIER_DAYS", _number(0, MAX_DOSSIER_DAYS), default=30
    )
    """How long a group dossier is kept after its links have ended."""

    @property
    def is_reader(self) -> bool:
        """Whether content and history are copies that the service must not change."""
        return self.role is ServiceRole.READER

    @property
    def writes_index(self) -> bool:
        """Whether the service indexes its content; a reader uses a shared index."""
        return not (self.is_reader and self.locations.has_shared_index)

    def with_role(self, role: ServiceRole) -> "Settings":
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
    def mail_file(self) -> Path:
        """The file of the outbox: the e-mail that waits to be sent."""
        return self.locations.instance / MAIL_FILE

    @property
    def contributions_file(self) -> Path:
        """The file of what visitors send, apart from the staff database."""
        return self.locations.instance / "contributions.db"

    @property
    def group_dossiers_file(self) -> Path:
        """The file of the group dossiers, whose contents only links decrypt."""
        return self.locations.instance / "group-dossiers.db"

    @property
    def secret_file(self) -> Path:
        """The file of the secret of cookies and second factors, made at first start."""
        return self.locations.instance / SECRET_NAME


LOCATION_VARIABLES = "KB_DOCUMENTS KB_INDEX KB_INSTANCE KB_ENGINE".split()

VARIABLES = (
    *(
        name
        for setting in fields(Settings)
        for name in setting.metadata.get("names", "").split()
    ),
    *LOCATION_VARIABLES,
    *CLUSTER_VARIABLES,
)
"""The names of all settings; README explains each."""


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of an environment, by default that of the process.

    Raises:
        SettingsError: one or more values are invalid.
    """
    reader = VariableReader(os.environ if environ is None else environ, VARIABLES)
    locations = _locations(reader)
    values = {
        setting.name: setting.metadata["read"](
            reader, setting.metadata["names"], setting.default
        )
        for setting in fields(Settings)
        if setting.metadata
    }
    if reader.errors:
        raise SettingsError(reader.errors)
    return Settings(locations, **values)


def _locations(reader: VariableReader) -> Locations:
    """Return folders and engine; the content holds neither index nor instance."""
    engine = _engine(reader, "KB_ENGINE", EngineName.WHOOSH)
    locations = Locations(
        documents=reader.folder("KB_DOCUMENTS", PROJECT / "documents"),
        index=reader.folder("KB_INDEX", PROJECT / "var/index"),
        instance=reader.folder("KB_INSTANCE", PROJECT / "var/instance"),
        engine=engine,
        cluster=read_cluster_access(reader, is_used=engine is EngineName.OPENSEARCH),
    )
    documents, index = locations.documents.resolve(), locations.index.resolve()
    instance = locations.instance.resolve()
    if documents in {index, instance, *index.parents, *instance.parents}:
        reader.report("KB_INDEX and KB_INSTANCE must lie outside KB_DOCUMENTS")
    if index in {instance, *documents.parents, *instance.parents}:
        reader.report("KB_INDEX must be a folder of its own")
    return locations


def _engine(reader: VariableReader, name: str, default: EngineName) -> EngineName:
    text = reader.text(name, default.value)
    if text in set(EngineName):
        engine = EngineName(text)
        if package := missing_package(engine):
            reader.report_missing(f"{name}={text}", package)
        return engine
    reader.report(
        "%(name)s=%(text)s is not an engine; there are: %(names)s",
        name=name,
        text=text,
        names=", ".join(EngineName),
    )
    return default
