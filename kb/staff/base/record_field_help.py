"""The help beside the fields of a draft: one or two sentences for each.

This is the only place of these texts. A help says what goes in, with an example, and
what readers see of it.
"""

from __future__ import annotations

from indexer.model.ids import Kind
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

RECORD_FIELDS: dict[str, LazyString] = {
    "title": _l(
        "What the record is about, in 14 words at most. It heads the page, lists "
        "and results."
    ),
    "practice/title": _l(
        "The place, then what was done: “Milan: finding stolen bikes through a "
        "Facebook page”. It heads the page, lists and results."
    ),
    "recommendation/title": _l(
        "One thing to do, beginning with a verb: “Answer questions on social media "
        "every day”. It heads the page, lists and results."
    ),
    "need/title": _l(
        "What somebody must be able to do, beginning with a verb: “Find out what is"
        " allowed online”. It heads the page, lists and results."
    ),
    "term/title": _l(
        "The term as it is used in a sentence, such as “doxing”. Readers find it in"
        " the glossary and above search results."
    ),
    "summary": _l(
        "One or two sentences that are clear without the title. Lists, results and "
        "shared links show them."
    ),
    "term/summary": _l(
        "The definition, in one or two sentences. The glossary and search results "
        "show it."
    ),
    "body": _l(
        "The text of the page, in Markdown: ## before a heading, - before an item, "
        "a blank line between paragraphs. A link to a record: [workshop "
        "4](events/w4)."
    ),
    "body-problem": _l(
        "What was wrong, where and for whom, in two or three sentences. The text of"
        " the page begins with it."
    ),
    "body-done": _l(
        "Who did what, in which order. A reader elsewhere must be able to picture it."
    ),
    "body-tools": _l(
        "Platforms, software or equipment that were used, such as a WhatsApp group."
    ),
    "body-results": _l(
        "What came out of it: facts, and figures with their date and their source. "
        "One item per line, after a -."
    ),
    "body-lessons": _l(
        "What those who did it would do again or do differently, as the sources say it."
    ),
    "body-limits": _l(
        "What the sources do not show, or leave in doubt. The page frames it, and "
        "repeats its first sentence under the figures."
    ),
    "body-other": _l(
        "Text under other headings or without one. It keeps its place in the text."
    ),
    "did_not_work": _l(
        "What failed or was given up, one thing per line, as the sources say it. "
        "The page shows it before the limits."
    ),
    "questions": _l(
        "What people type who need this page, one per line, in other words than "
        "yours: “somebody posted my address online”. The search finds it by them."
    ),
    "variants": _l(
        "Other names and spellings, one per line, such as “doxxing”. The search "
        "takes them for the term."
    ),
    "who": _l(
        "The city, police force or body that did it, such as “Milan local police”. "
        "The page shows it among the facts."
    ),
    "figures": _l(
        "Two to four figures that the sources give. The page shows them side by "
        "side, in large digits."
    ),
    "figures.value": _l("The number with its unit, such as 184 or 35 days."),
    "figures.label": _l("What it counts, and when, such as “bikes found in 2017”."),
    "date_note": _l(
        "A few words that the page shows after the date, such as “day not found”. "
        "Leave it empty for an exact date."
    ),
    "host": _l(
        "The city or body that organised the event, such as “City of Riga”. The "
        "page shows it among the facts."
    ),
    "participants": _l(
        "How many people took part, and who they were, such as “40 police officers "
        "and city staff”."
    ),
    "stage_note": _l(
        "A few words that the page shows after the stage, such as “since 2018”."
    ),
    "means_people": _l(
        "Who it takes, and how many, such as “two officers, half of their time”."
    ),
    "means_time": _l(
        "Time to prepare and to run it, such as “three months to prepare”."
    ),
    "means_money": _l(
        "What it costs, with the currency and the year, such as “€15,000 in 2016”."
    ),
    "means_tools": _l(
        "Equipment, software or premises, such as “a telephone for the shared account”."
    ),
    "evaluation_by": _l(
        "Who evaluated it, such as “Tilburg University”. Leave it empty if nobody did."
    ),
    "evaluation_method": _l(
        "How it was evaluated, such as “before and after, in 35 neighbourhoods”."
    ),
    "evaluation_measured": _l(
        "What was counted, such as “burglaries per 1,000 inhabitants”."
    ),
    "transfer_needs": _l(
        "What another city must have first, such as “an agreement with the police”."
    ),
    "transfer_obstacles": _l(
        "What would prevent it, such as “a law that forbids police to use the "
        "platform”."
    ),
    "contact": _l(
        "The body or department to ask, such as “City of Milan, local police”. "
        "Never a person."
    ),
    "contact_page": _l(
        "A public page of that body, beginning with https://. The page links it."
    ),
    "legal_basis": _l("The law or decision that it rests on, with its date."),
    "start_mayor": _l(
        "Two or three records that a mayor should read first. The page of the theme"
        " begins with them."
    ),
    "start_police": _l(
        "Two or three records that a police officer should read first. The page of "
        "the theme begins with them."
    ),
    "start.record": _l("The end of the address of its page, such as needs/n12."),
    "start.why": _l("What the reader will find there, such as “contact and trust”."),
    "code": _l(
        "The number on the cover, such as D2.6. Leave it empty if there is none."
    ),
    "original_title": _l(
        "The title as it is on the cover, in the language of the document. "
        "Citations use it."
    ),
    "deliverable/type": _l(
        "What type of document it is. Readers see it among the facts."
    ),
    "event/type": _l(
        "Who organised it, and how it is linked with the project. Readers see it "
        "beside the date."
    ),
    "themes": _l(
        "Tick each theme that it deals with: the page of the theme lists the "
        "record. “All themes” is ticked alone."
    ),
    "events": _l(
        "Where it was presented or discussed. Start typing a title, then choose; "
        "both pages show the link."
    ),
    "project": _l("The project that the document comes from, such as MEDI@4SEC."),
    "lead": _l(
        "The organisation that is responsible for the document, as its cover names it."
    ),
    "authors": _l(
        "One person or organisation per line, as on the cover. Citations use these "
        "names."
    ),
    "audiences": _l(
        "Who should read or act. Readers filter lists by it, and each audience has "
        "its page."
    ),
    "date": _l(
        "A day, a month or a year: 30/10/2018, October 2018, 2018. Lists are sorted"
        " by it."
    ),
    "practice/date": _l(
        "When it began: 30/10/2018, October 2018, 2018. Lists are sorted by it."
    ),
    "event/date": _l(
        "The first day: 30/10/2018, October 2018, 2018. An event to come is on the "
        "home page and in calendars."
    ),
    "end_date": _l("Written like the date; only when it lasted longer than a day."),
    "practice/end_date": _l(
        "When it ended, written like the date. Leave it empty while it goes on."
    ),
    "language": _l("The language of the document. The file is shown with it."),
    "pages": _l("In digits, such as 48. Readers see it before they open the file."),
    "availability": _l(
        "How much of the text somebody has read for this record. The page says so."
    ),
    "files": _l("What readers learn about each file before they open it."),
    "files.language": _l("The language of this file."),
    "files.pages": _l("In digits, such as 48."),
    "files.tagged": _l(
        "Whether a screen reader finds headings and lists in the PDF. Leave it "
        "empty if nobody has checked."
    ),
    "files.licence": _l(
        "As the file states it, or as its owner gave it, such as CC BY 4.0. Without"
        " one, the page says that it is not recorded."
    ),
    "link_to_project": _l(
        "How the project knew the practice. Four bars show it on the page and in lists."
    ),
    "places": _l(
        "Start typing, then choose, one place per line. The map and the page of the"
        " place show the record."
    ),
    "stage": _l("How far it has come. Readers filter practices by it."),
    "stage_date": _l(
        "The day of the last news if it is in use, the end if it has ended. Written"
        " like the date."
    ),
    "evidence": _l(
        "What the results rest on, according to the sources. Readers filter "
        "practices by it."
    ),
    "result": _l(
        "Whether it worked, according to the sources. “Not measured” if nobody "
        "measured the effect."
    ),
    "deliverables": _l(
        "Documents that describe it. Start typing a title, then choose; both pages "
        "show the link."
    ),
    "event/deliverables": _l(
        "Documents that resulted from it. Start typing a title, then choose; both "
        "pages show the link."
    ),
    "recommendation/practices": _l(
        "Practices that illustrate it. Start typing a title, then choose; both "
        "pages show the link."
    ),
    "need/practices": _l(
        "Practices that answer it. Start typing a title, then choose; both pages "
        "show the link."
    ),
    "recommendations": _l(
        "Recommendations that answer it. Start typing a title, then choose; both "
        "pages show the link."
    ),
    "quotations": _l(
        "The words of a document that the record rests on. The page shows them with"
        " their page number."
    ),
    "quotations.deliverable": _l(
        "Start typing the title of the document, then choose."
    ),
    "quotations.file": _l("The name of its file, such as D2.6.pdf."),
    "quotations.page": _l("The page of the file, counted from its first page."),
    "quotations.text": _l(
        "Word for word, as in the file: the content check compares them."
    ),
    "firmness": _l(
        "Who says it, and how: this speaks of the source, never of the effect. The "
        "most reliable come first in lists."
    ),
    "wording": _l(
        "Only if the source does not word it as an instruction. The page then says so."
    ),
    "basis": _l(
        "Whether the source states the need, or the need follows from what it "
        "describes. The page says which."
    ),
    "number": _l(
        "Its number among the workshops of the project, such as 4. Leave it empty "
        "for other events."
    ),
    "registration": _l(
        "The page where people register, beginning with https://. It is shown until"
        " the event has taken place."
    ),
    "languages": _l(
        "One code per line: fr, en. The page of an event to come shows them."
    ),
    "order": _l("1 is first in lists of themes."),
    "broader": _l(
        "Terms with a wider meaning. Start typing, then choose; the glossary shows "
        "both as related."
    ),
    "related": _l(
        "Terms that one should read too. Start typing, then choose; the glossary "
        "links both."
    ),
    "sources": _l(
        "Where the facts were read: a name in each language, an address, or both. "
        "The page lists them."
    ),
    "sources.fr": _l("What it is, in French, such as « Rapport annuel de la ville »."),
    "sources.en": _l("What it is, in English, such as “Annual report of the city”."),
    "sources.url": _l("The complete address, beginning with https://."),
    "sources.publisher": _l("Who published it, such as “City of Milan”."),
    "sources.title": _l("The title of the page or document, in its own language."),
    "sources.date": _l("When it was published: 30/10/2018, October 2018 or 2018."),
    "sources.language": _l("Two letters, such as it for Italian."),
    "sources.accessed": _l("The day on which somebody last read it there."),
    "sources.status": _l(
        "Only for an unofficial copy, or an address that no longer works."
    ),
    "confidence": _l(
        "How the facts of this record are known. The page says so under “Sources "
        "and reliability”."
    ),
    "inferred": _l(
        "Tick what no source says outright. The page marks these facts as inferred."
    ),
    "former_ids": _l(
        "Records that became part of this one, one per line, such as rec-05. Their "
        "addresses lead here."
    ),
    "checked": _l(
        "If a warning needs no change, write here what it asks to add. It then "
        "disappears."
    ),
}
"""The help of the fields, as `kind/name` where a kind has its own, else as `name`.

A field of a row is `list.name`.
"""

_SAME_ROWS = {"start_mayor": "start", "start_police": "start"}
"""Lists whose rows have the same fields."""


def record_field_help(kind: Kind, name: str, *, row_of: str = "") -> LazyString | None:
    """Return the help of a field of a draft; `row_of` is the list of a row's field.

    None for a field that the form does not show.
    """
    if row_of:
        return RECORD_FIELDS.get(f"{_SAME_ROWS.get(row_of, row_of)}.{name}")
    return RECORD_FIELDS.get(f"{kind}/{name}", RECORD_FIELDS.get(name))
