"""The edition of a record: its words in one locale, each declared once."""

from dataclasses import dataclass

from indexer.model.ids import Kind, Locale
from indexer.model.long_text import NO_TEXT, LongText
from indexer.model.problems import message
from indexer.model.record_parts import (
    ASPECT_PARTS,
    FIGURE_PARTS,
    FIRST_STEP_PARTS,
    POINT_PARTS,
    Aspect,
    Figure,
    FirstStep,
    Point,
)
from indexer.model.schema import common, declare, layout
from indexer.model.schema.field import Search, declarations

_FACT_HEADINGS = {Locale.FR: "Pour décider", Locale.EN: "To decide"}
FAILURE_HEADINGS = {Locale.FR: "Ce qui n’a pas marché", Locale.EN: "What did not work"}
_LIMITS_HEADINGS = {Locale.FR: "Limites", Locale.EN: "Limits"}
LIMITS_TITLES = {*_LIMITS_HEADINGS.values(), "Précautions", "Caveats"} | {
    "Ce qu’on n’a pas pu lire",
    "What could not be read",
    "Ce qu’on ne sait pas encore",
    "What is not known yet",
}
"""The titles of sections on what is not established."""
_PRACTICE = (Kind.PRACTICE,)
_RECOMMENDATION = (Kind.RECOMMENDATION,)
_NEED = (Kind.NEED,)
_TOLD_PLAINLY = tuple(kind for kind in Kind if kind not in {Kind.TERM, Kind.PAGE})
QUESTIONS = "questions"
ASKED = (QUESTIONS, "search_only")
"""The fields of what readers may type; each language has its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The words of a record in one locale.

    `body` is Markdown as stored. French typography is applied when the body is
    rendered, since texts may be long and most are never read. `questions` are what
    readers may type who need this record, in other words than those of its text; each
    language has its own.
    """

    locale: Locale
    title: str = declare.text(
        "Title",
        "What the record is about, in 14 words at most. It heads the page, "
        "lists and results.",
        label_in=message("Title %(language)s"),
        kind_help={
            Kind.PRACTICE: message(
                "The place, then what was done: “Milan: finding stolen bikes through a "
                "Facebook page”. It heads the page, lists and results."
            ),
            Kind.RECOMMENDATION: message(
                "One thing to do, beginning with a verb: “Answer questions on social "
                "media every day”. It heads the page, lists and results."
            ),
            Kind.NEED: message(
                "What somebody must be able to do, beginning with a verb: “Find out "
                "what is allowed online”. It heads the page, lists and results."
            ),
            Kind.TERM: message(
                "The term as it is used in a sentence, such as “doxing”. Readers find "
                "it in the glossary and above search results."
            ),
            Kind.DELIVERABLE: message(
                "What the document is about, in 14 words at most. Left empty, the page "
                "has the title on the cover, in its own language."
            ),
        },
        is_required=True,
        optional_kinds=(Kind.DELIVERABLE,),
        is_tall=True,
    )
    summary: str = declare.text(
        "Summary",
        "One or two sentences that are clear without the title. Lists, results "
        "and shared links show them.",
        label_in=message("Summary %(language)s"),
        kind_help={
            Kind.TERM: message(
                "The definition, in one or two sentences. The glossary and search "
                "results show it."
            )
        },
        is_required=True,
        is_tall=True,
        row=layout.SUMMARY_ROW,
    )
    plain_words: tuple[str, ...] = declare.texts(
        "In plain words",
        "Three sentences of fifteen words at most, one per line, in everyday words: "
        "what happened, what was done, what came of it. Only what the record says.",
        label_in=message("In plain words %(language)s"),
        kinds=_TOLD_PLAINLY,
        is_tall=True,
    )
    variants: tuple[str, ...] = declare.texts(
        "Other names",
        "Other names and spellings, one per line, such as “doxxing”. The search"
        " takes them for the term.",
        label_in=message("Other names %(language)s"),
        kinds=(Kind.TERM,),
        search=Search.NAME,
    )
    who: str = declare.text(
        "Who",
        "The city, police force or body that did it, such as “Milan local "
        "police”. The page shows it among the facts.",
        kinds=_PRACTICE,
        detail_of=layout.WHERE_LINE,
        search=Search.KEYWORD,
    )
    host: str = declare.text(
        "Organised by",
        "The city or body that organised the event, such as “City of Riga”. The"
        " page shows it among the facts.",
        kinds=(Kind.EVENT,),
        strip=layout.HOST_LINE,
        search=Search.KEYWORD,
    )
    participants: str = declare.text(
        "Participants",
        "How many people took part, and who they were, such as “40 police "
        "officers and city staff”.",
        kinds=(Kind.EVENT,),
        detail_of=layout.PARTICIPANTS_LINE,
        search=Search.KEYWORD,
    )
    figures: tuple[Figure, ...] = declare.items(
        "Figures",
        "Two to four figures that the sources give. The page shows them side by"
        " side, in large digits.",
        kinds=(Kind.PRACTICE, Kind.EVENT),
        parts=FIGURE_PARTS,
        group=layout.FIGURES,
        row=layout.FIGURES_ROW,
        search=Search.KEYWORD,
    )
    date_note: str = declare.text(
        "Note on the date",
        "A few words that the page shows after the date, such as “day not "
        "found”. Leave it empty for an exact date.",
        kinds=(Kind.PRACTICE, Kind.EVENT, Kind.DELIVERABLE),
        group=layout.FIGURES,
    )
    stage_note: str = common.note(
        "Note on the stage",
        "A few words that the page shows after the stage, such as “since 2018”.",
        layout.STAGE,
        after="stage_date",
    )
    means_people: str = common.note(
        "Means: people",
        "Who it takes, and how many, such as “two officers, half of their time”.",
        layout.MEANS,
        statement="People",
    )
    means_time: str = common.note(
        "Means: time",
        "Time to prepare and to run it, such as “three months to prepare”.",
        layout.MEANS,
        statement="Time",
    )
    means_money: str = common.note(
        "Means: money",
        "What it costs, with the currency and the year, such as “€15,000 in 2016”.",
        layout.MEANS,
        statement="Money",
    )
    means_tools: str = common.note(
        "Means: tools",
        "Equipment, software or premises, such as “a telephone for the shared "
        "account”.",
        layout.MEANS,
        statement="Tools",
    )
    evaluation_by: str = common.note(
        "Evaluated by",
        "Who evaluated it, such as “Tilburg University”. Leave it empty if nobody did.",
        layout.EVALUATION,
        statement="By",
    )
    evaluation_method: str = common.note(
        "Method of the evaluation",
        "How it was evaluated, such as “before and after, in 35 neighbourhoods”.",
        layout.EVALUATION,
        statement="Method",
    )
    evaluation_measured: str = common.note(
        "What was measured",
        "What was counted, such as “burglaries per 1,000 inhabitants”.",
        layout.EVALUATION,
        statement="Measured",
    )
    transfer_needs: str = common.note(
        "What it takes elsewhere",
        "What another city must have first, such as “an agreement with the police”.",
        layout.ELSEWHERE,
        statement="What it takes",
    )
    transfer_obstacles: str = common.note(
        "What would stop it elsewhere",
        "What would prevent it, such as “a law that forbids police to use the "
        "platform”.",
        layout.ELSEWHERE,
        statement="What would stop it",
    )
    contact: str = common.note(
        "Contact",
        "The body or department to ask, such as “City of Milan, local police”. "
        "Never a person.",
        layout.CONTACT,
        row=layout.CONTACT_ROW,
    )
    legal_basis: str = common.note(
        "Legal basis",
        "The law or decision that it rests on, with its date.",
        layout.CONTACT,
        row=layout.LEGAL_ROW,
    )
    did_not_work: tuple[str, ...] = declare.texts(
        "What did not work",
        "What failed or was given up, one thing per line, as the sources say "
        "it. The page shows it before the limits.",
        kinds=_PRACTICE,
        is_tall=True,
        group=layout.FRAME_FAILURES,
        after="body-results",
    )
    lead: str = declare.text(
        "In one sentence",
        "What to do, in twelve words at most. The page begins with it, in large "
        "letters.",
        kinds=_RECOMMENDATION,
        is_tall=True,
    )
    points: tuple[Point, ...] = declare.items(
        "Points",
        "Up to three things to do or to know, each in one sentence, as the sources "
        "say it. The page numbers them.",
        kinds=_RECOMMENDATION,
        parts=POINT_PARTS,
        item_class=Point,
    )
    situation: str = declare.text(
        "Situation",
        "What happens in a town that has this need, in everyday words, such as "
        "“Neighbours watch the street on WhatsApp”. Plans begin with it.",
        kinds=_NEED,
        is_tall=True,
        search=Search.KEYWORD,
    )
    gaps: tuple[str, ...] = declare.texts(
        "What remains without answer",
        "What no record of the base answers yet, one thing per line. The page of the "
        "need invites readers to answer.",
        kinds=_NEED,
        is_tall=True,
    )
    aspects: tuple[Aspect, ...] = declare.items(
        "Who does what",
        "What each practice does about one aspect of the need, for five practices at "
        "most. The page shows it as a table.",
        kinds=_NEED,
        parts=ASPECT_PARTS,
        item_class=Aspect,
    )
    start_mayor: tuple[FirstStep, ...] = declare.items(
        "Start here: mayors",
        "Two or three records that a mayor should read first. The page of the "
        "theme begins with them.",
        kinds=(Kind.THEME,),
        parts=FIRST_STEP_PARTS,
    )
    start_police: tuple[FirstStep, ...] = declare.items(
        "Start here: police officers",
        "Two or three records that a police officer should read first. The page"
        " of the theme begins with them.",
        kinds=(Kind.THEME,),
        parts=FIRST_STEP_PARTS,
    )
    questions: tuple[str, ...] = declare.texts(
        "Questions",
        "What people type who need this page, one per line, in other words than"
        " yours: “somebody posted my address online”. The search finds it by "
        "them.",
        is_tall=True,
        group=layout.QUESTIONS,
    )
    search_only: tuple[str, ...] = declare.texts(
        "Questions for the search alone",
        "What people type who may need this page although it does not answer them, one"
        " per line. The search finds it by them; no page shows them.",
        is_tall=True,
        group=layout.QUESTIONS,
    )
    body: LongText = declare.long_text(
        "Text",
        "The text of the page, in Markdown: ## before a heading, - before an "
        "item, a blank line between paragraphs. A link to a record: [workshop "
        "4](events/w4).",
        label_in=message("Text %(language)s"),
        is_tall=True,
        default=NO_TEXT,
    )

    @property
    def text(self) -> LongText:
        """The body, and what did not work as a section before the limits."""
        if not self.did_not_work:
            return self.body
        items = "".join(f"- {failure}\n" for failure in self.did_not_work)
        section = f"## {FAILURE_HEADINGS[self.locale]}\n\n{items}"
        limits = f"## {_LIMITS_HEADINGS[self.locale]}\n"
        before, heading, after = str(self.body).partition(limits)
        return LongText(f"{before.rstrip()}\n\n{section}\n{heading}{after}")

    @property
    def searched_text(self) -> LongText:
        """The text, and the facts to decide by, which the page shows in a strip."""
        declared = declarations(type(self)).items()
        found = [name for name, field in declared if field.search is Search.TEXT]
        notes = [note for name in found if (note := getattr(self, name))]
        if not notes:
            return self.text
        facts = "".join(f"- {note}\n" for note in notes)
        return LongText(f"{self.text}\n\n## {_FACT_HEADINGS[self.locale]}\n\n{facts}")
