"""Finds the fields of a page that no help describes."""

from bs4 import BeautifulSoup, Tag

_NO_FIELD = {"hidden", "submit", "button", "image", "reset"}
_TICK = "tick"
"""The class of the box that ticks a row of a list: its label is the row."""


def undescribed_fields(page: str) -> list[str]:
    """Return the names of the fields of forms that change something, without help.

    A field is described by its own `aria-describedby` or by that of a fieldset or group
    around it. Fields that only filter a list or search need none, nor do the boxes that
    tick the rows of a list.
    """
    soup = BeautifulSoup(page, "html.parser")
    return [
        str(field.get("name") or field.get("id"))
        for form in soup.select("main form[method=post]")
        for field in form.select("input, select, textarea")
        if field.get("type") not in _NO_FIELD
        and not _is_tick(field)
        and not _has_help(soup, field)
    ]


def _is_tick(field: Tag) -> bool:
    around = field.find_parent("label")
    if around is None or field.get("type") != "checkbox":
        return False
    return (
        _TICK in around.get_attribute_list("class") or "data-tick-all" in around.attrs
    )


def _has_help(soup: BeautifulSoup, field: Tag) -> bool:
    described = [
        *field.get_attribute_list("aria-describedby"),
        *(
            name
            for around in field.find_parents(["fieldset", "div", "p"])
            for name in around.get_attribute_list("aria-describedby")
        ),
    ]
    ids = [each for names in described if names for each in str(names).split()]
    texts = [soup.find(id=each) for each in ids if not each.endswith("-error")]
    return any(text is not None and text.get_text(strip=True) for text in texts)
