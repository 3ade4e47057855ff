"""Cue words of recommendations, in French and in English."""

import re

from indexer.analysis.tokens import fold, normalize
from indexer.analysis.word_lists import STOP_WORDS
from indexer.model.ids import Locale

MAX_TITLE = 110
TITLE_SEPARATORS = ' \u00a0\u202f,;:–—-(«“"'
"""Characters that a truncated title must not end with."""

_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\s\u00a0]+(?=[«“\"(]?\s?[A-ZÀ-ÖØ-Þ0-9])")
BULLET = re.compile(
    r"\A\s*(?:[-•–—▪◦*●○■□➢✓✔→►]\s*|\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-z])[.)]\s+"
    r"|\d{1,2}(?:\.\d{1,2})+\s+|\d{1,2}\s+(?=[A-ZÀ-Þ]))"
)

_ENGLISH_OBLIGATION = (
    r"\b(?:should|must|shall|ought to|needs? to|ha(?:s|ve) to|(?:is"
    r"|are) (?:strongly )?(?:recommended|advised|encouraged|urged|invited) to"
    r"|it is (?:strongly |highly )?(?:recommended|important|essential|necessary"
    r"|advisable|crucial|vital|advised|suggested) (?:that|to|for)|(?:we|i|authors"
    r"|report|study|partners|consortium) (?:strongly )?recommends?)\b"
)
_FRENCH_OBLIGATION = (
    r"\b(?:doit|doivent|devra|devront|devrait|devraient|il convient (?:de |d['’]|que )"
    r"|il convient|il conviendrait|il (?:est|serait) (?:\w+ )?(?:recommandé|conseillé"
    r"|préconisé|souhaitable|important|nécessaire|essentiel|indispensable|proposé"
    r"|impératif|utile|primordial)|il fau(?:t|drait)|gagneraient? à"
    r"|(?:est|sont) (?:invitée?s?|appelée?s?|encouragée?s?) à"
    r"|(?:nous|on) recommand(?:ons|e)|(?:nous|on) préconis(?:ons|e))\b"
)
OBLIGATION = re.compile(f"{_ENGLISH_OBLIGATION}|{_FRENCH_OBLIGATION}", re.IGNORECASE)

ADVICE = re.compile(
    r"\b(?:(?:we|authors|report|study|partners|consortium|participants) (?:therefore "
    r"|thus |strongly |also )*recommend(?:s|ed)?\b|it is (?:therefore |strongly "
    r"|highly |also )*recommended (?:that|to|for)|(?:nous|participants|auteurs"
    r"|rapport) (?:vous )?(?:recommand|préconis)(?:ons|ent|e)\b|il est (?:donc "
    r"|fortement |vivement |également )*(?:recommandé|préconisé|conseillé))",
    re.IGNORECASE,
)
"""Verbs of recommending, as opposed to mere obligation."""

_IMPERATIVES = frozenset(
    """
    admit answer apologise apologize begin call count cut decide delete describe hear
    install look meet moderate react read record repair reply rethink say show solve
    talk tell thank visit wait watch welcome
    accept acknowledge act adapt address adopt advocate align allocate allow always
    analyse analyze anticipate appoint apply appraise arrange ask assess assign assist
    avoid base be build bring carry celebrate challenge check choose clarify collaborate
    collect combine commission commit communicate compare conduct connect consider
    consult continue contribute control cooperate coordinate create deal define deliver
    demand deploy design designate determine develop diffuse direct disclose discourage
    discuss disseminate distribute diversify document don't draft draw educate embed
    empower enable encourage enforce engage enhance ensure establish evaluate examine
    exchange expand explain explore extend facilitate favour favor find focus follow
    foster formalise formalize fund gather generate get give grant guarantee have help
    hire hold identify implement improve include increase inform initiate integrate
    introduce invest investigate invite involve issue join keep launch lead learn
    leverage limit link listen lower maintain make manage map measure mobilise mobilize
    monitor move name negotiate never nominate notify observe obtain offer open organise
    organize overcome participate pay perform pilot plan prefer prepare prevent
    prioritise prioritize produce prohibit promote protect provide publish pursue put
    raise reach recognise recognize recommend recruit reduce refer refine regulate
    reinforce reject remain remember remove report require research reserve respect
    respond review revise run safeguard secure seek select send set share simplify
    specify speak stay standardise standardize start stimulate stop streamline
    strengthen strive structure study subject submit supply support take target teach
    test think track train transfer translate treat try tackle understand undertake
    update upgrade use utilise utilize validate verify view warn work write
    """.split()
)
_NOUNS_TOO = frozenset(
    """
    access address approach challenge check contact control demand design document
    draft draw exchange focus gather help issue launch lead limit link map measure move
    name offer plan process produce project purchase question report research reserve
    respect review run share start state stay stop structure study subject support
    target test track train transfer update use view work
    """.split()
)
"""Words that are nouns in headings as often as imperatives."""

_AFTER_NOUN = frozenset("of and or de du des".split())
_BEFORE_OBJECT = frozenset(
    "a an the your our their its all each every what who how why where with for to "
    "only early often more less before after together it them people residents "
    "citizens victims cities officers staff".split()
)
_INFINITIVES = frozenset(
    """
    mettre permettre prendre apprendre comprendre rendre étendre défendre construire
    produire réduire conduire introduire écrire inscrire décrire dire faire suivre
    poursuivre promettre soumettre transmettre répondre vivre joindre atteindre
    connaître reconnaître accroître entreprendre résoudre convaincre lire instruire
    traduire inclure exclure conclure combattre vendre attendre entendre tendre être
    reprendre maintenir admettre remettre interdire prévoir concevoir recevoir percevoir
    """.split()
)
_NOT_INFINITIVES = frozenset(
    """
    atelier acier papier cahier quartier chantier premier dernier courrier février
    janvier avenir plaisir loisir métier dossier calendrier foyer particulier financier
    policier officier escalier fichier hier loyer danger étranger désir soir espoir
    pouvoir savoir devoir leader manager cyber conseiller chancelier greffier huissier
    infirmier pompier usager léger cher régulier entier singulier familier immobilier
    mobilier hospitalier hiver super master reporter server driver
    """.split()
)
_ACTION_NOUNS = re.compile(
    r"(?:la |le |l['’]|une? )?(?:mise (?:en|à)|création|élaboration|développement"
    r"|renforcement|formation|organisation|désignation|adoption|définition"
    r"|sensibilisation|amélioration|généralisation|promotion|intégration|nomination"
    r"|mutualisation|simplification|instauration|clarification) (?:d['’]|des? |du "
    r"|aux? |à |place|œuvre|oeuvre|disposition)",
    re.IGNORECASE,
)
_BEFORE_INFINITIVE = re.compile(
    r"(?:ne (?:pas|jamais|plus) |toujours |bien |mieux |systématiquement "
    r"|pour [^,]{3,60}, )?(?:s['’]|se |y |en )?",
    re.IGNORECASE,
)


def sentences(text: str) -> list[str]:
    """Split a text into sentences."""
    return [sentence for sentence in _SENTENCE_END.split(text.strip()) if sentence]


def first_sentence(text: str) -> str:
    """Return the first sentence of a text; "" if it is blank."""
    return next(iter(sentences(text)), "")


def word_count(text: str) -> int:
    """Count the words of a text, without numbers and punctuation."""
    return len(_WORD.findall(text))


def without_bullet(text: str) -> str:
    """Remove the label or bullet of a list item."""
    return BULLET.sub("", text, count=1).strip()


def is_obligation(text: str) -> bool:
    """Return whether a text has a verb of obligation: "should", « il convient »."""
    return OBLIGATION.search(text) is not None


def is_actionable(text: str) -> bool:
    """Return whether a text has an obligation, or starts with an instruction."""
    return is_obligation(text) or _is_instruction(text)


def _is_instruction(text: str) -> bool:
    """Return whether a text starts with an imperative or an infinitive."""
    words = [word.casefold() for word in text.replace("’", "'").split()]
    if not words:
        return False
    first = words[0].strip(",.:;")
    if first in {"do", "please"} and len(words) > 1:
        return words[1] == "not" or words[1] in _IMPERATIVES
    return first in _IMPERATIVES or _starts_with_infinitive(text)


def is_gerund(text: str) -> bool:
    """Return whether a text starts with a gerund: "lighting the paths"."""
    words = text.split()
    return bool(words) and len(words[0]) > 4 and words[0].casefold().endswith("ing")


def is_clear_instruction(text: str) -> bool:
    """Return whether a heading is an instruction, and not a noun such as "Use of"."""
    words = [word.casefold().strip(",.:;") for word in text.split()]
    if not _is_instruction(text) or len(words) < 2 or words[1] in _AFTER_NOUN:
        return False
    return words[0] not in _NOUNS_TOO or words[1] in _BEFORE_OBJECT


def is_nominal_instruction(text: str) -> bool:
    """Return whether a text starts with an action noun: « Mise en place d’un… »."""
    return _ACTION_NOUNS.match(text) is not None


def _starts_with_infinitive(text: str) -> bool:
    match = _WORD.match(_BEFORE_INFINITIVE.sub("", text, count=1))
    word = match.group().casefold() if match is not None else ""
    if word in _INFINITIVES:
        return True
    has_ending = word.endswith(("er", "ir")) and len(word) > 3
    return has_ending and word not in _NOT_INFINITIVES and locale_of(text) is Locale.FR


def locale_of(text: str) -> Locale:
    """Return the language of a short text, by its stop words and accents.

    The model of `language_detection.py` is no better at it, and takes 56 MB.
    """
    words = [fold(each) for each in _WORD.findall(normalize(text))]
    french = sum(word in STOP_WORDS[Locale.FR] for word in words)
    french += sum(char in "éèêàçùâîôûëïœ" for char in text.casefold())
    english = sum(word in STOP_WORDS[Locale.EN] for word in words)
    return Locale.FR if french > english else Locale.EN


def title_of(text: str) -> str:
    """Return the first sentence of a text as a title, truncated if long."""
    title = first_sentence(text).strip(" .;:,–—-")
    if len(title) > MAX_TITLE:
        title = f"{title[:MAX_TITLE].rsplit(' ', 1)[0].rstrip(TITLE_SEPARATORS)}…"
    return f"{title[:1].upper()}{title[1:]}"
