"""One page of each template: visits that reach every page of the site."""

import html
import io
import re
from dataclasses import dataclass, field, replace
from typing import Any

import pyotp
from flask import Flask, render_template, request_finished, request_started
from flask.signals import template_rendered
from werkzeug.wrappers import Response

from indexer.model.assessments import CRITERIA
from indexer.model.ids import Kind, Locale
from kb.core.request_limits import REJECTED_BODY
from kb.core.sign_in_provider import SignInProvider
from kb.database.model import Role
from kb.publishing.imports.worker_process import run_pending_tasks
from kb.services import Services
from kb.web.locale import choose_locale
from tests.support.builders import PROJECT, Workspace
from tests.support.contributions import (
    CORRECTION,
    PRACTICE,
    PROBLEM,
    a_text_file,
    send,
    token_of,
)
from tests.support.disks import no_room
from tests.support.forms import form_fields
from tests.support.group_dossiers import Person, new_dossier
from tests.support.local_provider import CLIENT_ID, CLIENT_SECRET, local_provider
from tests.support.reports import a_report
from tests.support.staff import PASSWORD, Browser, HandClock, an_account

TEMPLATES = PROJECT / "templates"
FOLDERS = ("public", "staff", "errors", "copy")
LAMPS = "practices/newtown-lamps"
HALF = "practices/half-written"
ADMIN = "admin@example.org"
TABLE = b"""\
id;kind;title.en;date;themes
events/w9;;Another workshop;30/10/2019;streets
events/none;;No event;;
;practice;New lamps in Newtown;;
practices/newtown-lamps;;;tomorrow;streets
"""
"""A table with lines to apply, and with problems."""


def page_templates() -> set[str]:
    """Return the templates of whole pages: those that extend a layout.

    Others are macros, parts of a page, messages and feeds.
    """
    return {
        f"{folder}/{path.name}"
        for folder in FOLDERS
        for path in (TEMPLATES / folder).glob("*.html")
        if not path.name.endswith("layout.html")
        and "{% extends" in path.read_text("utf-8")
    }


@dataclass
class PageGallery:
    """The pages that an application has answered, by template.

    A template may have several pages: with and without a list, before and after an
    error. Only HTML counts.
    """

    app: Flask
    clock: HandClock
    locale: str
    pages: dict[str, list[str]] = field(default_factory=dict)
    _rendered: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Begin to keep pages; the connections last as long as the gallery."""
        request_started.connect(self._begin, self.app)
        template_rendered.connect(self._note, self.app)
        request_finished.connect(self._keep, self.app)

    def _begin(self, _app: Flask, **_values: object) -> None:
        self._rendered.clear()

    def _note(self, _app: Flask, template: Any, **_values: object) -> None:
        self._rendered.append(template.name)

    def _keep(self, _app: Flask, response: Response, **_values: object) -> None:
        if response.mimetype != "text/html" or response.direct_passthrough:
            return
        for name in self._rendered:
            self.add(name, response.get_data(as_text=True))

    def add(self, template: str, page: str) -> None:
        """Add a page of a template; the same page is kept once."""
        # Tokens differ from one answer to the next.
        text = re.sub(r'name="csrf_token"\s+value="[^"]+"', 'name="csrf_token"', page)
        kept = self.pages.setdefault(template, [])
        if text not in kept:
            kept.append(text)


def gallery_of_all_templates(
    app: Flask, content: Workspace, clock: HandClock, locale: str
) -> PageGallery:
    """Visit the site as visitors, staff and administrators do, and keep the pages.

    Args:
        app: an application over `content`, with its own instance folder.
        content: documents that the visits change.
        clock: the clock of the application.
        locale: the language of the pages.
    """
    gallery = PageGallery(app, clock, locale)
    gallery.watch()
    for visit in (
        _as_visitor,
        _as_contributor,
        _in_group_dossiers,
        _as_staff,
        _at_inbox,
        _with_files,
        _with_errors,
        _with_second_factor,
        _with_provider,
    ):
        visit(gallery, content)
    return gallery


def _services(gallery: PageGallery) -> Services:
    found = gallery.app.extensions["kb-services"]
    assert isinstance(found, Services)
    return found


def _as_visitor(gallery: PageGallery, content: Workspace) -> None:
    content.add_file(b"# Report\n\nOld words about lamps in the streets.\n")
    _services(gallery).content.update_index()
    browser, to = Browser(gallery.app), f"/{gallery.locale}"
    for path in (
        *("", "search", "search?q=lamps", "search?q=zzzz", "search?q=lamps+zzzz"),
        *(f"{kind.folder}/" for kind in Kind if kind is not Kind.PAGE),
        *(LAMPS, "recommendations/rec-01", "needs/n01", "events/w9", "themes/streets"),
        *("deliverables/d9.1", "glossary/abuse", "pages/help", "pages/about"),
        *("pages/accessibility", "pages/ranking", "offline", "gaps", "map", "timeline"),
        *("atlas", "atlas/years", "atlas/aims/embed", "atlas/countries.svg"),
        *("what-did-not-work", "plan", "plan?need=n01&who=local&means=time&when=week"),
        *("audiences/", "audiences/local", "places/", "places/villeneuve", "api"),
        *("follow", "follow?q=lamps", "follow?need=n01", "follow?r=events/w9"),
        *("compare", f"compare?r={LAMPS}", "dossier"),
        "compare?r=recommendations/rec-01&r=recommendations/rec-02",
        f"dossier?r={LAMPS}&r=recommendations/rec-01",
        *("deliverables/d9.1/text/report.md?find=lamps", "nope", "alerts/sent"),
    ):
        answer = browser.get(f"{to}/{path}")
        assert answer.status_code in {200, 404}, path
    browser.client.post(f"{to}/alerts?q=lamps", data={"email": "nobody"})
    browser.get(f"{to}/alerts/confirm/forged")
    with gallery.app.test_request_context(f"{to}/search"):
        choose_locale(Locale(gallery.locale))
        gallery.add("copy/search.html", render_template("copy/search.html"))


def _as_contributor(gallery: PageGallery, _content: Workspace) -> None:
    client, to = gallery.app.test_client(), f"/{gallery.locale}"
    correction = f"{to}/report?r={LAMPS}&about=fact"
    too_quick = token_of(client.get(f"{to}/propose"))
    send(client, f"{to}/propose", too_quick, {**PRACTICE, "title": "", "email": "a"})
    for path, answers, has_script in (
        (f"{to}/propose", PRACTICE, True),
        (f"{to}/propose?r=needs/n01", PRACTICE, True),
        (correction, CORRECTION, True),
        (f"{to}/report?r={LAMPS}", PROBLEM, False),
    ):
        token = token_of(client.get(path))
        gallery.clock.advance(minutes=1)
        files = {"files": a_text_file()} if answers is PRACTICE else {}
        sent = send(client, path, token, answers, has_script=has_script, **files)
        assert sent.status_code == 303, path
        client.get(sent.location)
        if answers is CORRECTION:
            send(client, path, token, {**CORRECTION, "quote": "lamps"})
    client.get(f"{to}/contributions/forged")
    client.post(f"{to}/report", environ_overrides={"CONTENT_LENGTH": str(2**31)})


def _in_group_dossiers(gallery: PageGallery, _content: Workspace) -> None:
    path = f"/{gallery.locale}/group-dossiers/new"
    owner = new_dossier(gallery.app, gallery.clock, path=path)
    owner.post(path="/name", name="")
    owner.edit("dossier", 1, title="January", date="2027-01-20", aim="A *plan*.")
    owner.edit("dossier", 1, title="February")
    for view in ("", "/versions"):
        owner.get(view)
    owner.get(version="1")
    owner.post("close", path="/manage")
    owner.get()
    Person(gallery.app, f"/{gallery.locale}/group-dossiers/forged").get()


def _at_inbox(gallery: PageGallery, _content: Workspace) -> None:
    browser, to = _signed_in(gallery), f"/{gallery.locale}/staff/inbox"
    inbox = browser.get(to).text
    paths = list(dict.fromkeys(re.findall(r'href="([^"?#]+/inbox/\d+)\?', inbox)))
    assert len(paths) >= 3, inbox
    for path in paths:
        page = browser.get(path).text
        version = form_fields(page, form="form:has([name=reply])")["version"][0]
        browser.post(path, act="refuse", reply="", version=version)
        browser.post(path, act="reply", reply="Thank you.", version=version)
        browser.get(path)
    browser.get(to)


def _with_second_factor(gallery: PageGallery, _content: Workspace) -> None:
    email, to = "ana@example.org", f"/{gallery.locale}/staff"
    an_account(_services(gallery).database, email)
    browser, path = Browser(gallery.app), f"{to}/account/second-factor"
    browser.sign_in(email)
    page = browser.get(path).text
    key = re.search(r'class="key">([^<]+)<', page)
    assert key is not None
    code = pyotp.TOTP(key[1].replace(" ", "")).at(gallery.clock())
    fields = form_fields(page, form=f'form[action="{path}"]')
    for typed in ("not a code", code):
        filled = {**fields, "code": [typed], "password": [PASSWORD]}
        browser.client.post(path, data=filled)
    browser.get(path)
    browser.post(f"{path}/off", password="wrong")  # noqa: S106  # not a secret
    other = Browser(gallery.app)
    other.post(f"{to}/sign-in", email=email, password=PASSWORD)
    other.get(f"{to}/sign-in/code")
    other.post(f"{to}/sign-in/code", page=f"{to}/sign-in/code", code="000000")


def _with_provider(gallery: PageGallery, content: Workspace) -> None:
    services, email = _services(gallery), "zoe@example.org"
    before, to = services.settings, f"/{gallery.locale}/staff"
    services.database.accounts.add(email, Role.EDITOR, actor="test")
    account = services.database.accounts.find(email)
    browser, admin = Browser(gallery.app), _signed_in(gallery)
    secret = content.root / "client-secret"
    secret.write_text(CLIENT_SECRET, "utf-8")
    with local_provider(gallery.clock) as provider:
        services.settings = replace(
            before,
            provider=SignInProvider(
                provider.issuer, CLIENT_ID, secret, "Example login"
            ),
        )
        for person in (
            {"sub": "1", "email": email, "email_verified": False},
            {"sub": "1", "email": email, "email_verified": True},
        ):
            provider.person = person
            begun = browser.get(f"{to}/sign-in/provider").headers["Location"]
            url = provider.sign_in(begun)
            answer = browser.get(f"/{url.split('/', 3)[3]}")
            browser.get(answer.headers["Location"])
    for path in ("account", "account/second-factor"):
        browser.get(f"{to}/{path}")
    for path in ("accounts", f"accounts/{account.id}"):
        admin.get(f"{to}/{path}")
    token = {"csrf_token": browser.token(f"{to}/account")}
    services.database.sessions.end_all(account)
    browser.client.post(f"{to}/places", data={**token, "name": "A place"})
    services.settings = before


def _as_staff(gallery: PageGallery, _content: Workspace) -> None:
    database = _services(gallery).database
    browser, to = Browser(gallery.app), f"/{gallery.locale}/staff"
    browser.get(f"{to}/sign-in")
    browser.post(f"{to}/sign-in", email="", password="")
    forgotten = f"{to}/forgotten-password"
    browser.post(forgotten, page=forgotten, email="nobody")
    browser.get(f"{forgotten}/sent")
    token = database.accounts.add(ADMIN, Role.ADMIN, actor="test")
    browser.get(f"{to}/link/{token}")
    database.accounts.use_link(token, PASSWORD)
    browser.get(f"{to}/link/{token}")
    browser.sign_in(ADMIN)
    browser.post(f"{to}/accounts", email="lea@example.org", role="editor")
    browser.post(f"{to}/lexicon", fr="lampe", en="lamp")
    browser.post(f"{to}/records/{LAMPS}/change")
    browser.post(f"{to}/add/blank", kind="practice", title="Second lamps")
    for path in (
        *("", "records", "add", "records?state=draft", "history", "look-after"),
        *("lexicon", "account", "accounts", "accounts/1", "history/log"),
        *("statistics", "places", "places/villeneuve", "first-hour", "publisher-week"),
        *(f"drafts/publish?d={LAMPS}&d=practices/second-lamps", "drafts/publish"),
        *(f"drafts/delete?d={LAMPS}&d=events/w9", f"records/export?d={LAMPS}&d=no/no"),
        f"records/chosen/withdraw?d={LAMPS}&d=events/w9&d=needs/no",
        "records/chosen/delete?all=1&kind=practice",
        "drafts/chosen/facts?all=1&set-theme=screens&set-firmness=guidance",
        f"records/chosen/theme?added-theme=screens&d={LAMPS}&d=events/w9",
        *(
            "look-after?work=news",
            "relevance",
            "relevance/search?q=lamps+in+lanes&hl=en",
        ),
        *(f"drafts/{LAMPS}", f"drafts/{LAMPS}/preview", f"drafts/{LAMPS}/publish"),
        "drafts/practices/second-lamps/preview",
        f"drafts/{LAMPS}/earlier",
        *(f"records/{LAMPS}", f"records/{LAMPS}/found"),
        f"history?record={LAMPS}",
        *(f"records/{LAMPS}/assessment", "records/recommendations/rec-02/merge"),
        "records/recommendations/rec-02/merge?into=rec-01",
    ):
        answer = browser.get(f"{to}/{path}")
        assert answer.status_code == 200, path
    browser.post(f"{to}/places", fr="", en="")
    browser.post(
        f"{to}/records/{LAMPS}/assessment", **_assessment(browser, f"{to}/records")
    )
    browser.get(f"{to}/records/{LAMPS}/assessment/withdraw")
    browser.post(f"{to}/records/recommendations/rec-02/merge", into="no such title")
    browser.press("delete", "recommendations/rec-02", locale=gallery.locale)
    browser.get(f"{to}/records?state=trash")
    entry = re.search(r'href="([^"]+/history/\d+)"', browser.get(f"{to}/history").text)
    assert entry is not None
    draft = f"{to}/drafts/{LAMPS}"
    form = form_fields(browser.get(draft).text)
    browser.client.post(draft, data=form | {"en-who": ["Ada"]})
    for path in (entry[1], f"{entry[1]}/bring-back", f"{draft}/earlier?field=en-who"):
        browser.get(path)


def _assessment(browser: Browser, records: str) -> dict[str, str]:
    page = browser.get(f"{records}/{LAMPS}/assessment").text
    fields = {
        "version": form_fields(page, form="form.form")["version"][0],
        "assessor_fr": "chargée de prévention",
        "assessor_en": "prevention officer",
    }
    for criterion, answers in CRITERIA[Kind.PRACTICE].items():
        fields |= {
            f"answer-{criterion}": answers[-1],
            f"fr-{criterion}": "Rien n’est connu.",
            f"en-{criterion}": "Nothing is known.",
        }
    return fields


def _signed_in(gallery: PageGallery) -> Browser:
    browser = Browser(gallery.app)
    assert browser.sign_in(ADMIN).status_code == 303
    return browser


def _send(browser: Browser, path: str, name: str, content: bytes, field: str) -> Any:
    data = {"csrf_token": browser.token(), field: [(io.BytesIO(content), name)]}
    return browser.client.post(path, data=data, content_type="multipart/form-data")


def _with_files(gallery: PageGallery, _content: Workspace) -> None:
    browser, to = _signed_in(gallery), f"/{gallery.locale}/staff"
    sent = _send(browser, f"{to}/add", "D9.9 report.pdf", a_report(), "files")
    browser.get(sent.headers["Location"])
    run_pending_tasks(_services(gallery).settings.locations, clock=gallery.clock)
    done = browser.get(sent.headers["Location"]).text
    review = re.search(r'href="([^"]+/findings/[^"#?]+)"', done)
    assert review is not None, done
    browser.get(review[1])
    shown = browser.get(f"{review[1]}?part=1&sheet=3").text
    passage = re.search(r'name="passage"\s+value="([^"]+)"', shown)
    assert passage is not None, shown
    marks = f"{review[1]}/passages"
    browser.post(marks, mark="recommendation", passage=html.unescape(passage[1]))
    browser.post(marks, mark="practice")
    browser.get(f"{review[1]}?part=1")
    text = browser.get(f"{to}/drafts/deliverables/d9.9/text/D9.9%20report.pdf")
    assert text.status_code == 301
    browser.get(f"{to}/records/deliverables/d9.1/files/report.md/replace")
    _send(browser, f"{to}/tables", "notes.csv", b"id,them\n,x\n", "table")
    table = _send(browser, f"{to}/tables", "été.csv", TABLE, "table")
    browser.get(f"{to}/tables")
    assert browser.get(table.headers["Location"]).status_code == 200


def _with_errors(gallery: PageGallery, _content: Workspace) -> None:
    browser, to = _signed_in(gallery), f"/{gallery.locale}/staff"
    form = f"{to}/drafts/{LAMPS}"
    fields = form_fields(browser.get(form).text)
    with no_room():
        _send(browser, f"{to}/add", "notes.md", b"# Notes\n", "files")
        browser.client.post(form, data=fields)
    too_long = {"CONTENT_LENGTH": str(2**31)}
    for path, kind, environ in (
        (f"{to}/add", "multipart/form-data; boundary=x", too_long),
        (f"{to}/drafts/deliverables/d9.1/files", "multipart/form-data; boundary=x", {}),
        (form, "application/x-www-form-urlencoded", {}),
    ):
        browser.client.post(
            path,
            content_type=kind,
            environ_overrides=environ or {REJECTED_BODY: True},
        )
    browser.press("discard", LAMPS, locale=gallery.locale)
    browser.client.post(form, data=fields)
    browser.post(f"{to}/drafts/practices/unknown/publish")
    browser.client.post(
        form,
        data={**fields, "csrf_token": ["old"]},
        headers={"Origin": "http://localhost"},
    )
