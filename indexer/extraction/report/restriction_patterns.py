"""The words by which documents say, in nine languages, that they are not public.

The patterns match texts without accents, in lower case and without apostrophes.
"""

# ruff: noqa: RUF001  # Greek
import re


def _any(*patterns: str) -> str:
    return "(?:" + "|".join(patterns) + ")"


LABELS = _any(
    # English
    r"(?:diss\.?|level of dissemination|dissemination)(?: level| status)?",
    r"(?:level of )?confidentiality(?: level| status)?",
    r"(?:security |document )?classification(?: level)?|security (?:marking|level)",
    r"distribution(?: level)?|sensitivity(?: level)?",
    # French
    r"(?:niveau de )?(?:diffusion|dissemination|confidentialite|classification)",
    # German
    r"verbreitungs(?:grad|stufe|ebene)|vertraulichkeits?(?:stufe|grad|ebene)?"
    r"|vertraulichkeit|geheimhaltungs(?:grad|stufe)|klassifizierung|einstufung",
    # Spanish and Portuguese
    r"(?:nivel de )?(?:difusion|confidencialidad|clasificacion|diseminacion"
    r"|disseminacao|divulgacao|difusao|confidencialidade|classificacao)",
    # Italian
    r"(?:livello di )?(?:diffusione|disseminazione|riservatezza|classificazione)",
    # Dutch
    r"(?:verspreidings|disseminatie|vertrouwelijkheids|rubricerings)niveau"
    r"|vertrouwelijkheid|rubricering|classificatie",
    # Polish
    r"poziom (?:rozpowszechniania|upowszechniania|poufnosci|dostepu)"
    r"|klauzula(?: tajnosci| poufnosci)?",
    # Greek
    r"(?:επιπεδο|βαθμοσ) (?:διαχυσησ|διαδοσησ|εμπιστευτικοτητασ|διαβαθμισησ)"
    r"|διαβαθμιση",
)
"""The labels of a dissemination level."""

PUBLIC_NAMES = _any(
    r"public(?:ly|a|o|ue|no)?\b",
    r"publiques?\b",
    r"pubblic[oa]\b",
    r"offentlich\w*",
    r"openbaar\b",
    r"publiczn\w+",
    r"jawn\w+",
    r"δημοσι\w+",
    r"un(?:classified|restricted)",
    r"tlp ?: ?(?:clear|white)",
)
"""The names of the public level."""

CLOSED_NAMES = _any(
    # English
    r"confidential\b|restricted\b|sensitive\b|classified\b|(?:top )?secret\b|internal\b"
    r"|consortium(?: only)?\b|limited\b",
    # French
    r"confidentiel(?:le)?\b|restreinte?\b|sensible\b|classifiee?\b|interne\b|limitee?\b",
    # German
    r"(?:streng )?vertraulich\b|eingeschrankt\b|intern\b|sensibel\b|beschrankt\b",
    # Spanish, Portuguese
    r"confidencial\b|restringid[oa]\b|restrit[oa]\b|sensivel\b|reservad[oa]\b|intern[oa]\b",
    # Italian
    r"confidenziale\b|riservat[oa]\b|ristrett[oa]\b|limitat[oa]\b",
    # Dutch
    r"vertrouwelijk\b|beperkt\b|gevoelig\b",
    # Polish
    r"poufn\w+|zastrzezon\w+|niejawn\w+|wewnetrzn\w+|wrazliw\w+",
    # Greek
    r"εμπιστευτικ\w+|περιορισμεν\w+|απορρητ\w+|ευαισθητ\w+|εσωτερικ\w+",
    r"tlp ?: ?(?:amber|red|green)",
)
"""The names of the levels that are not public."""

CLOSED_CODES = re.compile(
    r"\b(?:CO|PP|RE|SEN|CI|EU[- ](?:RES|CON|SEC)|[RCS]-UE/EU-[RCS]|CONF)\b"
)
PUBLIC_CODES = re.compile(r"\bPU\b")
"""The codes of levels, in capital letters: `re` and `pp` are words."""

_ADVERBS = (
    r"(?:(?:strictly|highly|very|commercially?|company|business|consortium|private|and"
    r"|document|draft|report|deliverable|level|status|project|for|marked|eu|ue|nato|most"
    r"|strictement|hautement|rapport|livrable|a|usage|pour|tres"
    r"|streng|strikt|dokument|bericht|nur|absolut|de"
    r"|estrictamente|documento|informe|altamente"
    r"|strettamente|rigorosamente|rapporto|ad|per|solo"
    r"|zeer|rapport|alleen|uitsluitend|voor"
    r"|estritamente|relatorio|para"
    r"|scisle|dokument|raport|tylko|wylacznie|do"
    r"|αυστηρα|αυστηρωσ|εγγραφο|ακρωσ|μονο|για)\W+)*"
)

MARK = _ADVERBS + _any(
    r"confidential|restricted|sensitive|(?:top )?secret|confidentiel(?:le)?"
    r"|vertraulich|confidencial|confidenziale|riservat[oa]|riservatissimo"
    r"|vertrouwelijk|poufn[eya]|zastrzezon[eya]|tajn[eya]|εμπιστευτικο|απορρητο|reservado",
    r"(?:commercial |strictly )?in (?:strict )?confidence|proprietary",
    r"(?:law enforcement |commercially )?sensitive(?: but unclassified)?",
    r"restreint(?:e)?(?: ue)?|(?:eu|ue|nato|otan) (?:restricted|confidential|secret)"
    r"|restreint ue\W+eu restricted|confidentiel ue\W+eu confidential",
    r"(?:r-ue\W+)?eu-r\b|vs ?- ?nfd|(?:vs )?nur fur den dienstgebrauch",
    r"tlp ?: ?(?:amber|red|green)(?:\W+strict)?",
    r"(?:for )?(?:official|internal|restricted|consortium|project)(?: internal)? use"
    r"(?: only)?|internal (?:document|report|version|only)"
    r"|consortium (?:only|internal)",
    r"(?:(?:reservee?|destinee?|limitee?) a (?:un |l )?)?"
    r"usage (?:strictement |exclusivement )?interne|document interne|limite",
    r"(?:zur |zum )?intern(?:en|er|es)? (?:verwendung|gebrauch|dokument|bericht"
    r"|nutzung)",
    r"uso (?:exclusiv(?:amente|o) |esclusiv(?:amente|o) |estritamente )?intern[oa]"
    r"|documento interno",
    r"intern(?:e)? (?:gebruik|document|rapport)",
    r"(?:uzytku|uzytek) (?:wewnetrzn\w+|sluzbow\w+)",
    r"εσωτερικη(?:σ)? χρηση(?:σ)?",
    r"(?:limited|restricted|controlled|internal) (?:distribution|circulation"
    r"|dissemination)"
    r"|(?:distribution|circulation|dissemination) (?:limited|restricted|restreinte)"
    r"|diffusion (?:restreinte|limitee|interne|restricted)"
    r"|difusion (?:restringida|limitada|interna)|difusao (?:restrita|limitada)"
    r"|diffusione (?:ristretta|limitata|riservata)|beperkte verspreiding"
    r"|eingeschrankte verbreitung|distribucion (?:restringida|limitada)"
    r"|περιορισμενη διανομη",
    r"not for (?:public )?(?:release|publication|distribution|circulation|dissemination"
    r"|disclosure)|not (?:a )?public(?: document)?|not to be (?:disclosed|distributed"
    r"|circulated|published|released|shared)",
    r"do not (?:distribute|circulate|disseminate|share|forward|publish|copy or"
    r" distribute)",
    r"ne pas (?:diffuser|divulguer|distribuer|communiquer|publier)|non public(?:able)?"
    r"|diffusion interdite",
    r"weitergabe (?:an dritte )?(?:ist )?(?:nicht gestattet|untersagt|verboten)",
    r"niet bestemd voor (?:openbaarmaking|publicatie|verspreiding)",
    r"απαγορευεται η (?:διανομη|δημοσιευση|κοινοποιηση|διαδοση)",
    r"nicht (?:zur|fur die) (?:veroffentlichung|weitergabe|offentlichkeit)"
    r"(?: bestimmt)?|nicht (?:weitergeben|veroffentlichen)|nicht offentlich",
    r"no (?:difundir|distribuir|divulgar|publicar)"
    r"|prohibida su (?:difusion|divulgacion|distribucion)",
    r"nao (?:divulgar|distribuir|difundir|publicar)|proibida a (?:divulgacao|difusao)",
    r"non (?:divulgare|diffondere|distribuire|pubblicare)"
    r"|vietata la (?:diffusione|divulgazione|distribuzione)",
    r"niet (?:verspreiden|voor publicatie|openbaar(?: maken)?|publiceren)",
    r"nie (?:rozpowszechniac|publikowac|udostepniac|do publikacji)",
    r"(?:να )?μην? (?:διανεμηθει|δημοσιευθει|δημοσιευτει|κοινοποιηθει|διανεμεται)"
    r"|οχι για δημοσιευση",
)
"""A classification mark, such as a stamp or a header has."""

MARK_END = (
    r"(?:\W+(?:only|version|document|report|information|material|deliverable|copy|draft"
    r"|uniquement|seulement|exclusivement|nur|dokument|solo|unicamente|alleen|apenas"
    r"|tylko|εγγραφο|documento)\b)*(?:\W+(?:hors|sans|ohne|sin|senza|zonder|sem|bez|σε"
    r"|χωρισ|of|by|within|for|in|to|outside|without|including|du|de|des|au"
    r"|aux|an|am|fur|im|innerhalb|del|dei|della|al|dentro|van|voor|binnen|buiten|do|dos"
    r"|da|w|wewnatrz|konsorcjum|τησ|του|εντοσ|προσ)\b.{0,120})?"
)
"""The words that may follow a mark: "only", "within the consortium"."""

DOCUMENT = _any(
    r"(?:this|the present|present|the enclosed) (?:\w+ ){0,3}?(?:document|report"
    r"|deliverable|file|publication|material|paper|version|study|annex|information)\b",
    r"(?:its|the|all|any) (?:contents?|information|document|report|deliverable"
    r"|material)\b(?=.{0,25}$|.{0,70}\b(?:be|is|are|as)\b)",
    r"\bit\b(?= (?:shall|must|may|should|is)\b)",
    r"herein\b|hereto\b",
    r"\bdocuments?\b(?= (?:is|are|may|shall|must)\b)",
    r"(?:n|d)este (?:documento|relatorio|entregavel)\b",
    r"^(?:document|report|deliverable|rapport|livrable|dokument|bericht|documento"
    r"|informe|rapporto|relatorio|raport|εγγραφο|εκθεση)\b",
    r"(?:ce|cet|cette|le present|la presente|present) (?:\w+ ){0,2}?(?:document|rapport"
    r"|livrable|fichier|texte|publication|note|etude|version)\b",
    r"(?:le|son) (?:contenu|document|rapport|livrable)\b",
    r"(?:dies\w{1,2}|da[s] vorliegende|der vorliegende|die vorliegende|vorliegende\w?)"
    r" (?:\w+ ){0,2}?(?:dokument\w*|bericht\w*|papier|unterlage\w*|datei|ergebnis\w*"
    r"|version|fassung)\b",
    r"(?:este|el presente|esta|la presente) (?:\w+ ){0,2}?(?:documento|informe"
    r"|entregable|archivo|texto|version)\b",
    r"(?:questo|quest|il presente|presente|questa) (?:\w+ ){0,2}?(?:documento|rapporto"
    r"|relazione|deliverable|report|file|elaborato)\b",
    r"(?:dit|deze|het onderhavige) (?:\w+ ){0,2}?(?:document|rapport|verslag|bestand"
    r"|publicatie|notitie|versie)\b",
    r"(?:este|o presente|esta) (?:\w+ ){0,2}?(?:documento|relatorio|entregavel"
    r"|ficheiro)\b",
    r"(?:niniejsz\w+|ten|tego) (?:\w+ ){0,2}?(?:dokument\w*|raport\w*|opracowani\w*"
    r"|sprawozdani\w*)\b",
    r"(?:το παρον|αυτο το|η παρουσα|παρον|παροντοσ|το) (?:\w+ ){0,2}?(?:εγγραφ\w+"
    r"|παραδοτε\w+|εκθεση|κειμεν\w+)\b",
)
"""Words that mean the document itself."""

REPORTING = re.compile(
    r"\b(?:that|how|why|whether|describes?|presents?|explains?|shows?|discuss\w*"
    r"|analy[sz]\w*|summari[sz]\w*|examin\w*|explor\w*|deals|looks|concerns|covers"
    r"|stud(?:y|ies)|about|compares?|reports|que|comment|decrit|explique|montre|analyse"
    r"|porte|traite|etudie|dass|wie|beschreibt|erlautert|zeigt|behandelt|stellt"
    r"|analysiert|como|describe|explica|muestra|analiza|trata|che|come|descrive"
    r"|presenta|spiega|mostra|analizza|tratta|dat|hoe|beschrijft|toont|gaat|over"
    r"|descreve|mostra|analisa|ze|jak|opisuje|przedstawia|wyjasnia|pokazuje|analizuje"
    r"|dotyczy|οτι|πωσ|περιγραφει|παρουσιαζει|εξηγει|δειχνει|αναλυει|αφορα)\b"
)
"""Between the document and the predicate, a verb of this list has another object."""

_NO_DISCLOSURE = _any(
    r"not (?:to )?be (?:\w+,? ){0,5}?(?:disclosed|divulged|circulated|distributed"
    r"|disseminated|released|published|made (?:public|available)|communicated|passed on"
    r"|shared|forwarded|transmitted)",
    r"not (?:\w+ ){0,2}?for (?:the )?(?:public|publication|release|external"
    r"|dissemination|distribution)",
    r"ne (?:peut|peuvent|doit|doivent|saurait|sauraient|pourra|pourront|sera)"
    r" (?:\w+ ){0,4}?(?:divulgu|diffus|communiqu|distribu|transmis|publi|rendu)\w*",
    r"(?:pas|non) (?:\w+ ){0,1}?(?:destinee?|publique?)\b(?: (?:a la publication|au"
    r" public))?",
    r"(?:darf|durfen|soll|sollen|ist)(?: \w+){0,8} (?:nicht|weder)(?: \w+){0,10}"
    r" (?:weitergegeben|veroffentlicht|offengelegt|verbreitet|zuganglich|mitgeteilt"
    r"|verteilt|weitergabe|veroffentlichung|offentlichkeit)",
    r"no (?:podra|puede|debe|debera|sera)\w*(?: \w+){0,4}? (?:divulga|difundi|revela"
    r"|distribui|comunica|publica|cedi)\w+",
    r"non (?:puo|possono|deve|devono|dovra|potra|sara)\w*(?: \w+){0,4}? (?:divulgat"
    r"|diffus|comunicat|distribuit|pubblicat|cedut|trasmess|rivelat)\w+",
    r"(?:mag|mogen|dient|moet\w*)(?: \w+){0,8} niet(?: \w+){0,8} (?:openbaar|verspreid"
    r"|gedeeld|bekend\w*|gepubliceerd|doorgegeven|verstrekt)",
    r"nao (?:pode|deve|podera|devera|podem|devem)(?: \w+){0,4}? (?:divulgad|difundid"
    r"|distribuid|comunicad|publicad|revelad|partilhad)\w+",
    r"nie (?:moze|moga|powin\w+|wolno|podlega\w*|jest)(?: \w+){0,5}? (?:ujawni|ujawnia"
    r"|rozpowszechni|udostepni|publik|przekaz|publiczn)\w*",
    r"(?:δεν|μη|μην|δε)(?: \w+){0,6}? (?:γνωστοποι|κοινοποι|δημοσι|διανεμ|διαρρε"
    r"|αποκαλυ|διαδοθ|διαβιβα)\w*",
)

_CONFIDENTIAL = _any(
    r"(?:is|are|be|as|remains?|kept|held|treated|considered|deemed|marked|classified"
    r"|labell?ed)(?: (?:strictly|highly|commercially|company|proprietary|and|as|being"
    r"|considered|treated|to be|therefore|both|a|eu|in|strict))*"
    r" (?:confidential|confidence|restricted|sensitive|classified|secret)\b"
    r"(?! (?:calls?|lines?|areas?|informants?|sources?|issue|topic|subject"
    r"|question))",
    r"contains? (?:\w+ ){0,4}?(?:confidential|restricted|classified|sensitive"
    r"|proprietary)\b",
    r"(?:proprietary|confidential) (?:and )?(?:confidential )?(?:information|property)"
    r" of",
    r"(?:est|sont|reste\w*|demeure\w*|traite\w*|considere\w*|classe\w*|comme|caractere"
    r"|titre)(?: (?:strictement|hautement|comme|et|tres))* (?:confidentiel\w*"
    r"|restreinte?\b|classifie\w*|sensible\b)|contien\w+ (?:\w+ ){1,4}?confidentiel\w*",
    r"(?:ist|sind|als|bleib\w+)(?: (?:streng|strikt|und|als|absolut))* vertraulich\w*"
    r"|vertraulich (?:zu )?behandel\w+|enthalt (?:\w+ ){0,2}?vertraulich\w*"
    r"|streng vertraulich",
    r"(?:es|son|como|caracter|considera\w*|trata\w*)(?: (?:estrictamente|como|y))*"
    r" (?:confidencial|reservad|restringid)\w*"
    r"|contiene (?:\w+ ){0,2}?(?:confidencial|reservad)\w*",
    r"(?:e|sono|come|carattere|considera\w*|ritene\w*)(?: (?:strettamente|da|come|e"
    r"|considerarsi|rigorosamente))* (?:confidenzial|riservat)\w+"
    r"|contiene (?:\w+ ){0,2}?(?:riservat|confidenzial)\w+",
    r"(?:is|zijn|als|blijft)(?: (?:strikt|en|zeer|als))* vertrouwelijk\w*"
    r"|vertrouwelijk (?:te )?behandel\w+|bevat (?:\w+ ){0,2}?vertrouwelijk\w*",
    r"(?:e|sao|como|carater|considerad\w|tratad\w)(?: (?:estritamente|como|e))*"
    r" (?:confidencia|reservad|restrit)\w+|contem (?:\w+ ){0,2}?confidencia\w+",
    r"(?:jest|sa|jako|charakter|ma charakter)(?: (?:scisle|i|dokumentem))* (?:poufn"
    r"|zastrzezon|niejawn)\w+|zawiera (?:\w+ ){0,2}?(?:poufn|niejawn)\w+",
    r"(?:ειναι|ωσ|θεωρειται)(?: (?:αυστηρα|αυστηρωσ|και))* (?:εμπιστευτικ|απορρητ)\w+"
    r"|περιεχει (?:\w+ ){0,2}?(?:εμπιστευτικ|απορρητ)\w+",
)

_GROUP = (
    r"(?:consortium\w*|konsortium\w*|konsortial\w+|consorcio|consorzio|konsorcj\w+"
    r"|κοινοπραξ\w+|partners?|projektpartner\w*|partenaires|socios|partner|parceiros"
    r"|partnerow|εταιρ\w+|members?|membres|mitglieder\w*|miembros|membri|leden|membros"
    r"|czlonk\w+|μελ\w+|participants|beneficiaries|recipients?|addressees?"
    r"|destinataires?|empfanger\w*|destinatari\w*|ontvangers?|authori[sz]ed|services"
    r"|staff|personnel|intern\w*|wewnetrzn\w+|εσωτερικ\w+|dienstgebrauch)"
)
_AUDIENCE = _any(
    r"(?:for|to) (?:\w+ )?internal (?:\w+ )?(?:use|purposes)",
    r"(?:restricted|limited|reserved|confined)(?: only)? to(?: \w+){0,5}? " + _GROUP,
    r"(?:only|solely|exclusively)(?: \w+){0,2}? (?:for|to|by|within)(?: \w+){0,5}? "
    + _GROUP,
    r"(?:for|to)(?: \w+){0,5}? " + _GROUP + r" only",
    r"(?:reserve|destine|limite|restreint)\w*(?: (?:exclusivement|uniquement"
    r"|strictement|seulement))* (?:a|au|aux)(?: \w+){0,5}? " + _GROUP,
    r"usage (?:strictement |exclusivement )?interne",
    r"(?:nur|ausschliesslich|lediglich)(?: \w+){0,2}? (?:fur|zur|zum|an)(?: \w+){0,5}? "
    + _GROUP,
    r"(?:reservad|restringid|limitad|destinad|restrit|riservat|destinat|limitat)\w"
    r"(?: \w+){0,2}? (?:a|al|ao|aos|ai|agli|all|para|per)(?: \w+){0,5}? " + _GROUP,
    r"uso (?:\w+ )?intern[oa]",
    r"(?:alleen|uitsluitend|enkel|slechts)(?: \w+){0,2}? voor(?: \w+){0,5}? " + _GROUP,
    r"beperkt tot(?: \w+){0,5}? " + _GROUP,
    r"voor intern gebruik",
    r"(?:wylacznie|tylko)(?: \w+){0,5}? " + _GROUP,
    r"do uzytku wewnetrznego",
    r"(?:αποκλειστικα|μονο)(?: \w+){0,5}? " + _GROUP,
    r"για εσωτερικη χρηση",
)

CLOSED = re.compile(r"\b" + _any(_NO_DISCLOSURE, _CONFIDENTIAL, _AUDIENCE))
"""What a sentence says of a document that is not public."""

TREATED = re.compile(
    r"(?:(?:to|shall|must|should|will) be |is to be )?(?:treated?|handled?|considered)"
    r" (?:as |in )?(?:strictly |in |strict )*confiden(?:tial|ce)\b|(?:a traiter|traite)"
    r" (?:de facon|comme) (?:strictement )?confidentiel\w*|vertraulich zu behandeln"
    r"|vertrouwelijk te behandelen"
)
"""A sentence without a subject that asks for confidentiality."""

NEGATED = re.compile(
    r"\b(?:not?|non|un|nothing|without|any|pas|aucune?|sans|kein\w*|nicht|ohne|sin"
    r"|ningun\w*|senza|nessun\w*|geen|niet|zonder|sem|nenhum\w*|nao|nie|bez|zadn\w+|δεν"
    r"|χωρισ|καμια)\W+(?:\w+\W+){0,3}?(?:confiden\w+|confidenc\w+|restrict\w*"
    r"|classifi\w+|sensiti\w+|secret|sensible\w*|restreint\w*|vertraulich\w*"
    r"|riservat\w+|vertrouwelijk\w*|reservad\w+|restrit\w+|poufn\w+|niejawn\w+"
    r"|εμπιστευτικ\w+|απορρητ\w+)"
)
"""A level that is denied: "contains no confidential information"."""

PUBLIC_VERSION = re.compile(
    r"\b(?:public|publishable|redacted|open) (?:version|summary|extract|part|edition)"
    r"|version (?:publique|publica)|offentliche (?:fassung|version)"
    r"|versione pubblica|versao publica|openbare versie|wersja publiczna"
    r"|versions? (?:expurgee|publiable)|δημοσια εκδοση|is (?:a )?public\b|est public\w*"
    r"|ist offentlich|es publico|e pubblico|e publico|is openbaar|jest publiczn\w+"
    r"|ειναι δημοσιο"
)
"""The document is the public version of another one, or says that it is public."""

COPYRIGHT = re.compile(
    r"\b(?:copied|reproduced|modified|reproduit\w*|copie\w*|modifie\w*|vervielfaltigt"
    r"|kopiert|reproduci\w+|copiad\w+|riprodott\w+|copiat\w+|gekopieerd|verveelvoudigd"
    r"|reproduzid\w+|kopiowan\w+|powielan\w+|αναπαραχθ\w+|commercial|commerciales?"
    r"|kommerziell\w*|comerciales|commerciali|commerciele|comerciais|komercyjn\w+)\b"
)
DISCLOSED = re.compile(
    r"\b(?:disclos|divulg|circulat|released?|made public|divulgu|offengelegt|offenleg"
    r"|divulga|revela|rivelat|openbaar|ujawni|γνωστοποι|αποκαλυ)\w*"
)
"""A ban on copies is a copyright notice, unless it also bans disclosure."""

_TICKED = (
    r"[☒☑✓✔✗✘√■●⊠🗹🗷\uf0fe\uf0fd\uf0fc\uf052\uf053\uf078]|(?<![\w.])[xX](?![\w.])"
    r"|(?<!\w)[þýü](?!\w)"
)
_UNTICKED = r"[☐□▢○❏❑\uf0a8\uf06f\uf0a3]|\[\s*\]|\(\s*\)"
BOX = re.compile(rf"(?P<on>{_TICKED})|(?P<off>{_UNTICKED})")
CODE_LIST = re.compile(r"[(\[](?:[A-Z-]{2,6}\s*[/|,]\s*)+[A-Z-]{2,6}[)\]]")
TYPE_AND_LEVEL = re.compile(
    r"\((?:R|DEM|DEC|DATA|DMP|ETHICS|OTHER|Report)\s*[,/|-]\s*(?P<value>[A-Z-]{2,6})\)"
)
"""The type of a deliverable and its level, after its code: "D3.2 (R, CO)"."""

CAPITAL_MARK = re.compile(
    r"\b(?:STRICTLY |HIGHLY )?(?:CONFIDENTIAL|CONFIDENTIELL?E?|VERTRAULICH|CONFIDENCIAL"
    r"|CONFIDENZIALE|RISERVAT[OA]|VERTROUWELIJK|POUFNE|ZASTRZEŻONE|ΕΜΠΙΣΤΕΥΤΙΚΟ"
    r"|ΑΠΟΡΡΗΤΟ|RESTRICTED|RESTREINT(?: UE)?|SENSITIVE)\b"
)
