"""The check of a draft in the JSON answer to an automatic save."""

from __future__ import annotations

from flask import render_template

from kb.staff.drafts.edit_view import DraftPage


def check_answer(view: DraftPage) -> dict[str, object]:
    """Return what the script shows of the check of a saved draft.

    `summary` and `publish` are the HTML of the parts of the page, and `lacks` is a
    sentence. `counts` and `problems` are what the contents and the folded groups say of
    sections and groups. `errors` maps the ids of wrong fields to their texts, and
    `invalid` are the ids of wrong lines and rows.
    """
    fields, sections = list(view.form.fields), view.form.sections
    lines = [line for each in fields for line in each.lines]
    rows = [row for each in fields for row in each.rows]
    return {
        "summary": render_template("staff/draft_check.html", view=view),
        "publish": render_template("staff/draft_publish.html", view=view),
        "lacks": view.lacks,
        "counts": {
            **{each.name: each.count_text for each in sections},
            **{
                section.group_id(number): group.count_text
                for section in sections
                for number, group in enumerate(section.groups, 1)
            },
        },
        "problems": {each.name: each.problems for each in sections},
        "errors": {each.id: each.error for each in fields if each.error},
        "invalid": [
            *(each.id for each in lines if each.error),
            *(each.id for each in rows if each.error),
        ],
    }
