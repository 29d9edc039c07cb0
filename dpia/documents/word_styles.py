"""The styles that a document uses, and no other; a brand names them in French, as Word shows them, or in English."""

from __future__ import annotations

from dataclasses import dataclass

from dpia.documents.blocks import LEVELS


@dataclass(frozen=True, slots=True)
class Style:
    """What a style is for. `kind` as in w:type; a brand must hold the `required` ones, the others are drawn from them."""

    french: str  # the name that a French Word shows
    use: str
    kind: str = "paragraph"
    required: bool = False


# By name in the file: Word writes its own styles in English in every language.
STYLES = {
    "Body Text": Style("Corps de texte", "le texte courant"),
    "heading 1": Style("Titre 1", "les grandes parties", required=True),
    "heading 2": Style("Titre 2", "les chapitres d'une partie", required=True),
    "heading 3": Style("Titre 3", "les points d'un chapitre", required=True),
    "heading 4": Style("Titre 4", "les fiches des annexes"),
    "Title": Style("Titre", "le titre de la page de garde"),
    "Subtitle": Style("Sous-titre", "le sujet, sur la page de garde"),
    "List Bullet": Style("Liste à puces", "les listes"),
    "List Number": Style("Liste à numéros", "les listes numérotées"),
    "Quote": Style("Citation", "les citations"),
    "caption": Style("Légende", "la légende d'un tableau ou d'un plan"),
    "footnote text": Style("Note de bas de page", "les notes"),
    "footnote reference": Style("Appel note de bas de p.", "le numéro d'une note", "character"),
    "Hyperlink": Style("Lien hypertexte", "les liens", "character"),
    "TOC Heading": Style("En-tête de table des matières", "le mot « Sommaire »"),
    "toc 1": Style("TM 1", "le sommaire, premier niveau"),
    "toc 2": Style("TM 2", "le sommaire, deuxième niveau"),
    "toc 3": Style("TM 3", "le sommaire, troisième niveau"),
    "Garde commune": Style("Garde commune", "le nom de la commune, sur la page de garde"),
    "Garde mention": Style("Garde mention", "la date et la version, sur la page de garde"),
    "Case à cocher": Style("Case à cocher", "une case et son texte"),
    "Ligne à remplir": Style("Ligne à remplir", "une ligne de points à compléter"),
    "Tableau texte": Style("Tableau texte", "le texte des tableaux"),
    "Tableau serré": Style("Tableau serré", "le texte d'un long tableau en paysage"),
    "Tableau entête": Style("Tableau entête", "les en-têtes des tableaux"),
    "Matrice texte": Style("Matrice texte", "le texte de la carte des risques"),
    "Espace": Style("Espace", "l'intervalle entre deux tableaux"),
    "Encadré titre": Style("Encadré titre", "la première ligne d'un encadré"),
    "Tableau AIPD": Style("Tableau AIPD", "les tableaux", "table"),
    "Matrice": Style("Matrice", "la carte des risques", "table"),
    "À remplir": Style("À remplir", "les cadres à compléter", "table"),
    **{f"Encadré {level}": Style(f"Encadré {level}", f"les encadrés « {word} »", "table") for level, word in LEVELS.items()},
    **{f"Niveau {level}": Style(f"Niveau {level}", f"le mot « {word} »", "character") for level, word in LEVELS.items()},
}
KINDS = {"paragraph": "paragraphe", "character": "caractère", "table": "tableau"}  # w:type → as Word says it
