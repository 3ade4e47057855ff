"""Addresses of staff pages of earlier releases, which lead to what replaced them."""

from http import HTTPStatus

from flask import redirect, request

from kb.staff.base.routing import Access, ViewResponse, route, staff_url

_MOVED: dict[str, tuple[str, dict[str, str]]] = {
    "/problems": ("to_look_after", {"work": "problems"}),
    "/behind": ("to_look_after", {"work": "behind"}),
    "/translations": ("to_look_after", {"work": "translate"}),
    "/review": ("to_look_after", {"work": "review"}),
    "/news": ("to_look_after", {"work": "news"}),
    "/links": ("to_look_after", {"work": "links"}),
    "/assessments": ("to_look_after", {"work": "assessments"}),
    "/searches": ("relevance_desk", {"_anchor": "unfound"}),
    "/searches/lost": ("relevance_desk", {"_anchor": "lost"}),
    "/log": ("audit_log", {}),
    "/records/<record:record>/history": ("history_list", {}),
    "/drafts": ("all_records", {"state": "draft"}),
    "/records/<record:d>/unpublish": ("confirm_bulk_change", {"act": "withdraw"}),
    "/records/<record:d>/delete": ("confirm_bulk_change", {"act": "delete"}),
    "/drafts/<record:d>/discard": ("confirm_bulk_discard", {}),
    "/put-aside": ("all_records", {"state": "trash"}),
}
"""The endpoint that replaced each page, and the filter with the same rows."""


def _add(path: str, endpoint: str, parameters: dict[str, str]) -> None:
    def moved(**values_in_path: object) -> ViewResponse:
        given = {name: value for name, value in request.args.items() if value}
        url = staff_url(endpoint, **{**parameters, **values_in_path, **given})
        return redirect(url, HTTPStatus.MOVED_PERMANENTLY)

    route(path, Access.EDITOR, endpoint=f"moved {path}")(moved)


for _path, (_endpoint, _parameters) in _MOVED.items():
    _add(_path, _endpoint, _parameters)
