"""Words of covers: kinds of documents, and programmes.

Programmes fund projects; none of them is a project.
"""

import re
from itertools import chain, takewhile

from indexer.extraction.report.cover import MIN_BODY_WORDS, Cover, block_fact
from indexer.model.document import BlockType
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField
from indexer.model.vocabulary import DeliverableType

_NUMBER = r"(?:\W+(?:no\.?|n\s?[°º])?\s*\d{1,3})?"
_KINDS = {
    kind: re.compile(rf"(?:{words}){_NUMBER}\W*", re.IGNORECASE)
    for kind, words in {
        DeliverableType.WORKSHOP_REPORT: (
            r"workshop report|(?:rapport|compte rendu) d(?:e l)?[’']atelier"
        ),
        DeliverableType.MANAGEMENT_REPORT: (
            r"(?:progress|periodic|management|mid-?term) report"
            r"|rapport (?:intermédiaire|périodique|de gestion|d[’']avancement)"
        ),
        DeliverableType.BOOKLET: r"booklet|brochure|leaflet|livret|dépliant",
        DeliverableType.CATALOGUE: r"catalogue|catalog|inventory|inventaire",
        DeliverableType.PLAN: (
            r"(?:action|local|strategic) plan|roadmap|plan (?:d[’']action|stratégique)"
            r"|feuille de route"
        ),
        DeliverableType.REPORT: (
            r"(?:(?:final|research|technical|study|evaluation|comparative|annual|public"
            r"|national|country|synthesis|thematic|survey|summary) ){1,2}report"
            r"|(?:white|green) paper|livre (?:blanc|vert)"
            r"|(?:practical|practitioner[’']?s|good practice|methodological) guide"
            r"|(?:training )?(?:handbook|manual)|guidelines"
            r"|rapport(?: (?:public|final|technique|annuel|comparatif|national"
            r"|thématique|de recherche|de synthèse"
            r"|d[’'](?:étude|évaluation|enquête))){1,2}"
            r"|guide (?:pratique|méthodologique|d[’']utilisation"
            r"|(?:de|des) bonnes pratiques)|manuel(?: de formation)?|étude|rapport"
            r"|report"
        ),
    }.items()
}
"""A brief and a summary have no type of their own."""
_TYPES_IN_TITLES = {
    DeliverableType.WORKSHOP_REPORT: r"(?:workshop|atelier)\b.*\b(?:report|rapport)"
    r"|\b(?:report|rapport|compte rendu|actes)\b.*\b(?:workshop|atelier)",
    DeliverableType.ETHICS_INVENTORY: r"\bethic\w* inventor|inventaire éthique",
    DeliverableType.CATALOGUE: r"\b(?:catalogue|catalog|inventory|inventaire)\b",
    DeliverableType.MANAGEMENT_REPORT: (
        r"\b(?:management|progress|periodic|mid-?term) (?:review )?report"
        r"|rapport (?:de gestion|d['’]avancement|périodique|intermédiaire)"
    ),
    DeliverableType.PLAN: (
        r"^(?:\S+ ){0,3}(?:plan|strategy|roadmap|stratégie|feuille de route)\b"
    ),
    DeliverableType.BOOKLET: r"\b(?:booklet|brochure|leaflet|livret|dépliant)\b",
    DeliverableType.ARTICLE: r"\b(?:article|blog)\b",
    DeliverableType.INSPECTION: r"\binspection\b",
    DeliverableType.POSITION: r"\b(?:manifesto|manifeste|position paper)\b",
    DeliverableType.TRAINING: r"\b(?:online training|formation en ligne)\b",
    DeliverableType.GUIDE: r"\b(?:guidelines?|guide|handbook|playbook|manuel)\b",
    DeliverableType.STUDY: r"\b(?:study|étude)\b",
    DeliverableType.REPORT: (
        r"\b(?:report|white paper|rapport|livre blanc|recommendations"
        r"|recommandations)\b"
    ),
}
"""The types of deliverables by the words of their title; the first match counts."""

_NOUN_OR_VERB = re.compile(
    r"report|study|guide|plan|blog|catalogu?e?|handbook", re.IGNORECASE
)
_BEFORE_VERB = frozenset(
    "to not never who we they you i can could should must may might will would please "
    "people victims citizens residents always rarely often nobody everybody".split()
)
_OBJECTS = frozenset(
    "a an the your our their his her it them that this these those what when online "
    "how why crime crimes abuse victims people feeling being having less more".split()
)
"""Words after a verb: "Report a crime", "Guide your visitors"."""


def is_kind(text: str) -> bool:
    """Return whether a text is the kind of a document and no more: "Final report"."""
    return any(pattern.fullmatch(text.strip()) for pattern in _KINDS.values())


def type_on_line(cover: Cover) -> ExtractedFact | None:
    """Return the type that a line of the first page names, above the body text.

    The line has nothing but the kind: « Guide pratique », "Final report".
    """
    front = takewhile(
        lambda block: len(block.text.split()) < MIN_BODY_WORDS, cover.first_page
    )
    for block in front:
        if block.type not in {BlockType.PARAGRAPH, BlockType.HEADING}:
            continue
        for line in chain((block.text,), block.lines):
            for kind, pattern in _KINDS.items():
                if pattern.fullmatch(line.strip()):
                    likelihood = Likelihood.MEDIUM
                    return block_fact(
                        MetadataField.TYPE, block, kind.value, likelihood=likelihood
                    )
    return None


_PLACE = r"[A-ZÀ-Þ][a-zß-ÿ]+"
_INTERREG_AREAS = (
    r"(?i:north[- ]?west(?:ern)? europe|central europe|central baltic|europe|north sea"
    r"|baltic sea|alpine space|espace alpin|danube|(?:euro|next|balkan)[- ]med"
    r"|med(?:iterranean|iterranée)?|atlantic area|espace atlantique|adriatic[- ]ionian"
    r"|ipa adrion|adrion|sudoe|nwe|npa|northern periphery and arctic|aurora|poctefa"
    r"|poctep|alcotra|marittimo|mac|caribbean|caraïbes|amazonie|(?:2|deux|two) "
    r"(?:seas|mers)|(?:france )?\(?(?:channel|manche)\)? (?:england|angleterre)|ipa"
    r"|channel|manche|rhin supérieur|oberrhein|upper rhine|grande région"
    r"|greater region|euregio)"
)
_NAME = re.compile(
    r"(?<![\w-])(?:"
    rf"(?i:interreg)(?:\W+(?:[IVX]+\b(?:[ -]?[A-D]\b)?|\d[ -]?[A-D]\b))?"
    rf"(?:\W+(?:{_INTERREG_AREAS}|{_PLACE}(?:[-–]{_PLACE})+)(?![\w-]))*"
    r"|(?i:horizon (?:2020|europe)|horizon|h2020|fp7|erasmus ?\+|erasmus plus|erasmus"
    r"|urbact|urban innovative actions|internal security fund|asylum, migration and"
    r" integration fund|fonds pour la sécurité intérieure|europe for citizens"
    r"|l[’']europe pour les citoyens|creative europe|europe créative|digital europe"
    r"|europe numérique|european urban initiative)"
    r"|(?:ISFP?|FSI)(?:[ –—-]+(?i:police|borders|frontières|p\b|b\b))?"
    r"|AMIF|FAMI|CERV|DAPHNE|LIFE|COST|CIVITAS|ITEA ?[234]?|EUREKA|ECSEL|ARTEMIS|FP6"
    r"|CHIST-ERA|UIA|EUI|ESF\+?|FSE\+?|ERDF|FEDER|FESI"
    r"|PEACE ?PLUS|(?:DG )?JUST|REC"
    r")(?![\w-])"
)
_ROMAN_NUMBER = re.compile(r"\A\W*[IVX]+\b")
"""The number of a generation of a programme: "URBACT IV"."""

_MAX_LENGTH = 160
_AROUND = frozenset(
    "eu ue ec european europe européen européenne union commission programme program "
    "programmes fund funds fonds the le la l les un une a an of du de des d et and in "
    "for by par pour with avec support soutien co funded financed cofunded cofinancé "
    "cofinancée financé financée project projet action actions strategic partnership "
    "partnerships partenariat stratégique ka ka1 ka2 ka3 key field youth jeunesse "
    "regional régional development développement region region research innovation "
    "recherche secure societies security sécurité police borders region area i ii iii "
    "iv v vi transnational cooperation coopération territorial".split()
)
"""Words around the name of a programme on a line that has nothing else."""


def is_programme(text: str) -> bool:
    """Return whether a line has the name of a programme, and no other name."""
    if len(text) > _MAX_LENGTH:
        return False
    name = _NAME.search(text)
    if name is None:
        return False
    around = f"{text[: name.start()]} {text[name.end() :]}"
    return all(
        word.isdigit() or word.casefold() in _AROUND
        for word in re.findall(r"[^\W_]+", around)
    )


def without_programme(text: str) -> str:
    """Return what a line has after the name of a programme; "" if it has no such name.

    The name of a LIFE project begins with that of its programme.
    """
    name = _NAME.match(text)
    if name is None or name[0] == "LIFE" or is_programme(text):
        return ""
    return _ROMAN_NUMBER.sub("", text[name.end() :]).strip(" –—-|·:")


def type_in_title(title: ExtractedFact | None) -> ExtractedFact | None:
    """Return the type of a document that the words of its title name, if any."""
    if title is None:
        return None
    for name, pattern in _TYPES_IN_TITLES.items():
        matches = re.finditer(pattern, title.value, re.IGNORECASE)
        if any(not _is_verb(title.value, match) for match in matches):
            return ExtractedFact(
                MetadataField.TYPE, (name.value,), title.origin, Likelihood.MEDIUM
            )
    return None


def _is_verb(title: str, match: re.Match[str]) -> bool:
    """Return whether "report", "guide" or "plan" is the verb of a title."""
    if not _NOUN_OR_VERB.fullmatch(match[0].split()[-1]):
        return False
    before = title[: match.end()].split()[:-1]
    after = title[match.end() :].split()
    last = before[-1].casefold().strip('«“"(') if before else ""
    following = after[0].casefold().strip(",.;:") if after else ""
    return (
        last.endswith(("n't", "n’t"))
        or last in _BEFORE_VERB
        or following in _OBJECTS
        or (following == "to" and last.endswith("s"))
    )
