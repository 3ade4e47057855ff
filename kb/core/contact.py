"""The contact of whoever runs the service."""

import re
from dataclasses import dataclass
from enum import Enum, auto

_DOMAIN = r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+"
_EMAIL = re.compile(rf"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@{_DOMAIN}", re.IGNORECASE)
_FORM = re.compile(rf"https://{_DOMAIN}(?::\d{{1,5}})?(?:[/?#][!-~]*)?", re.IGNORECASE)
_PHONE = re.compile(r"\+?[0-9][0-9 \u00a0\u202f.()/-]*")

MAX_CONTACT_CHARACTERS = 254
MIN_DIGITS, MAX_DIGITS = 3, 15


class ContactType(Enum):
    """How visitors reach whoever runs the service."""

    EMAIL = auto()
    FORM = auto()
    PHONE = auto()


@dataclass(frozen=True, slots=True)
class Contact:
    """A validated e-mail address, address of a form, or telephone number."""

    type: ContactType
    text: str

    @property
    def url(self) -> str:
        """The address for a link."""
        match self.type:
            case ContactType.EMAIL:
                return f"mailto:{self.text}"
            case ContactType.PHONE:
                return f"tel:{_dialled(self.text)}"
        return self.text

    @property
    def is_form(self) -> bool:
        """Whether the contact is the address of a form."""
        return self.type is ContactType.FORM


def parse_contact(text: str) -> Contact | None:
    """Return the contact that a text names, or None if it names none."""
    if len(text) > MAX_CONTACT_CHARACTERS:
        return None
    if _EMAIL.fullmatch(text):
        return Contact(ContactType.EMAIL, text)
    if _FORM.fullmatch(text):
        return Contact(ContactType.FORM, text)
    digits = _dialled(text).removeprefix("+")
    if _PHONE.fullmatch(text) and MIN_DIGITS <= len(digits) <= MAX_DIGITS:
        return Contact(ContactType.PHONE, text)
    return None


def _dialled(phone: str) -> str:
    """Return the digits that a telephone dials, without the "(0)" of a foreign call."""
    number = phone.replace("(0)", "") if phone.startswith("+") else phone
    return re.sub(r"[^0-9+]", "", number)
