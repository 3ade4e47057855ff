"""Queries as people type them, and the records that must come first.

A grade says how good an answer is: 3 is what was asked for, 1 is of some use.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Judged:
    """A query in a language, and the grades of its good answers."""

    text: str
    locale: str
    grades: dict[str, int]


QUERIES = (
    Judged("vol de vélos", "fr", {"practices/milan-stolen-bikes": 3}),
    Judged("velos voles", "fr", {"practices/milan-stolen-bikes": 3}),
    Judged("stolen bikes", "en", {"practices/milan-stolen-bikes": 3}),
    Judged("Milan", "fr", {"practices/milan-stolen-bikes": 3}),
    Judged("agente gianna", "fr", {"practices/trieste-agente-gianna": 3}),
    Judged("whatsapp burglary", "en", {"practices/tilburg-whatsapp": 3}),
    Judged("groupes whatsapp de voisins", "fr", {"practices/tilburg-whatsapp": 3}),
    Judged("la haye plateforme", "fr", {"practices/the-hague-platform": 3}),
    Judged("reporty nice", "fr", {"practices/nice-reporty": 3}),
    Judged("munich shooting rumours", "en", {"practices/munich-2016": 3}),
    Judged("hansa", "en", {"practices/hansa-bayonet": 3}),
    Judged("online hate london", "en", {"practices/london-hate-hub": 3}),
    Judged("velo vole milan", "fr", {"practices/milan-stolen-bikes": 3}),
    Judged("polcie muncipale", "fr", {"glossary/local-police": 3}),
    Judged("recuperer un velo vole", "fr", {"practices/milan-stolen-bikes": 3}),
    Judged(
        "rumors during a terrorist attack",
        "en",
        {"practices/munich-2016": 2, "practices/mossos-2017": 3},
    ),
    Judged("burgernet", "fr", {"practices/burgernet": 3}),
    Judged("drones", "fr", {"events/f-webconf-6": 3, "glossary/drone": 3}),
    Judged(
        "reconnaissance faciale",
        "fr",
        {"glossary/facial-recognition": 3, "events/f-webconf-3": 3},
    ),
    Judged(
        "predictive policing",
        "en",
        {
            "glossary/predictive-policing": 3,
            "practices/german-predictive": 3,
            "events/f-webconf-1": 2,
        },
    ),
    Judged(
        "gendarmerie en ligne", "fr", {"practices/gendarmerie-brigade-numerique": 3}
    ),
    Judged("D2.6", "fr", {"deliverables/d2.6": 3}),
    Judged("d3-5", "en", {"deliverables/d3.5": 3}),
    Judged("recommandations officielles", "fr", {"deliverables/d3.5": 3}),
    Judged("bologne", "fr", {"events/l-bologna": 3}),
    Judged("Riga trolling", "en", {"events/l-riga": 3}),
    Judged("montreuil futur des donnees", "fr", {"events/l-montreuil": 3}),
    Judged("atelier web clandestin", "fr", {"events/w3": 3, "deliverables/d2.5": 2}),
    Judged("revenge porn", "en", {"glossary/revenge-porn": 3}),
    Judged("porno de revanche", "fr", {"glossary/revenge-porn": 3}),
    Judged(
        "cyberharcelement",
        "fr",
        {"glossary/cyberbullying": 3, "glossary/cyberharassment": 3},
    ),
    Judged("sextorsion", "fr", {"glossary/sextortion": 3}),
    Judged("base de donnees bitcoins", "fr", {"recommendations/rec-70": 3}),
    Judged("parents online abuse", "en", {"recommendations/rec-17": 3}),
    Judged("risk assessment providers", "en", {"recommendations/rec-06": 3}),
    Judged("former la police locale aux réseaux sociaux", "fr", {"needs/n11": 3}),
    Judged("confiance entre police et habitants", "fr", {"needs/n12": 3}),
    Judged(
        "help victims report quickly",
        "en",
        {"recommendations/rec-21": 3, "needs/n14": 1},
    ),
    Judged("verifier rumeur", "fr", {"needs/n16": 3, "glossary/rumour": 1}),
)
