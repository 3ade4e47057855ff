"""Covers of manuals, minutes, public bodies and other templates, as a person reads."""

from __future__ import annotations

from tests.support.covers import CoverFile, Gap, Grid, Line, NextPage

_TWO_LINES = (
    Line("LUMIVERT\nCapteurs de lumière, citoyenneté et espaces publics", 12),
    Line("Programme Horizon 2020 – Convention de subvention n° 870215"),
    Line("Recommandations pour éclairer\nles places des villes", 26, bold=True),
    Line("Rédaction : Ville de Corvanes, Zone de secours du Nord\nVersion validée"),
    Line("15/03/2021"),
)

OTHER_COVERS = (
    *(
        CoverFile(
            f"two-lines.{suffix}",
            _TWO_LINES,
            title="Recommandations pour éclairer les places des villes",
            date="2021-03-15",
            project="LUMIVERT",
            authors="Ville de Corvanes, Zone de secours du Nord",
        )
        for suffix in ("pdf", "docx", "odt", "html")
    ),
    CoverFile(
        "manual.pdf",
        (
            Line("Lumina", 28, bold=True),
            Line("The lighting desk of the city", 20, bold=True),
            Gap(),
            Line("Extension of the functions", 20, bold=True),
            Line("Team of the lighting desk", 13),
            Line("Publication date March 19, 2015"),
        ),
        title="Extension of the functions",
        date="2015-03-19",
        project="",
    ),
    CoverFile(
        "edition.pdf",
        (
            Line("Guide de lancement des patrouilles", 26, bold=True),
            Line("version octobre 2018", 12),
        ),
        title="Guide de lancement des patrouilles",
        date="2018-10",
        project="",
    ),
    CoverFile(
        "cour.pdf",
        (
            Line("COUR DES COMPTES", 22, bold=True, align="center"),
            Gap(90),
            Line("LES MARCHÉS DE NUIT", 22, bold=True, align="center"),
            Line("Rapport public thématique", align="center"),
            Line("Octobre 2020", align="center"),
        ),
        title="LES MARCHÉS DE NUIT",
        date="2020-10",
        project="",
    ),
    CoverFile(
        "one-paragraph.pdf",
        (
            Line(
                "GA no: 732999 Action full title: TidyTowns: Streets that tidy "
                "themselves Type of action: Innovation Action Project end date: "
                "31.12.2019 Deliverable number: D1.1 Deliverable title: Report on "
                "street parties Document version: 1.0 Main author(s): Ada Byrne "
                "(UCD), Jan Smit (TUD) Delivery date from Annex 1: M27 Actual "
                "delivery date: 15 January 2020"
            ),
        ),
        title="Report on street parties",
        date="2020-01-15",
        project="TidyTowns",
        authors="Ada Byrne, Jan Smit",
    ),
    CoverFile(
        "no-colon.pdf",
        (
            Line("Deliverable D5.4", 13, bold=True),
            Line("Pilot evaluation in three ports", 26, bold=True),
            Grid((("Due Date", "31/08/2023"), ("Authors", "Lotte Maes, Paolo Riva"))),
            Line("Submission Date 15/09/2023"),
            Line("HARBOURTALK PROJECT", 14),
        ),
        title="Pilot evaluation in three ports",
        date="2023-09-15",
        project="HARBOURTALK",
        authors="Lotte Maes, Paolo Riva",
    ),
    CoverFile(
        "écoute.pdf",
        (
            Line("Accueillir la parole", 34, bold=True),
            Line("Projet ÉCOUTE · Programme Justice de l’Union européenne"),
            Line("Nantes, le 3 juin 2020"),
        ),
        title="Accueillir la parole",
        date="2020-06-03",
        project="ÉCOUTE",
    ),
    CoverFile(
        "annual.pdf",
        (
            Line("D1.10"),
            Line("Annual Report", 24, bold=True),
            Grid((("Project Short Name:", "SECTEUR"), ("Actual Date:", "12.06.2017"))),
            Line("Author", 14, bold=True),
            Line("Rosa Conti .................... CNR"),
            Line(
                "This work is licensed under a Creative Commons "
                "Attribution-NonCommercial 4.0 International License."
            ),
        ),
        title="Annual Report",
        date="2017-06-12",
        project="SECTEUR",
        authors="Rosa Conti",
        licence="CC BY-NC 4.0",
    ),
    CoverFile(
        "actes.pdf",
        (
            Line("ACTES DU COLLOQUE", 13),
            Line("La ville la nuit, un bien commun", 30, bold=True),
            Line("Bordeaux, 17 et 18 octobre 2019", 14),
            Gap(200),
            Line("Publication : février 2020"),
        ),
        title="La ville la nuit, un bien commun",
        date="2020-02",
        project="",
    ),
    CoverFile(
        "transnational.pdf",
        (
            Line("Interreg CENTRAL EUROPE RIVER-SAFE", 13, bold=True),
            Gap(),
            Line("Strategy for safe riversides", 26, bold=True),
            Line("D.T1.2.1 Version 2"),
            Line("03 2020"),
        ),
        title="Strategy for safe riversides",
        date="2020-03",
        project="RIVER-SAFE",
    ),
    CoverFile(
        "programme-above.pdf",
        (
            Line("Interreg ALPINE SPACE", 18),
            Line("European Union – European Regional Development Fund", 13),
            Line("TWINPASSES", 18),
            Gap(),
            Line("Guidelines for night markets", 28, bold=True),
            Line("15.03.2023"),
        ),
        title="Guidelines for night markets",
        date="2023-03-15",
        project="TWINPASSES",
    ),
    CoverFile(
        "programme-alone.docx",
        (
            Line("ERASMUS+", 18, bold=True),
            Line("ISF-Police", 14),
            Line("A framework for street workers", 28, bold=True),
            Line("2 March 2021"),
        ),
        title="A framework for street workers",
        date="2021-03-02",
        project="",
    ),
    CoverFile(
        "méthodes.pdf",
        (
            Line("Méthodes pour une approche de la nuit", 28, bold=True),
            Gap(200),
            Line(
                "Cet ouvrage est issu du projet « Outils pour définir une politique "
                "de la nuit – NOCTUA » dont les travaux ont duré de 2013 à 2016."
            ),
            Line("Dépôt légal : juin 2016"),
        ),
        title="Méthodes pour une approche de la nuit",
        date="2016-06",
        project="NOCTUA",
    ),
    CoverFile(
        "by-hand.docx",
        (
            Line("IES Towns", 26, bold=True),
            Line("Internet services for the towns of Europe"),
            Line("Grant Agreement: 325999"),
            Line("D6.3.3: Publishable Summary v3", 20, bold=True),
            Line("Date of issue: 29/02/2016"),
        ),
        title="Publishable Summary v3",
        date="2016-02-29",
        project="IES Towns",
    ),
    CoverFile(
        "livrable.docx",
        (
            Line("VEILLE-QUARTIER", 11),
            Line("Cartographie des acteurs et des besoins", 22, bold=True),
            Line("Livrable L1.4 – version 2.0 – 17 novembre 2020"),
            Line("Étude réalisée par Léa Fontaine"),
        ),
        title="Cartographie des acteurs et des besoins",
        date="2020-11-17",
        project="VEILLE-QUARTIER",
        authors="Léa Fontaine",
    ),
    CoverFile(
        "annual-2018.pdf",
        (
            Line("Night mediators Annual report 2018", 30, bold=True),
            Gap(300),
            Line("© European Union, 2019"),
        ),
        title="Night mediators Annual report 2018",
        date="2019",
        project="",
    ),
    *(
        CoverFile(
            f"version-line.{suffix}",
            (
                Line("LUMIVERT", 14),
                Line("Shared lamps in the squares of river towns", 26, bold=True),
                Line("What four towns have tried", 18, bold=True),
                Line("D2.4 | Version 1.1 | 15 March 2024", 14, bold=True),
                Line("Funded by the European Union (grant agreement No 870215)."),
                NextPage(),
                Line("Contractual delivery: 29 February 2024"),
                Line("Project: LUMIVERT"),
                Grid(
                    (
                        ("Version", "Date", "Author", "Change"),
                        ("1.1", "10/03/2024", "CORV", "Figures corrected"),
                    ),
                    widths=(60, 90, 90, 150),
                ),
                Line("Authors: Ada Byrne, Jan Smit"),
            ),
            title="Shared lamps in the squares of river towns",
            date="2024-03-15",
            project="LUMIVERT",
            authors="Ada Byrne, Jan Smit",
        )
        for suffix in ("pdf", "html")
    ),
    CoverFile(
        "kind-after-code.pdf",
        (
            Line("Mesurer la lumière des places : méthodes et limites", 26, bold=True),
            Line("D6.3 – Rapport de synthèse", 16, bold=True),
            Line("Projet LUMIVERT", 14),
            Line("Version 1.2 – 3 juillet 2014"),
        ),
        title="Mesurer la lumière des places : méthodes et limites",
        date="2014-07-03",
        project="LUMIVERT",
    ),
    CoverFile(
        "place-and-year.pdf",
        (
            Line("Programme for Rights and Squares (2014–2020)", 12),
            Line("Lamps and words against elected people", 26, bold=True),
            Line("Corvanes – Ville-sur-Aure, 2020", 12),
        ),
        title="Lamps and words against elected people",
        date="2020",
        project="",
    ),
)
