"""The words by which visitors ask for pages of the site, in both languages.

`own` words name a page; `beside` words may stand next to them and say nothing else.
"""

from indexer.model.vocabulary import Audience

ASKED = """
aide chercher existe liste page quel savoir trouver veux voudrais voir
find get help list look need page see want
"""
"""Words of a question that say nothing about its subject."""

FIRST = """
abord action actions agir commence commencent commencer conseil conseils début devoir
devrait devraient doit doivent étape étapes nouveau nouvelle pratique pratiques premier
première premières premiers priorité priorités recommandation recommandations
recommandé
act action actions advice begin beginning elected first must new ought practice
practices priorities priority recommended recommendation recommendations start step
steps
"""
"""Words of somebody who asks what to do first."""

OUTCOME = """
atelier bilan conclusion conclusions événement issu issue passé rencontre ressorti
ressortir résultat résultats retenir retenu réunion sort sorti sortie sortir ville
came city come conclusion conclusions event happen happened learn learned learnt
lesson lessons meeting outcome outcomes result results town workshop
"""
"""Words of somebody who asks what came out of a meeting somewhere."""

AUDIENCE_WORDS: dict[Audience, tuple[str, str]] = {
    Audience.LOCAL: (
        """adjoint adjointe bourgmestre collectivité collectivités commune communes
        conseiller conseillère élu élue élues élus maire mairie maires municipalité
        council councillor councillors councils mayor mayors municipalities
        municipality""",
        """autorité autorités local locale locales locaux municipal municipale
        territoriale territoriales ville villes
        authorities authority cities city government town towns""",
    ),
    Audience.LAW_ENFORCEMENT: (
        """gendarme gendarmerie gendarmes police polices policier policière policières
        policiers
        constable constables officer officers policeman policing""",
        """agent agents locale municipale nationale service services
        enforcement force forces law local""",
    ),
    Audience.CIVIL: (
        """association associations citoyen citoyens habitant habitants
        charities charity citizen citizens ngo ngos resident residents""",
        """civile société
        civil local society""",
    ),
    Audience.INDUSTRY: (
        """entreprise entreprises fournisseur fournisseurs industrie industriel
        industriels
        business businesses companies company industry supplier suppliers vendor
        vendors""",
        "privé privée private",
    ),
    Audience.RESEARCH: (
        """chercheur chercheurs chercheuse chercheuses universitaire université
        universités
        academic academics researcher researchers universities university""",
        "recherche research",
    ),
    Audience.SCHOOLS: (
        """collège école écoles enseignant enseignante enseignants lycée parent parents
        professeur professeurs
        school schools teacher teachers""",
        """chef établissement
        head principal""",
    ),
}

UNANSWERED = (
    """réponse réponses
    answer answered answers unanswered unmet""",
    """aucune besoin besoins manquante manquantes problème problèmes question questions
    sans
    need needs problem problems question questions without""",
)
GAPS = (
    """lacune lacunes manque manques manquent manquer
    gap gaps lack lacking miss missing""",
    """base besoin besoins thème thèmes
    answer answers need needs theme themes topic topics""",
)
FOLLOW = (
    """abonnement abonner atom averti avertir courriel email infolettre informé lettre
    mail mails newsletter newsletters notification notifications nouveautés rss suivre
    feed feeds follow following notified notify subscribe subscribing subscription
    updates""",
    """actualité actualités alerte alertes flux information informations nouveau
    recevoir sujet sujets thème thèmes
    alert alerts new news receive theme themes topic topics track""",
)
COMPARE = (
    """comparaison comparaisons comparer
    compare comparing comparison comparisons versus""",
    """deux pratique pratiques recommandation recommandations ville villes
    another cities city practice practices recommendation recommendations town towns
    two""",
)
FAILURES = (
    """échec échecs échoué
    fail failed fails failure failures mistake mistakes""",
    """projet projets
    project projects""",
)
MAP = (
    """carte cartes
    map maps""",
    """europe événements lieu lieux pratiques ville villes
    cities city events places practices""",
)
TIMELINE = (
    """agenda calendrier chronologie
    agenda calendar timeline""",
    """date dates événement événements projet rencontre rencontres
    event events meeting meetings project""",
)
