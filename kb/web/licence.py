"""The licence of the content, as pages, files and programs name it."""

LICENCE_ID = "CC-BY-4.0"
"""The name in the list of SPDX."""

LICENCE_NAME = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
