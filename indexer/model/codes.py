"""The codes of languages, licences, persons and bodies, by the lists of others.

Languages are codes of ISO 639, by the data of CLDR; licences are identifiers of SPDX,
by the package `packaging`; persons have an ORCID, bodies a ROR.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import babel
from babel.core import get_global
from packaging.licenses import (
    InvalidLicenseExpression,
    canonicalize_license_expression,
)

UNKNOWN_LANGUAGE = "und"
"""The code of ISO 639 for a language that nobody could tell."""

LANGUAGES = (
    "ar be bg bs ca cs cy da de el en es et eu fa fi fr ga gl he hr hu hy is it ja ka "
    "ko lb lt lv mk mt nl no pl pt ro ru sk sl sq sr sv tr uk zh"
).split()
"""The languages that forms suggest; any other code of ISO 639 may be typed."""

UNKNOWN_LICENCE = "unknown"
ALL_RIGHTS_RESERVED = "LicenseRef-all-rights-reserved"

_NAMED_LICENCES: Mapping[str, str] = {
    "cc0": "CC0-1.0",
    "etalab 2.0": "etalab-2.0",
    "licence ouverte 2.0": "etalab-2.0",
    "licence ouverte v2.0": "etalab-2.0",
    "open government licence v3.0": "OGL-UK-3.0",
    "all rights reserved": ALL_RIGHTS_RESERVED,
    "tous droits réservés": ALL_RIGHTS_RESERVED,
}
"""The identifiers of licences that documents name in other words."""

CC_LICENCE = re.compile(r"CC-(BY[A-Z-]*?)-(\d\.\d)")
"""A licence of Creative Commons: its conditions and its version."""

_IDENTIFIER = re.compile(
    r"(?P<name>.*?)[\s,;(<]*(?:https?://)?(?P<place>orcid\.org/|ror\.org/)?"
    r"(?P<code>(?:\d{4}-){3}\d{3}[\dXx]|(?<=ror\.org/)\w+|(?<=orcid\.org/)[\w-]+)[)>]?"
)
_BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz"


@lru_cache(maxsize=1024)
def language_code(text: str) -> str:
    """Return the code of ISO 639 that a text is, the short one of two; else ""."""
    code = text.casefold()
    short: str = get_global("language_aliases").get(code, code)
    code = short if short.isalpha() else code
    known = code in get_global("likely_subtags") or code in _named_languages()
    return code if known and code.isalpha() and len(code) in {2, 3} else ""


@cache
def _named_languages() -> frozenset[str]:
    return frozenset(babel.Locale("en").languages)


@lru_cache(maxsize=1024)
def licence_id(text: str) -> str:
    """Return the identifier of a licence in the list of SPDX, or `unknown`; else "".

    Usual names are understood: “CC BY 4.0”.
    """
    name = text.strip().casefold()
    if name == UNKNOWN_LICENCE:
        return UNKNOWN_LICENCE
    if not re.search(r" (?:or|and|with) ", name):
        name = name.replace(" ", "-")
    name = _NAMED_LICENCES.get(text.strip().casefold(), name)
    try:
        return str(canonicalize_license_expression(name))
    except InvalidLicenseExpression:
        return ""


def licence_url(licence: str) -> str:
    """Return the address of the text of a licence; "" for an expression or none."""
    if match := CC_LICENCE.fullmatch(licence):
        part = f"licenses/{match[1].casefold()}/{match[2]}"
        return f"https://creativecommons.org/{part}/"
    is_listed = licence_id(licence) == licence != "" and " " not in licence
    if not is_listed or licence == UNKNOWN_LICENCE or licence.startswith("LicenseRef-"):
        return ""
    return f"https://spdx.org/licenses/{licence}.html"


@dataclass(frozen=True, slots=True)
class NamedAgent:
    """A person or a body; `url` is the address of the ORCID or ROR, else ""."""

    name: str
    url: str = ""

    @classmethod
    def parse(cls, text: str) -> "NamedAgent":
        """Return what `Jane Doe 0000-0002-1825-0097` or an address after it says."""
        match = _IDENTIFIER.fullmatch(text)
        if match is None or not match["name"]:
            return cls(text)
        place, code = match["place"] or "orcid.org/", match["code"]
        code = code.lower() if place == "ror.org/" else code.upper()
        return cls(match["name"], f"https://{place}{code}")

    @property
    def is_valid(self) -> bool:
        """Whether the checksum of the identifier is right; true without one."""
        code = self.url.rpartition("/")[2]
        return not code or (_is_ror(code) if "ror.org" in self.url else _is_orcid(code))


def _is_orcid(code: str) -> bool:
    """Return whether an ORCID has its check digit (ISO 7064, MOD 11-2)."""
    if not re.fullmatch(r"(?:\d{4}-){3}\d{3}[\dX]", code, re.ASCII):
        return False
    total = 0
    for digit in code.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == code[-1]


def _is_ror(code: str) -> bool:
    """Return whether a ROR has its two check digits (ISO 7064, MOD 97-10)."""
    if not re.fullmatch(rf"0[{_BASE_32}]{{6}}\d\d", code, re.ASCII):
        return False
    number = 0
    for character in code[1:7]:
        number = number * 32 + _BASE_32.index(character)
    return 98 - number * 100 % 97 == int(code[7:])
