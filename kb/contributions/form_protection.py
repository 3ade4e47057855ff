"""What keeps robots out of the forms of visitors: token, work, hidden field, limits.

No question is asked of people. A form whose script did its work counts as sent by one;
the forms without script are limited more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from kb.contributions.form_token import (
    WITH_WORK,
    WITHOUT_WORK,
    FormToken,
    FormWay,
    is_work_done,
    read_token,
    signed_form_token,
    work_bits,
)
from kb.core.storage_errors import StorageError
from kb.core.visitor_limits import VisitorLimit, VisitorStore
from kb.services import services

HONEYPOT = "website"
WORK_FIELD = "work"


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form that was sent, apart from its fields.

    Attributes:
        token: what its token says; None for one that is forged or too old.
        token_text: the token of the form that is shown again: the same, or a new one.
        is_worked: whether a script has done the work of a person's browser.
        notices: why it is not taken, in sentences.
    """

    token: FormToken | None
    token_text: str
    is_worked: bool
    notices: tuple[str, ...]

    @property
    def way(self) -> FormWay:
        """Its limits."""
        return WITH_WORK if self.is_worked else WITHOUT_WORK


def new_form_token() -> str:
    """Return the token of a form that is shown now."""
    return signed_form_token(services().secret, services().clock())


def sent_form(store: VisitorStore) -> SentForm:
    """Return what the request says of its form; `store` counts its forms."""
    text = request.form.get("token", "")
    token = read_token(services().secret, text, services().clock())
    work = request.form.get(WORK_FIELD, "")
    is_worked = is_work_done(text, work, needed_work(store))
    way = WITH_WORK if is_worked else WITHOUT_WORK
    return SentForm(
        token,
        text if token is not None else new_form_token(),
        is_worked,
        tuple(_notices(token, way)),
    )


def _notices(token: FormToken | None, way: FormWay) -> Iterator[str]:
    """Yield why a form is not taken, apart from its fields: it may be of a robot."""
    if token is None:
        yield _("This form was open for too long, or is not complete. Send it again.")
    elif token.age_s(services().clock()) < way.least_s:
        yield _(
            "This came faster than people write. Wait %(count)s seconds, then send it "
            "again.",
            count=way.least_s,
        )
    if request.form.get(HONEYPOT):
        yield _("A hidden field is filled in. Send the form again.")


def needed_work(store: VisitorStore) -> int:
    """Return the work that a form needs now: more while many forms arrive."""
    try:
        used = store.used_share(
            WITH_WORK.hour, secret=services().secret, now=services().clock()
        )
    except StorageError:
        used = 0.0
    return work_bits(used)


def is_admitted(store: VisitorStore, limits: Iterable[VisitorLimit]) -> bool:
    """Count a request of this client, unless one of its limits is reached."""
    client = request.remote_addr or ""
    try:
        return store.admits(
            [(limit, client) for limit in limits],
            secret=services().secret,
            now=services().clock(),
        )
    except StorageError:
        # Storing what was sent reports the same error.
        return True
