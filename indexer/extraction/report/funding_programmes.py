"""Names of programmes that fund projects; none of them is a project."""

from __future__ import annotations

import re

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
    r"|AMIF|FAMI|CERV|DAPHNE|LIFE|COST|CIVITAS|UIA|EUI|ESF\+?|FSE\+?|ERDF|FEDER|FESI"
    r"|PEACE ?PLUS|(?:DG )?JUST|REC"
    r")(?![\w-])"
)
_NUMBER = re.compile(r"\A\W*[IVX]+\b")
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
    return _NUMBER.sub("", text[name.end() :]).strip(" –—-|·:")
