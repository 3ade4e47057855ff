"""The licence of the content, as pages, files and programs name it."""

from flask_babel import gettext as _

from indexer.model.codes import ALL_RIGHTS_RESERVED, CC_LICENCE, UNKNOWN_LICENCE

LICENCE_ID = "CC-BY-4.0"
"""The name in the list of SPDX."""

LICENCE_NAME = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


def licence_name(licence: str) -> str:
    """Return the licence of a file as a page names it; "" if nobody knows it."""
    if licence == ALL_RIGHTS_RESERVED:
        return _("all rights reserved")
    return "" if licence == UNKNOWN_LICENCE else CC_LICENCE.sub(r"CC \1 \2", licence)
