"""Words with a rule of their own: stop words, and forms that stemmers do not reduce.

English: children, stolen, women. Each line is a word and its irregular forms, without
forms that are mostly another word (felt, found, left, saw). French: plurals and
feminines that the stemmer does not change (élus, travaux, active, actrice). Both: words
that the stemmer takes for another one.
"""

import re

from indexer.model.ids import Locale

_ENGLISH = """
arise arose arisen
awake awoke awoken
become became
begin began begun
bite bitten
blow blew blown
break broke broken
bring brought
build built
buy bought
catch caught
child children
choose chose chosen
come came
criterion criteria
crisis crises
analysis analyses
basis bases
hypothesis hypotheses
deal dealt
draw drew drawn
drink drank drunk
drive drove driven
eat ate eaten
fall fallen
fight fought
flee fled
fly flew flown
foot feet
forbid forbade forbidden
foresee foresaw foreseen
forget forgot forgotten
forgive forgave forgiven
freeze froze frozen
get got gotten
give gave given
go went gone
grow grew grown
hear heard
hide hid hidden
hold held
keep kept
know knew known
lead led
life lives
lose lost
make made
man men
mean meant
meet met
mislead misled
misunderstand misunderstood
mistake mistook mistaken
mouse mice
overcome overcame
pay paid
phenomenon phenomena
policeman policemen
policewoman policewomen
person persons people
prove proven
ride rode ridden
ring rang rung
rise rose risen
run ran
say said
seek sought
sell sold
send sent
shake shook shaken
shoot shot
show shown
sing sang sung
sit sat
sleep slept
speak spoke spoken
spend spent
stand stood
steal stole stolen
strike struck
swear swore sworn
take took taken
teach taught
tell told
think thought
thief thieves
throw threw thrown
tooth teeth
undergo underwent undergone
understand understood
undertake undertook undertaken
wake woke woken
wear wore worn
wife wives
win won
withdraw withdrew withdrawn
woman women
write wrote written
"""

_ENGLISH_BASES: dict[str, str] = {
    form: words[0]
    for words in map(str.split, _ENGLISH.strip().splitlines())
    for form in words[1:]
}


_APART = {
    Locale.EN: """
accountable accountability
authority authorities
direction directions
directive directives
emergency emergencies
experiment experiments
goods
important importance
personal personally
position positions
severe
several
universal
""",
    Locale.FR: """
couper coupé coupée coupées coupés
duree durée durées durees
equipement equipements équipement équipements
gens
mere meres mère mères
parce
partie parties
pays
porte portes
position positions
recit récit récits recits
""",
}
_STEMS_APART = {
    locale: {
        word: words[0]
        for words in map(str.split, lines.strip().splitlines())
        for word in words
    }
    for locale, lines in _APART.items()
}
"""Words that the stemmers take for forms of another word (author, person, mer, gêne).
Each line is their stem and its forms."""


def stem_apart(word: str, locale: Locale) -> str:
    """Return the stem of a word that must not have that of its stemmer, or ""."""
    return _STEMS_APART[locale].get(word, "")


def english_base(word: str) -> str:
    """Return the dictionary form of an irregular form, or the word itself."""
    return _ENGLISH_BASES.get(word, word)


_FRENCH = {
    "travaux": "travail",
    "baux": "bail",
    "vitraux": "vitrail",
    "nouveau": "nouvelle",
    "nouveaux": "nouvelle",
    "nouvel": "nouvelle",
    "nouvelles": "nouvelle",
    "beau": "belle",
    "beaux": "belle",
    "bel": "belle",
    "belles": "belle",
}

_FRENCH_ENDINGS = (
    (re.compile(r"(?<=..o)s$"), ""),  # vélos, vidéos, scénarios
    (re.compile(r"(?<=..u)s$"), ""),  # élus, contenus, individus
    (re.compile(r"(?<=..er)s$"), ""),  # dangers, étrangers
    (re.compile(r"^(li|j|enj|mili|vo|vœ|chev|nev|av|f)eux$"), r"\1eu"),
    (re.compile(r"(?<=..)ifs?$"), "ive"),  # actif, active
    (re.compile(r"(?<=..)ics?$"), "ique"),  # public, publique
    (re.compile(r"(?<=.)trices?$"), "teur"),  # actrice, acteur
)
_ENDINGS = ("os", "us", "ers", "eux", "if", "ifs", "ic", "ics", "trice", "trices")
"""Endings of irregular words: a fast check that excludes most words."""


def french_base(word: str) -> str:
    """Return the form of a French word that the stemmer reduces to the common stem."""
    if word in _FRENCH:
        return _FRENCH[word]
    if not word.endswith(_ENDINGS):
        return word
    for ending, regular in _FRENCH_ENDINGS:
        base = ending.sub(regular, word)
        if base != word:
            return base
    return word


_FRENCH_STOP_WORDS = """
a afin ai aie aient ainsi alors apres as au aucun aucune aujourd aupres auquel aussi
autre autres aux auxquelles auxquels avait avant avec avez avoir avons ayant bien
car ce ceci cela celle celles celui cependant ces cet cette ceux chaque chez comme
comment contre dans de depuis des deja donc dont du elle elles en encore entre es est et
etaient etait etant etre eu eux fait faire faut font hors hui ici il ils je juste la
laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui ma mais me
meme memes mes mon ne ni non nos notre nous on ont ou par parce parmi pas pendant
peu peut peuvent plus pour pourquoi pouvoir puis puisque qu quand que quel quelle
quelles quels qui quoi sa sans se selon sera serait seront ses si soit son sont sous
suis sur ta tandis te tel telle telles tels tes toi ton tous tout toute toutes tres
tu un une vers voici voila vos votre vous y
"""

_ENGLISH_STOP_WORDS = """
a about above after again against all also am an and any are as at be because been
before being below between both but by can could did do does doing don down during
each few for from further had has have having he her here hers herself him himself
his how i if in into is it its itself just me more most my myself no nor not now of
off on once only or other our ours ourselves out over own s same she should so some
such t than that the their theirs them themselves then there these they this those
through to too under until up very was we were what when where which while who whom
why will with would you your yours yourself yourselves
"""

STOP_WORDS: dict[Locale, frozenset[str]] = {
    Locale.FR: frozenset(_FRENCH_STOP_WORDS.split()),
    Locale.EN: frozenset(_ENGLISH_STOP_WORDS.split()),
}
