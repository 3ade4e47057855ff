"""Audiences and places that a text names or addresses."""

import re
from operator import itemgetter

from indexer.analysis.tokens import fold, normalize
from indexer.extraction.proposals.wording import OBLIGATION
from indexer.model.places import Gazetteer
from indexer.model.vocabulary import Audience

_AUDIENCE_NAMES: dict[Audience, str] = {
    Audience.LAW_ENFORCEMENT: (
        r"leas?|law[ -]enforcement(?: (?:agenc(?:y|ies)|authorit(?:y|ies)|bod(?:y|ies)"
        r"|officers?))?|police(?: (?:forces?|services?|officers?|departments?"
        r"|authorities))?|sheriffs?|constabular(?:y|ies)|prosecutors?"
        r"|forces? de (?:l['’]ordre|police|sécurité(?: intérieure)?)|polici(?:ers?"
        r"|ères?)|gendarmes?|gendarmerie|services? de police|services? répressifs"
        r"|polices? (?:municipales?|nationales?|locales?)|parquets?"
    ),
    Audience.LOCAL: (
        r"local (?:and regional )?(?:authorit(?:y|ies)|governments?|councils?"
        r"|communities)|regional authorities|regions|municipalit(?:y|ies)|cit(?:y|ies)"
        r"|towns?|mayors?|local (?:elected )?(?:officials|representatives|actors"
        r"|stakeholders|partners)|city councils?|councillors?"
        r"|collectivités?(?: (?:territoriales?|locales?))?|mair(?:e|es|ie|ies)"
        r"|communes?|villes?|municipalités?|métropoles?|départements|intercommunalités?"
        r"|élus?(?: locaux)?|(?:pouvoirs|autorités) (?:publics )?loca(?:ux|les)|régions"
        r"|agglomérations?|acteurs locaux"
    ),
    Audience.NATIONAL: (
        r"national (?:governments?|authorit(?:y|ies)|parliaments?|policy[ -]?makers)"
        r"|governments?|(?:eu |the )?member states|states|ministr(?:y"
        r"|ies)(?: of [a-z]+)?|ministers?|legislators?|parliaments?|états(?: membres)?"
        r"|l['’]état|gouvernements?|ministères?|pouvoirs publics|législateurs?"
        r"|parlements?|autorités nationales|préfets?|préfectures?"
    ),
    Audience.EU: (
        r"eu institutions?|european (?:union|commission|parliament|council"
        r"|institutions)|the commission|eu (?:policy[ -]?makers|agencies)|europol|cepol"
        r"|the eu|union européenne|l['’]ue|commission européenne|parlement européen"
        r"|institutions (?:européennes|de l['’](?:ue|union européenne))"
        r"|conseil de l['’]union"
    ),
    Audience.INDUSTRY: (
        r"industr(?:y|ies)|technology (?:providers?|compan(?:y|ies)|developers?"
        r"|suppliers?)|solution providers?|vendors?|developers?|private (?:sector"
        r"|companies)|compan(?:y|ies)|businesses|start-?ups?|entreprises?|industriels?"
        r"|industries|éditeurs?|fournisseurs?(?: de (?:solutions|services"
        r"|technologies))?|développeurs?|secteur privé"
    ),
    Audience.PLATFORMS: (
        r"(?:online |social media |digital )?platforms?|social (?:media"
        r"|network(?:ing)?)(?: sites?)? (?:compan(?:y|ies)|providers?|platforms?)"
        r"|social networks|internet service providers?|isps?|hosting providers?"
        r"|service providers|plate-?formes?(?: (?:en ligne|numériques?))?|hébergeurs?"
        r"|réseaux sociaux|fournisseurs? d['’]accès"
    ),
    Audience.CIVIL: (
        r"civil society(?: organi[sz]ations?)?|ngos?|citizens?|residents?|communit(?:y"
        r"|ies)|volunteers?|associations?|charit(?:y|ies)|the public|société civile"
        r"|citoyen(?:ne)?s?|habitants?|riverains?|ong|bénévoles?"
        r"|bailleurs?(?: sociaux)?"
    ),
    Audience.SCHOOLS: (
        r"schools?|teachers?|parents|educators?|head ?teachers?|colleges|universities"
        r"|écoles?|enseignante?s?|établissements? scolaires?|éducation nationale"
        r"|éducateurs?|collèges|lycées|familles"
    ),
    Audience.RESEARCH: (
        r"research(?:ers?)?(?: (?:communit(?:y|ies)|institutes?|cent(?:re|er)s?"
        r"|bodies))?|academi(?:a|cs)|scientists?|chercheur(?:e|se)?s?|recherche"
        r"|universitaires|laboratoires?"
    ),
}
# At each position the longest name wins: « police municipale » is not a municipality.
_PATTERNS = [
    (audience, re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE))
    for audience, names in _AUDIENCE_NAMES.items()
]
_ADDRESSEE_LABEL = re.compile(
    r"(?:addressed to|addressees?|audiences?|target(?:ed)?(?: groups?| audiences?)?"
    r"|for whom|responsible|who|stakeholders?|actors?|destinataires?"
    r"|publics?(?: visés?)?|cibles?|pour qui|à destination de|s['’]adresse à"
    r"|acteurs?(?: concernés)?|responsables?|porteurs?|pilotes?)\s*[:–-]\s*(.+)",
    re.IGNORECASE | re.DOTALL,
)
_CLAUSE = re.compile(
    r"[,;:.]|\b(?:when|if|where|lorsque?|quand|afin|so that|in order)\b", re.IGNORECASE
)
_COMPLEMENT = re.compile(
    r"\b(?:of|from|with|about|in|within|at|du|des|avec|dans|en|au sein)\b",
    re.IGNORECASE,
)
_IMPERSONAL = re.compile(r"(?:it|il|we|nous|on|i) ", re.IGNORECASE)
_ARTICLES = re.compile(
    r"\W*(?:\b(?:that|que|qu|to|by|for|à|aux?|les?|la|l|the|all|every|each|both|chaque"
    r"|toutes?|tous|leurs?|d|des|de)\b['’]?\W*)*",
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(
    r"\s*(?:,|and|et|ou|or|&|as well as|ainsi que|\+|/)\s*", re.IGNORECASE
)
_ADDRESSEE_PREPOSITION = re.compile(
    r"\b(?:for|to|towards?|pour|aux?|à|destinées?|destination)\b", re.IGNORECASE
)

MAX_HEADING_WORDS = 9
MAX_WORDS_WITHOUT_PREPOSITION = 4


def audiences_in(text: str) -> tuple[Audience, ...]:
    """Return all audiences that a text names, in order."""
    matches = [
        (match.start(), -match.end(), audience)
        for audience, pattern in _PATTERNS
        for match in pattern.finditer(text)
    ]
    named: dict[Audience, None] = {}
    covered = 0
    for start, negative_end, audience in sorted(matches, key=lambda match: match[:2]):
        if start >= covered:
            named[audience] = None
            covered = -negative_end
    return tuple(named)


def addressees_of(text: str) -> tuple[Audience, ...]:
    """Return the audiences that a recommendation addresses.

    They are the subject of the obligation ("local authorities should…"), the object of
    the recommendation, or named after a label such as « Destinataires : ». An audience
    that is only mentioned ("work with the police") is not addressed.
    """
    labelled = _ADDRESSEE_LABEL.match(text.strip())
    if labelled is not None:
        return audiences_in(labelled.group(1))
    obligation = OBLIGATION.search(text)
    if obligation is None:
        return ()
    if _IMPERSONAL.match(obligation.group()):
        return _leading_audiences(text[obligation.end() :])
    subject = _CLAUSE.split(text[: obligation.start()])[-1]
    return audiences_in(_COMPLEMENT.split(subject, maxsplit=1)[0])


def addressees_of_heading(heading: str) -> tuple[Audience, ...]:
    """Return the audiences that a heading addresses: « Pour les collectivités »."""
    words = len(heading.split())
    if words > MAX_HEADING_WORDS:
        return ()
    preposition = _ADDRESSEE_PREPOSITION.search(heading)
    if preposition is not None:
        return audiences_in(heading[preposition.end() :])
    # A heading such as « Collectivités territoriales » between two lists.
    return audiences_in(heading) if words <= MAX_WORDS_WITHOUT_PREPOSITION else ()


def _leading_audiences(text: str) -> tuple[Audience, ...]:
    """Return the audiences at the start of a text, joined by "and" or commas."""
    named: dict[Audience, None] = {}
    while True:
        rest = _ARTICLES.sub("", text, count=1)
        ends = [
            (match.end(), audience)
            for audience, pattern in _PATTERNS
            if (match := pattern.match(rest))
        ]
        if not ends:
            return tuple(named)
        end, audience = max(ends, key=itemgetter(0))
        named[audience] = None
        conjunction = _CONJUNCTION.match(rest, end)
        if conjunction is None:
            return tuple(named)
        text = rest[conjunction.end() :]


class PlaceNames:
    """The names of all places in both languages, as one pattern."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        places = gazetteer.places.values()
        self._slugs = {
            _key(name): place.slug for place in places for name in place.names.values()
        }
        self._towns = {place.slug for place in places if place.within is not None}
        names = sorted(map(re.escape, self._slugs), key=len, reverse=True)
        # A pattern that matches nothing if there are no names.
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(names) or '(?!)'})(?!\w)")

    def named_in(self, text: str) -> tuple[str, ...]:
        """Return the slugs of the places in a text, in order.

        A name must start with a capital: « tours » is a common noun too.
        """
        key = _key(text)
        is_aligned = len(key) == len(text)
        slugs = [
            self._slugs[match.group()]
            for match in self._pattern.finditer(key)
            if not is_aligned or text[match.start()].isupper()
        ]
        return tuple(dict.fromkeys(slugs))

    def towns_in(self, text: str) -> tuple[str, ...]:
        """Return the slugs of the places in a text that are within another place."""
        return tuple(slug for slug in self.named_in(text) if slug in self._towns)


def _key(text: str) -> str:
    return fold(normalize(text))
