"""Recommendations in the forms that reports use, and false positives."""

import pytest

from indexer.extraction.proposals.finder import find_proposals
from indexer.model.ids import Kind, Locale
from indexer.model.places import Gazetteer
from indexer.model.proposals import Likelihood, Proposal
from indexer.model.vocabulary import Audience
from indexer.quotation_check import searchable_text
from tests.support.documents import a_document


def recommendations_of(text: str) -> list[Proposal]:
    """Return the recommendations of a document."""
    document = a_document(text)
    proposals = find_proposals(document, Gazetteer())
    letters = searchable_text(document)
    for each in proposals:
        # Each quotation is in the document word for word, on its page.
        pages = letters.pages_of(each.quotation)
        assert pages is not None, each.quotation
        assert each.page in pages
    return [each for each in proposals if each.kind is Kind.RECOMMENDATION]


SHAPES = {
    "a heading with number and sentence": (
        "# Recommendation 3: Train every front-desk officer in online abuse\nWhy so.",
        ["Train every front-desk officer in online abuse"],
    ),
    "a heading with number, the text below": (
        "# Recommendation 3\nTrain every front-desk officer in online abuse.",
        ["Train every front-desk officer in online abuse."],
    ),
    "a number, then a heading": (
        "## Recommendation 1\n### Open a digital police desk in each town\nIt works.",
        ["Open a digital police desk in each town"],
    ),
    "a French heading with n°": (
        "# Recommandation n° 3 : Former les agents d’accueil aux violences en ligne",
        ["Former les agents d’accueil aux violences en ligne"],
    ),
    "a French heading with n°, the text below": (
        "# RECOMMANDATION N°12\nIl convient de former les agents d’accueil.",
        ["Il convient de former les agents d’accueil."],
    ),
    "short labels": (
        (
            "R1. Map the places where people feel unsafe at night\n"
            "R2. Share the map with the residents who drew it"
        ),
        [
            "Map the places where people feel unsafe at night",
            "Share the map with the residents who drew it",
        ],
    ),
    "short labels with dashes": (
        (
            "- R1 – Cartographier les lieux où l’on se sent en insécurité\n"
            "- R2 – Partager la carte avec les habitants qui l’ont dessinée"
        ),
        [
            "Cartographier les lieux où l’on se sent en insécurité",
            "Partager la carte avec les habitants qui l’ont dessinée",
        ],
    ),
    "numbers by chapter": (
        (
            "Rec. 3.2: Publish what was done with each alert within a month\n"
            "Rec. 3.3: Name one person who answers for the alerts"
        ),
        [
            "Publish what was done with each alert within a month",
            "Name one person who answers for the alerts",
        ],
    ),
    "a list under a heading, without labels": (
        (
            "# Policy recommendations\nWhat follows was agreed by all.\n"
            "- Cities should light the paths to each station\n"
            "- The police must answer each alert\n"
            "- Develop a common form for alerts"
        ),
        [
            "Cities should light the paths to each station",
            "The police must answer each alert",
            "Develop a common form for alerts",
        ],
    ),
    "a French list under a heading": (
        (
            "# Nos recommandations\n"
            "- Les communes devraient éclairer les chemins vers chaque gare\n"
            "- Il est recommandé de répondre à chaque signalement\n"
            "- Mettre en place un formulaire commun\n"
            "- Mise en place d’un comité de suivi avec les habitants"
        ),
        [
            "Les communes devraient éclairer les chemins vers chaque gare",
            "Il est recommandé de répondre à chaque signalement",
            "Mettre en place un formulaire commun",
            "Mise en place d’un comité de suivi avec les habitants",
        ],
    ),
    "numbered paragraphs under a numbered heading": (
        (
            "# 5. Recommendations\n"
            "1. Cities should light the paths to each station.\n"
            "2. The police must answer each alert."
        ),
        [
            "Cities should light the paths to each station.",
            "The police must answer each alert.",
        ],
    ),
    "headings under the heading": (
        (
            "# 6 Recommandations\n## 6.1 Former les élus aux outils numériques\nParce "
            "que.\n"
            "- Le formateur doit connaître la ville\n"
            "## 6.2 Ouvrir un guichet pour les victimes\nEncore."
        ),
        [
            "Former les élus aux outils numériques",
            "Ouvrir un guichet pour les victimes",
        ],
    ),
    "a table with a row of titles": (
        (
            "# Summary\n| No | Recommendation | Addressed to |\n"
            "| 1 | Light the paths to each station | Local authorities |\n"
            "| 2 | Answer each alert within a day | Police |"
        ),
        ["Light the paths to each station", "Answer each alert within a day"],
    ),
    "a French table with labels": (
        (
            "| N° | Recommandation | Destinataires |\n"
            "| R1 | Éclairer les chemins vers chaque gare | Communes |\n"
            "| R2 | Répondre à chaque signalement sous un jour | Police |"
        ),
        [
            "Éclairer les chemins vers chaque gare",
            "Répondre à chaque signalement sous un jour",
        ],
    ),
    "a sentence before a list": (
        (
            "# Conclusion\nWe recommend that local authorities:\n"
            "- light the paths to each station\n- answer each alert within a day"
        ),
        ["light the paths to each station", "answer each alert within a day"],
    ),
    "a duty laid on somebody before a list": (
        (
            "# Conclusion\nLes collectivités devraient :\n"
            "- éclairer les chemins vers chaque gare\n- répondre à chaque signalement"
        ),
        [
            "éclairer les chemins vers chaque gare",
            "répondre à chaque signalement",
        ],
    ),
    "a paragraph under the heading": (
        (
            "# Recommendations\nLocal authorities should light the paths to each "
            "station. "
            "It was done elsewhere."
        ),
        [
            (
                "Local authorities should light the paths to each station. It was done "
                "elsewhere."
            )
        ],
    ),
    "an outright sentence in the text": (
        (
            "# Results\nMuch was said. It is recommended that cities light the paths "
            "to "
            "each station. Some agreed."
        ),
        [
            "It is recommended that cities light the paths to each station.",
        ],
    ),
    "steps that are announced": (
        (
            "# Trust\nWe can rebuild trust by doing the following\n"
            "- Answer each question in public within two days\n"
            "- Publish the hours at which somebody answers"
        ),
        [
            "Answer each question in public within two days",
            "Publish the hours at which somebody answers",
        ],
    ),
    "steps that are announced by a heading": (
        (
            "## Here is how cities can calm the night\n"
            "- lighting the paths to each station\n- opening a desk for complaints"
        ),
        ["lighting the paths to each station", "opening a desk for complaints"],
    ),
    "French steps that are announced": (
        (
            "# Nuit\nOn peut apaiser les sorties de la façon suivante :\n"
            "- Former les agents d’accueil des bars\n- Éclairer les chemins de retour"
        ),
        ["Former les agents d’accueil des bars", "Éclairer les chemins de retour"],
    ),
    "headings in the imperative": (
        (
            "# Ten rules\n## Listen before you speak\nPeople tell more.\n"
            "## Answer in public\nOthers read it.\n"
            "## Avoid jokes about victims\nThey hurt."
        ),
        [
            "Listen before you speak",
            "Answer in public",
            "Avoid jokes about victims",
        ],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_recommendations_are_found_in_each_form(shape: str) -> None:
    """Labels, headings, lists, tables and sentences are cues."""
    text, expected = SHAPES[shape]

    assert [each.quotation for each in recommendations_of(text)] == expected


NO_RECOMMENDATIONS = {
    "a table of contents": (
        "# Table of contents\nRecommendation 1: Train all officers ........ 12\n"
        "Recommendation 2: Light the paths ............ 14\n"
        "R3 Publish the answers ……… 15"
    ),
    "a table of contents without dots": (
        "# Sommaire\nRecommandation 1 : Former les agents 12\n"
        "Recommandation 2 : Éclairer les chemins 14"
    ),
    "contents read as one paragraph": (
        "Contents\n1 Introduction ..... 3 2 Recommendation 1: Train ..... 5 "
        "3 Recommendation 2: Light the paths ..... 7"
    ),
    "running text with should": (
        "# Discussion\nSome said that the police should answer each alert, and that "
        "cities must pay for it. Others did not agree.\n"
        "# Débat\nPour certains, la police devrait répondre et la ville doit payer."
    ),
    "a list with should elsewhere": (
        "# What participants said\n- The police should answer\n- Cities must pay"
    ),
    "a label in running text": (
        "# Follow-up\nRecommendation 3 was adopted by the council in May.\n"
        "Recommendations 3 and 4 were left for later.\n"
        "Recommandation 3 qui avait été adoptée en mai."
    ),
    "one reference that looks like a label": "R2 is the name of the road to the north.",
    "the recommendations of others": (
        "# Implementation of previous recommendations\n"
        "- The council should have met twice a year"
    ),
    "nouns under the heading": (
        "# Recommendations\n- police\n- the town hall\n- the owners of the shops here"
    ),
    "a footnote": "# Recommendations\n^ Cities should see the note of 2016 on this.",
    "a table of risks": (
        "# Recommendations\nAs follows.\n"
        "| No | Description of risk | Likelihood | Proposed mitigation |\n"
        "| R1 | Partners leave the project early | Low | Find other partners soon |\n"
        "| R2 | Pilots are late in some cities | Medium | Start the pilots early |"
    ),
    "risks with labels": (
        "# Registre des risques\nR1 Recruter les pilotes trop tard dans l’année\n"
        "R2 Former trop peu d’agents dans les villes"
    ),
    "a label of a risk": (
        "# Results\nR2.5-1 Risk: false accounts should be expected by the police.\n"
        "R2.5-2 Risk: the city must answer late."
    ),
    "headings with nouns that are verbs too": (
        "# Methods\n## Research design and data\nText.\n## Use of interviews\nText.\n"
        "## Report structure of parts\nText.\n## Work plan of partners\nText."
    ),
    "an announced list of facts": (
        "# Results\nResidents can be described by the following\n"
        "- most of them are young parents\n- half of them came from the north"
    ),
    "nothing": "",
}


@pytest.mark.parametrize("shape", NO_RECOMMENDATIONS)
def test_no_recommendation_is_found_in_other_texts(shape: str) -> None:
    """False positives cost the time of staff."""
    assert recommendations_of(NO_RECOMMENDATIONS[shape]) == []


def test_a_summary_and_the_text_are_one_proposal() -> None:
    """The longer wording stays, with its page."""
    proposals = recommendations_of(
        """
        === 3 (iii)
        # Executive summary
        Recommendation 1: Train the front-desk officers.
        Recommendation 2: Light the paths to each station.
        === 40 (37)
        # Recommendation 1
        Train the front-desk officers of each town in what online abuse is.
        # Recommendation 2
        Light the paths to each station.
        """
    )

    assert [(each.label, each.page, each.page_label) for each in proposals] == [
        ("R1", 40, "37"),
        ("R2", 40, "37"),
    ]


def test_numbers_may_restart_in_each_chapter() -> None:
    """The same number does not make a duplicate."""
    proposals = recommendations_of(
        """
        # Schools
        Recommendation 1: Teach pupils what a false rumour looks like.
        # Stations
        Recommendation 1: Light the paths that lead to the trains.
        """
    )

    assert len(proposals) == 2


AUDIENCES = {
    "Recommendation 1: Local authorities should work with the police.": (
        Audience.LOCAL,
    ),
    "Recommendation 1: The police and local authorities must answer alerts.": (
        Audience.LAW_ENFORCEMENT,
        Audience.LOCAL,
    ),
    "Recommandation 1 : Les forces de l’ordre doivent répondre aux habitants.": (
        Audience.LAW_ENFORCEMENT,
    ),
    "Recommandation 1 : Il est recommandé aux maires d’écrire aux écoles.": (
        Audience.LOCAL,
    ),
    "Recommandation 1 : Il convient que les États membres partagent leurs lois.": (
        Audience.NATIONAL,
    ),
    "Recommendation 1: It is recommended that platforms keep the evidence safe.": (
        Audience.PLATFORMS,
    ),
    "Recommendation 1: Work with the police and schools on each of the alerts.": (),
    "Recommendation 1: The report of the police should be made public soon.": (),
    "Recommendation 1: The European Commission should fund such tools.": (Audience.EU,),
    "Recommandation 1 : Les plateformes devraient garder les preuves plus longtemps.": (
        Audience.PLATFORMS,
    ),
    "Recommandation 1 : La police municipale doit répondre à chaque signalement.": (
        Audience.LAW_ENFORCEMENT,
    ),
}


@pytest.mark.parametrize("text", AUDIENCES)
def test_the_audience_is_the_subject_of_the_obligation(text: str) -> None:
    """An audience that is only mentioned is not addressed."""
    (proposal,) = recommendations_of(text)

    assert proposal.audiences == AUDIENCES[text]


def test_the_audience_may_be_in_a_heading_or_a_column() -> None:
    """Lists by audience are the most frequent form."""
    proposals = recommendations_of(
        """
        # Recommandations
        ## Pour les collectivités territoriales
        - Éclairer les chemins vers chaque gare
        ## À destination des forces de l’ordre
        - Répondre à chaque signalement sous un jour
        ## Autres
        - Garder les preuves un an au moins
        # Annexe
        | Recommandation | Destinataires |
        | Ouvrir un guichet dans chaque école | Éducation nationale |
        """
    )

    assert [each.audiences for each in proposals] == [
        (Audience.LOCAL,),
        (Audience.LAW_ENFORCEMENT,),
        (),
        (Audience.SCHOOLS,),
    ]


def test_a_proposal_has_a_language_and_a_likelihood() -> None:
    """A file may have both languages."""
    french, english = recommendations_of(
        """
        Recommandation 1 : Former les agents qui accueillent les victimes.
        Recommendation 2: Train the officers who meet the victims.
        """
    )

    assert (french.locale, english.locale) == (Locale.FR, Locale.EN)
    assert french.likelihood is Likelihood.HIGH
    assert str(french.reason) == "labelled R1"


def test_a_long_quotation_ends_with_a_sentence() -> None:
    """It has at most 120 words."""
    long = " ".join(f"Sentence number {n} says a little more." for n in range(60))

    (proposal,) = recommendations_of(f"# Recommendation 1\nTrain all officers. {long}")

    assert len(proposal.quotation.split()) <= 120
    assert proposal.quotation.endswith("more.")
    assert len(proposal.title) <= 111


def test_similar_items_of_one_list_are_no_duplicates() -> None:
    """They differ by one word, which matters."""
    proposals = recommendations_of(
        "# Recommendations\n- Increase the funding of the local police\n"
        "- Increase the funding of the local schools"
    )

    assert len(proposals) == 2


def test_the_sentence_below_a_labelled_heading_is_quoted() -> None:
    """It names the audience too."""
    (proposal,) = recommendations_of(
        """
        # Recommendation 1: Appoint a contact person
        Local authorities should appoint one person for social media. Many have none.
        """
    )

    assert proposal.title == "Appoint a contact person"
    assert proposal.quotation == (
        "Local authorities should appoint one person for social media."
    )
    assert proposal.audiences == (Audience.LOCAL,)


def test_a_short_label_among_long_ones_counts() -> None:
    """R4 after three full labels is a recommendation."""
    proposals = recommendations_of(
        """
        Recommendation 3: Associations must publish their contact details.
        R4. Officials should answer within two days.
        """
    )

    assert [each.label for each in proposals] == ["R3", "R4"]


def test_a_label_above_sublabels_is_a_group() -> None:
    """R3 only names the topic of R3.1 and R3.2."""
    proposals = recommendations_of(
        """
        # R3 Architecture de la sécurité
        R3.1 Le rapport doit décrire les lieux qui ont été étudiés.
        R3.2 Le rapport doit nommer les personnes qui ont répondu.
        """
    )

    assert [each.label for each in proposals] == ["R3.1", "R3.2"]


def test_a_table_after_a_labelled_recommendation_counts() -> None:
    """The explanation of a recommendation ends where the table starts."""
    proposals = recommendations_of(
        """
        # Recommendation 1: Train the officers who meet the victims
        They meet them every day.
        | No | Recommendation | Addressed to |
        | 2 | Keep a log of all requests that are received | Police |
        """
    )

    assert [each.quotation for each in proposals] == [
        "Train the officers who meet the victims",
        "Keep a log of all requests that are received",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# Recommandations du Conseil de l’Europe\n- Former tous les agents d’accueil",
        "# Recommendations of the European Commission\n- Train all officers every year",
        "# Recommandations\n- Voir la fiche 3 en annexe du rapport",
        "# Recommendations\n- See also chapter 2 of the first report",
    ],
    ids=["theirs", "theirs in English", "reference", "reference in English"],
)
def test_recommendations_of_others_and_references_are_ignored(text: str) -> None:
    """They are in lists beside those of the document."""
    assert recommendations_of(text) == []
