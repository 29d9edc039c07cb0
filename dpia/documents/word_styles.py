"""The styles that a brand must have; a document uses no other."""

from __future__ import annotations

from dpia.documents.blocks import LEVELS

# Name in the file → name that a French Word shows.
STYLES = {
    "Body Text": "Corps de texte",
    "heading 1": "Titre 1",
    "heading 2": "Titre 2",
    "heading 3": "Titre 3",
    "heading 4": "Titre 4",
    "Title": "Titre",
    "Subtitle": "Sous-titre",
    "List Bullet": "Liste à puces",
    "List Number": "Liste à numéros",
    "Quote": "Citation",
    "caption": "Légende",
    "footnote text": "Note de bas de page",
    "footnote reference": "Appel note de bas de p.",
    "Hyperlink": "Lien hypertexte",
    "TOC Heading": "En-tête de table des matières",
    "toc 1": "TM 1",
    "toc 2": "TM 2",
    "toc 3": "TM 3",
    **{
        name: name
        for name in (
            "Garde commune",
            "Garde mention",
            "Case à cocher",
            "Ligne à remplir",
            "Tableau texte",
            "Tableau entête",
            "Matrice texte",
            "Espace",
            "Tableau AIPD",
            "Matrice",
            "À remplir",
            "Encadré titre",
            *(f"{kind} {level}" for level in LEVELS for kind in ("Encadré", "Niveau")),
        )
    },
}
