"""The values that fields of records may have."""

from enum import StrEnum

ALL_THEMES = "all"


class Confidence(StrEnum):
    """How certain the facts of a record are."""

    SEEN = "seen"
    PARTLY_INFERRED = "partly-inferred"
    INFERRED = "inferred"
    GENERAL_KNOWLEDGE = "general-knowledge"


class Audience(StrEnum):
    """The audiences of recommendations."""

    LAW_ENFORCEMENT = "lea"
    LOCAL = "local"
    NATIONAL = "national"
    EU = "eu"
    INDUSTRY = "industry"
    PLATFORMS = "platforms"
    CIVIL = "civil"
    SCHOOLS = "schools"
    RESEARCH = "research"


class Firmness(StrEnum):
    """How firm a source is: the values of the `source` facet.

    Recommendations, practices and needs each use a subset.
    """

    CONCLUSION = "conclusion"
    GUIDANCE = "guidance"
    PRACTICE_RULE = "practice-rule"
    AGENDA_QUESTION = "agenda-question"
    RELATED = "related"
    SPEAKER = "speaker"
    PRESENTED = "presented"
    CITED = "cited"
    PARTNER = "partner"
    FOLLOW_ON = "follow-on"
    EFUS = "efus"
    CONTEXT = "context"
    STATED = "stated"
    DERIVED = "derived"


RECOMMENDATION_FIRMNESS = (
    Firmness.CONCLUSION,
    Firmness.GUIDANCE,
    Firmness.PRACTICE_RULE,
    Firmness.FOLLOW_ON,
    Firmness.EFUS,
    Firmness.AGENDA_QUESTION,
    Firmness.RELATED,
    Firmness.SPEAKER,
)
PRACTICE_FIRMNESS = (
    Firmness.PRESENTED,
    Firmness.CITED,
    Firmness.PARTNER,
    Firmness.FOLLOW_ON,
    Firmness.EFUS,
    Firmness.CONTEXT,
)
NEED_FIRMNESS = (Firmness.STATED, Firmness.DERIVED)


class Stage(StrEnum):
    """How far a practice has come."""

    IDEA = "idea"
    PILOT = "pilot"
    IN_USE = "in-use"
    NO_NEWS = "no-news"
    """Nothing new has been read for three years: computed, never stored."""
    ENDED = "ended"


STATED_STAGES = tuple(stage for stage in Stage if stage is not Stage.NO_NEWS)


class EvidenceKind(StrEnum):
    """What kind of evidence the results of a practice rest on."""

    COMPARISON = "comparison"
    BEFORE_AFTER = "before-after"
    OWN_FIGURES = "own-figures"
    ACCOUNT = "account"


class PracticeResult(StrEnum):
    """What an evaluation says of the effect of a practice."""

    WORKED = "worked"
    MIXED = "mixed"
    DID_NOT_WORK = "did-not-work"
    NOT_MEASURED = "not-measured"


class Aim(StrEnum):
    """What a practice is meant to change."""

    TRUST = "trust"
    REPORTS = "reports"
    INFORMATION = "information"
    RECOVERY = "recovery"
    SUPPORT = "support"
    PREPARATION = "preparation"


class LegalRole(StrEnum):
    """What a text of law is to a practice."""

    RELIED_ON = "relied-on"
    HELD_AGAINST = "held-against"
    PROPOSED = "proposed"


class ExperienceKind(StrEnum):
    """How it went in a town that did the same as a practice."""

    SAME = "same"
    CHANGED = "changed"
    DID_NOT_WORK = "did-not-work"


class Concern(StrEnum):
    """Whether a record concerns somebody who is the target of an act."""

    VICTIM = "victim"


class Failure(StrEnum):
    """Whether a record tells what did not work."""

    TOLD = "told"


class Finding(StrEnum):
    """What is known of a practice beyond what was done."""

    MEASURED = "measured"
    WORKED = "worked"
    MIXED = "mixed"
    DID_NOT_WORK = "did-not-work"
    FIGURES = "figures"


class Readable(StrEnum):
    """Where a document can be read; one that is sought is only mentioned."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    SOUGHT = "sought"


class Coverage(StrEnum):
    """Whether a practice or a recommendation answers a need."""

    NONE = "none"
    SOME = "some"


class Wording(StrEnum):
    """Who worded a recommendation as an instruction."""

    OURS = "ours"


class SourceStatus(StrEnum):
    """What a reader must know of the address of a source."""

    COPY = "copy"
    DEAD = "dead"


class DeliverableType(StrEnum):
    """The types of documents; exports map them to the vocabulary of COAR."""

    REPORT = "report"
    WORKSHOP_REPORT = "workshop-report"
    BOOKLET = "booklet"
    ETHICS_INVENTORY = "ethics-inventory"
    CATALOGUE = "catalogue"
    PLAN = "plan"
    MANAGEMENT_REPORT = "management-report"
    ARTICLE = "article"
    GUIDE = "guide"
    INSPECTION = "inspection"
    STUDY = "study"
    POSITION = "position"
    TRAINING = "training"
    WHITE_PAPER = "white-paper"
    MINUTES = "minutes"
    SLIDES = "slides"
    PRESS_RELEASE = "press-release"
    LAW = "law"
    TECHNICAL_REPORT = "technical-report"
    WORKING_PAPER = "working-paper"
    CONFERENCE_PAPER = "conference-paper"
    POSTER = "poster"
    BOOK = "book"
    CHAPTER = "chapter"
    THESIS = "thesis"
    PRESS_ARTICLE = "press-article"
    BLOG_POST = "blog-post"
    WEB_PAGE = "web-page"
    DATASET = "dataset"
    OTHER = "other"


class DateKind(StrEnum):
    """What happened to a document on its date."""

    ISSUED = "issued"
    CREATED = "created"
    MODIFIED = "modified"
    DELIVERED = "delivered"


class Availability(StrEnum):
    """How much of a deliverable is available."""

    COMPLETE = "complete"
    FIRST_PAGES = "first-pages"
    TITLE_ONLY = "title-only"
    NOT_FOUND = "not-found"


class EventType(StrEnum):
    """The types of events."""

    WORKSHOP = "workshop"
    LOCAL = "local"
    EFUS = "efus"
    FOLLOW_ON = "follow-on"
    EFUS_LATER = "efus-later"
    RELATED = "related"


class Tagged(StrEnum):
    """Whether a PDF has a structure for screen readers, as files have it."""

    YES = "yes"
    NO = "no"
