"""XML elements with texts that may come from anywhere."""

from __future__ import annotations

import re

from lxml import etree
from lxml.etree import _Element as Element

XSI = "http://www.w3.org/2001/XMLSchema-instance"
__all__ = ["Element", "add_child", "root_element", "xml_text"]

LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Return a text without the characters that XML 1.0 forbids."""
    return _FORBIDDEN.sub("", text)


def root_element(
    namespace: str, name: str, schema: str, prefix: str | None = None, **more: str
) -> Element:
    """Return an element of a namespace, with the location of its schema."""
    namespaces = dict[str | None, str](more) | {prefix: namespace, "xsi": XSI}
    root = etree.Element(f"{{{namespace}}}{name}", nsmap=namespaces)
    root.set(f"{{{XSI}}}schemaLocation", f"{namespace} {schema}")
    return root


def add_child(
    parent: Element,
    name: str,
    text: str = "",
    *,
    lang: str = "",
    **attributes: str,
) -> Element:
    """Append an element in the namespace of its parent, and return it."""
    namespace = etree.QName(parent).namespace
    child = etree.SubElement(parent, f"{{{namespace}}}{name}")
    child.text = xml_text(text) or None
    if lang:
        child.set(LANG, lang)
    for key, value in attributes.items():
        child.set(key, xml_text(value))
    return child
