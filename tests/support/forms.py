"""Reads the values of HTML forms."""

from bs4 import BeautifulSoup, Tag

Fields = dict[str, list[str]]


def form_fields(text: str, *, form: str = "form#draft") -> Fields:
    """Return the values that a browser would submit, by the names of the controls."""
    found = BeautifulSoup(text, "lxml").select_one(form)
    assert found is not None, text
    fields: Fields = {}
    for each in found.find_all(["input", "textarea", "select"], attrs={"name": True}):
        value = _value(each)
        if value is not None:
            fields.setdefault(str(each["name"]), []).append(value)
    return fields


def _value(control: Tag) -> str | None:
    if control.name == "textarea":
        # A browser takes the first line end for one of the page.
        return control.get_text().removeprefix("\n")
    if control.name == "select":
        chosen = control.find("option", selected=True) or control.find("option")
        return str(chosen["value"]) if chosen is not None else None
    if control.get("type") == "checkbox" and not control.has_attr("checked"):
        return None
    return str(control.get("value", ""))
