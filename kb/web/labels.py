"""The labels of kinds, audiences, firmness, facets and languages."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale
from indexer.model.query import Sort
from indexer.model.vocabulary import (
    Aim,
    Audience,
    Availability,
    Concern,
    Confidence,
    Coverage,
    DateKind,
    DeliverableType,
    EventType,
    EvidenceKind,
    ExperienceKind,
    Failure,
    Firmness,
    LegalRole,
    PracticeResult,
    SourceStatus,
    Stage,
    Wording,
)
from kb.web.date_text import language_name
from kb.web.locale import LazyString, by_locale, lazy_pgettext, page_locale
from kb.web.locale import lazy_gettext as _l

KINDS: dict[Kind, LazyString] = {
    Kind.DELIVERABLE: _l("Deliverable"),
    Kind.PRACTICE: _l("Practice"),
    Kind.RECOMMENDATION: _l("Recommendation"),
    Kind.NEED: _l("Need"),
    Kind.EVENT: _l("Event"),
    Kind.THEME: lazy_pgettext("kind", "Theme"),
    Kind.TERM: _l("Glossary term"),
    Kind.PAGE: _l("Page"),
}
KINDS_PLURAL: dict[Kind, LazyString] = {
    Kind.DELIVERABLE: _l("Deliverables"),
    Kind.PRACTICE: _l("Practices"),
    Kind.RECOMMENDATION: _l("Recommendations"),
    Kind.NEED: _l("Needs"),
    Kind.EVENT: _l("Events"),
    Kind.THEME: lazy_pgettext("kind", "Themes"),
    Kind.TERM: _l("Glossary terms"),
    Kind.PAGE: _l("Pages"),
}
SECTIONS: dict[Kind, LazyString] = KINDS_PLURAL | {Kind.TERM: _l("Glossary")}
"""The name of each kind's list, in the menu and above the list."""

NAVIGATION = (
    Kind.NEED,
    Kind.RECOMMENDATION,
    Kind.PRACTICE,
    Kind.THEME,
    Kind.DELIVERABLE,
    Kind.EVENT,
    Kind.TERM,
)

LIST_LEADS: dict[Kind, LazyString] = {
    Kind.NEED: _l(
        "What local actors need to be able to do. A full square is a practice that "
        "answers, a light square a recommendation."
    ),
    Kind.RECOMMENDATION: _l(
        "One thing to do in each. In a theme, those with the strongest sources come "
        "first."
    ),
    Kind.PRACTICE: _l(
        "What towns, police forces and other bodies did: results are given, and "
        "failures too."
    ),
    Kind.THEME: _l("The six subjects of the base, each with all that concerns it."),
    Kind.DELIVERABLE: _l(
        "Reports, guides and articles: those of the project MEDI@4SEC, and others on "
        "its subjects."
    ),
    Kind.EVENT: _l("Workshops, meetings and online conferences, the latest first."),
    Kind.TERM: _l(
        "The words of the field in both languages: a search for one also finds the "
        "other."
    ),
}
"""What the list of a kind contains, in a sentence."""

ICONS: dict[Kind, str] = {kind: kind.value for kind in Kind} | {
    Kind.RECOMMENDATION: "rec",
    Kind.PAGE: "info",
}
"""The symbol of each kind; with `k-` before it, also the class that colours it."""

AUDIENCES: dict[Audience, LazyString] = {
    Audience.LAW_ENFORCEMENT: _l("Police"),
    Audience.LOCAL: _l("Local authorities"),
    Audience.NATIONAL: _l("National government"),
    Audience.EU: _l("European Union"),
    Audience.INDUSTRY: _l("Industry"),
    Audience.PLATFORMS: _l("Platforms"),
    Audience.CIVIL: _l("Civil society and residents"),
    Audience.SCHOOLS: _l("Schools and parents"),
    Audience.RESEARCH: _l("Research"),
}
AUDIENCES_INLINE: dict[Audience, LazyString] = {
    Audience.LAW_ENFORCEMENT: lazy_pgettext("inside a sentence", "police"),
    Audience.LOCAL: lazy_pgettext("inside a sentence", "local authorities"),
    Audience.NATIONAL: lazy_pgettext("inside a sentence", "national government"),
    Audience.EU: lazy_pgettext("inside a sentence", "European Union"),
    Audience.INDUSTRY: lazy_pgettext("inside a sentence", "industry"),
    Audience.PLATFORMS: lazy_pgettext("inside a sentence", "platforms"),
    Audience.CIVIL: lazy_pgettext("inside a sentence", "civil society and residents"),
    Audience.SCHOOLS: lazy_pgettext("inside a sentence", "schools and parents"),
    Audience.RESEARCH: lazy_pgettext("inside a sentence", "research"),
}


def audience_list(audiences: Sequence[Audience]) -> str:
    """Return the names of audiences with commas, the first with a capital."""
    names = [str(AUDIENCES[audience]) for audience in audiences[:1]]
    names += [str(AUDIENCES_INLINE[audience]) for audience in audiences[1:]]
    return ", ".join(names)


FACETS: dict[FacetName, LazyString] = {
    name: LazyString(name.declared.label.template) for name in FacetName
}
FACET_VALUES: dict[FacetName, dict[str, LazyString]] = {
    name: {
        value: LazyString(label.template)
        for value, label in name.declared.value_labels.items()
    }
    for name in FacetName
}
SORTS: dict[Sort, LazyString] = {
    sort: LazyString(sort.declared.label.template) for sort in Sort
}


@dataclass(frozen=True, slots=True)
class Badge:
    """The strength of a source: a label, and the number of its full bars, 1 to 4."""

    label: LazyString
    strength: int
    meaning: LazyString
    mark: LazyString | None = None
    """How far a recommendation with this source can be relied on, in one sentence."""


WORDING_OURS = _l("The imperative is ours.")

FIRMNESS: dict[Firmness, Badge] = {
    Firmness.CONCLUSION: Badge(
        _l("Workshop or event conclusion"),
        4,
        _l("The outcome of a workshop or event, as reported."),
        _l("Reported conclusion; effect not evaluated."),
    ),
    Firmness.GUIDANCE: Badge(
        _l("Project guidance"),
        3,
        _l(
            "A rule stated in a project document, or "
            "drawn from one; the record says which."
        ),
        _l("Guidance drawn from a project text; effect not evaluated."),
    ),
    Firmness.PRACTICE_RULE: Badge(
        _l("Practice rule"),
        3,
        _l("A rule that a practitioner follows, reported by the project."),
        _l("Rule followed by practitioners; effect not evaluated."),
    ),
    Firmness.FOLLOW_ON: Badge(
        _l("Working group follow-on"),
        3,
        _l("From the working group, after the project."),
        _l("Working group, after the project; effect not evaluated."),
    ),
    Firmness.EFUS: Badge(
        _l("Efus, after the project"),
        3,
        _l("From Efus, after the project and outside its working group."),
        _l("Efus, after the project; effect not evaluated."),
    ),
    Firmness.AGENDA_QUESTION: Badge(
        _l("Question raised"),
        2,
        _l("The project raised the question; the wording as an instruction is ours."),
        _l("Question asked by the project; the instruction is ours."),
    ),
    Firmness.RELATED: Badge(
        _l("Other public body"),
        2,
        _l("From an official body close to the subject, not the project."),
        _l("Other public body; effect not evaluated."),
    ),
    Firmness.SPEAKER: Badge(
        _l("View of participants"),
        1,
        _l("The view of one or several people."),
        _l("View of participants, not a conclusion."),
    ),
    Firmness.PRESENTED: Badge(
        _l("Presented by the project"),
        4,
        _l("Presented at an event of the project or of Efus."),
    ),
    Firmness.CITED: Badge(
        _l("Cited by the project"),
        3,
        _l("Mentioned in a project document we have read."),
    ),
    Firmness.PARTNER: Badge(
        _l("By a project partner"), 3, _l("Carried out by a partner of the project.")
    ),
    Firmness.CONTEXT: Badge(
        _l("Context, not a project result"),
        2,
        _l("A real practice, known from elsewhere: not a result of the project."),
    ),
    Firmness.STATED: Badge(
        _l("Stated need"),
        3,
        _l("According to the source, local actors state this need or aim."),
    ),
    Firmness.DERIVED: Badge(
        _l("Derived need"),
        2,
        _l("Our reading of a difficulty that the source describes."),
    ),
}

CONFIDENCE: dict[Confidence, LazyString] = {
    Confidence.SEEN: _l("Taken from the sources."),
    Confidence.PARTLY_INFERRED: _l(
        "Taken from the sources and partly inferred; the record says which parts."
    ),
    Confidence.INFERRED: _l("Inferred; the record says from what."),
    Confidence.GENERAL_KNOWLEDGE: _l("Written by us from general knowledge."),
}
TERM_SEEN = _l("Term found in the sources; definition written by us.")

STAGES: dict[Stage, LazyString] = {
    Stage.IDEA: lazy_pgettext("stage", "Idea"),
    Stage.PILOT: lazy_pgettext("stage", "Pilot"),
    Stage.IN_USE: lazy_pgettext("stage", "In use"),
    Stage.NO_NEWS: lazy_pgettext("stage", "No news for three years"),
    Stage.ENDED: lazy_pgettext("stage", "Ended"),
}
AIMS: dict[Aim, LazyString] = {
    Aim.TRUST: _l("Talk to each other, build trust"),
    Aim.REPORTS: _l("Hear from residents"),
    Aim.INFORMATION: _l("Inform without delay"),
    Aim.RECOVERY: _l("Find, give back, bring down"),
    Aim.SUPPORT: _l("Help those who are targeted"),
    Aim.PREPARATION: _l("Foresee, decide, train"),
}
LEGAL_ROLES: dict[LegalRole, LazyString] = {
    LegalRole.RELIED_ON: lazy_pgettext("law", "Relied on"),
    LegalRole.HELD_AGAINST: lazy_pgettext("law", "Used against it"),
    LegalRole.PROPOSED: lazy_pgettext("law", "Proposed"),
}
EXPERIENCES: dict[ExperienceKind, LazyString] = {
    ExperienceKind.SAME: _l("Does this too"),
    ExperienceKind.CHANGED: _l("Does it in another way"),
    ExperienceKind.DID_NOT_WORK: _l("It did not work there"),
}
CONCERNS: dict[Concern, LazyString] = {
    Concern.VICTIM: _l("Somebody is the target"),
}
EVIDENCE: dict[EvidenceKind, LazyString] = {
    EvidenceKind.COMPARISON: _l("Evaluation with a comparison"),
    EvidenceKind.BEFORE_AFTER: _l("Figures from before and after"),
    EvidenceKind.OWN_FIGURES: _l("The body’s own figures"),
    EvidenceKind.ACCOUNT: _l("An account only"),
}
RESULTS: dict[PracticeResult, LazyString] = {
    PracticeResult.WORKED: lazy_pgettext("result", "Worked"),
    PracticeResult.MIXED: lazy_pgettext("result", "Mixed"),
    PracticeResult.DID_NOT_WORK: lazy_pgettext("result", "Did not work"),
    PracticeResult.NOT_MEASURED: lazy_pgettext("result", "Not measured"),
}
NOT_KNOWN_LABEL = _l("Not known")
COVERAGES: dict[Coverage, LazyString] = {
    Coverage.NONE: _l("No answer yet"),
    Coverage.SOME: _l("At least one answer"),
}
FAILURES: dict[Failure, LazyString] = {
    Failure.TOLD: _l("What did not work is described")
}
WORDINGS: dict[Wording, LazyString] = {
    Wording.OURS: WORDING_OURS,
}
SOURCE_STATUS: dict[SourceStatus, LazyString] = {
    SourceStatus.COPY: _l("unofficial copy"),
    SourceStatus.DEAD: _l("page no longer online"),
}

DELIVERABLE_TYPES: dict[DeliverableType, LazyString] = {
    DeliverableType.REPORT: _l("Report"),
    DeliverableType.WORKSHOP_REPORT: _l("Workshop report"),
    DeliverableType.BOOKLET: _l("Public booklet"),
    DeliverableType.ETHICS_INVENTORY: _l("Inventory of ethical and legal issues"),
    DeliverableType.CATALOGUE: _l("Catalogue"),
    DeliverableType.PLAN: _l("Plan"),
    DeliverableType.MANAGEMENT_REPORT: _l("Progress report"),
    DeliverableType.ARTICLE: _l("Article"),
    DeliverableType.GUIDE: _l("Guide"),
    DeliverableType.INSPECTION: _l("Inspection report"),
    DeliverableType.STUDY: _l("Study"),
    DeliverableType.POSITION: _l("Position paper"),
    DeliverableType.TRAINING: _l("Training"),
    DeliverableType.WHITE_PAPER: _l("White paper"),
    DeliverableType.MINUTES: _l("Minutes of a meeting"),
    DeliverableType.SLIDES: _l("Slides"),
    DeliverableType.PRESS_RELEASE: _l("Press release"),
    DeliverableType.LAW: _l("Law or regulation"),
    DeliverableType.TECHNICAL_REPORT: _l("Technical report"),
    DeliverableType.WORKING_PAPER: _l("Working paper"),
    DeliverableType.CONFERENCE_PAPER: _l("Conference paper"),
    DeliverableType.POSTER: _l("Poster"),
    DeliverableType.BOOK: _l("Book"),
    DeliverableType.CHAPTER: _l("Chapter of a book"),
    DeliverableType.THESIS: _l("Thesis"),
    DeliverableType.PRESS_ARTICLE: _l("Press article"),
    DeliverableType.BLOG_POST: _l("Blog post"),
    DeliverableType.WEB_PAGE: _l("Web page"),
    DeliverableType.DATASET: _l("Data set"),
    DeliverableType.OTHER: _l("Other document"),
}
DATE_KINDS: dict[DateKind, LazyString] = {
    DateKind.ISSUED: _l("Issued"),
    DateKind.CREATED: _l("Created"),
    DateKind.MODIFIED: _l("Last changed"),
    DateKind.DELIVERED: _l("Delivered"),
}
AVAILABILITY: dict[Availability, LazyString] = {
    Availability.COMPLETE: _l("read in full"),
    Availability.FIRST_PAGES: _l("only the first pages were read"),
    Availability.TITLE_ONLY: _l("known by its title only"),
    Availability.NOT_FOUND: _l("not found"),
}
EVENT_TYPES: dict[EventType, LazyString] = {
    EventType.WORKSHOP: _l("Project workshop"),
    EventType.LOCAL: _l("Local event"),
    EventType.EFUS: _l("Efus event"),
    EventType.FOLLOW_ON: _l("Working group event"),
    EventType.EFUS_LATER: _l("Efus event after the project"),
    EventType.RELATED: _l("Related event"),
}
INFERRED_FIELDS: dict[str, LazyString] = {
    "type": _l("the type of publication"),
    "themes": _l("the theme"),
    "events": _l("the link with the event"),
    "deliverables": _l("the link with the report"),
    "practices": _l("the link with the practices"),
    "end_date": _l("the end of the period"),
    "audiences": _l("the intended audience"),
    "stage": _l("the stage"),
    "evidence": _l("the kind of evidence"),
    "result": _l("the result"),
}
"""Fields whose inference a page states in the provenance, not beside the field."""

ALL_THEMES_LABEL = _l("All themes")

LOCALE_NAMES = {Locale.FR: "Français", Locale.EN: "English"}
"""Each language in its own words."""
SHARE_LOCALES = {Locale.FR: "fr_FR", Locale.EN: "en_GB"}
"""Each language as Open Graph writes it."""
LANGUAGES = by_locale(fr=_l("French"), en=_l("English"))
IN_LANGUAGE = by_locale(fr=_l("In French"), en=_l("In English"))
FILE_LANGUAGES = by_locale(fr=_l("in French"), en=_l("in English"))
MISSING_EDITIONS = by_locale(
    fr=_l(
        "This record is not written in French yet. You are reading its English edition."
    ),
    en=_l(
        "This record is not written in English yet. You are reading its French edition."
    ),
)
VARIANTS_LABELS = {Locale.FR: "On dit aussi", Locale.EN: "Also"}
"""Each in the language of the edition, whatever that of the page."""


def passage_language(code: str) -> str:
    """Return the language of a passage, for the reader of the page."""
    return _("Passage in %(language)s", language=language_name(code, page_locale()))
