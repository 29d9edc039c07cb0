"""The Word file that a consultant begins a brand with: our own brand, a cover page, a sample of every style, and comments that explain."""

from __future__ import annotations

import io
import zipfile
from datetime import date

from lxml import etree

from dpia.documents import ooxml, word
from dpia.documents.blocks import LEVELS
from dpia.documents.ooxml import HEAD, NAMESPACES, q
from dpia.documents.word_cover import END, FIELDS, PLACE
from dpia.documents.word_derived import own_brand, own_part
from dpia.documents.word_sheet import Sheet
from dpia.documents.word_styles import STYLES

AUTHOR = "dpia"
COVER = (("Garde commune", "[commune]"), ("Title", "[titre]"), ("Subtitle", "[sous-titre]"), ("Garde mention", "[mentions]"))
REQUIRED = ", ".join(f"« {style.french} »" for style in STYLES.values() if style.required)
BOXES = "\n".join(
    f'```encadre niveau={level} titre="Exemple"\nLe style de ce cadre est « Encadré {level} », celui du premier mot « Niveau {level} ».\n```\n'
    for level in LEVELS
)
SAMPLE = f"""\
{PLACE}

# Une grande partie

## Un chapitre

### Un point

#### Une fiche

Le texte courant, avec des mots **en gras** et *en italique*.

- une puce
  - une puce dans la puce

1. un numéro
2. le suivant

> Une citation.

```tableau titre="Un tableau" largeurs="1,2"
| Mesure | État |
|---|---|
| Masques | posés |
| Journal | à vérifier |
```

{BOXES}
```a-remplir titre="Un cadre à compléter" lignes=1
- [ ] Favorable

Date : ....
```

```matrice titre="Une carte des risques"
{{"risques": [{{"n": 1, "nom": "Accès aux images", "gravite": 3, "vraisemblance": 3, "residuel": [3, 2]}}]}}
```

{END}
"""
# Start of the paragraph that bears the comment → what it says, one paragraph per line.
COMMENTS = {
    "[commune]": (
        "Ce fichier donne leur style à l'AIPD et à la notice : dpia produire DOSSIER --marque ce-fichier.docx.",
        "Tout ce qui est au-dessus de [corps] est la page de garde : mettez-y votre logo, une image, vos mots. Sans elle, l'AIPD a la sienne.",
        "Les commentaires ne passent pas dans les documents ; inutile de les ôter.",
    ),
    "[titre]": (
        "Un mot entre crochets est un champ : le document y met sa valeur, avec votre mise en forme. Les champs :",
        *(f"[{name}] : {said}" for name, said in FIELDS.items()),
        "Ils servent aussi dans l'en-tête et le pied de page (double-clic en haut ou en bas d'une page).",
    ),
    "[mentions]": (
        "Les lignes de la page de garde que vous n'avez pas placées s'impriment ici ; sans ce champ, elles ouvrent la page suivante.",
    ),
    PLACE: (
        "Le document s'écrit à la place de tout ce qui va de [corps] à [fin]. Ce qui suit [fin] fait la dernière page.",
        "La page de garde et la dernière page vont à l'AIPD ; la notice n'en a pas.",
        "Format, marges, en-tête et pied de page : ceux de la page où se trouve [corps].",
    ),
    "Une grande partie": (
        "Pour changer un style : clic droit sur son nom (Accueil, Styles), Modifier. Changer cet exemple sans changer le style ne sert à rien.",
        f"Seuls les noms des styles comptent. Il faut {REQUIRED} ; un autre qui manque est déduit de ceux-là, et « produire » le dit.",
        "Numérotation des titres : Accueil, Liste à plusieurs niveaux. Sans numéro, les documents n'en ont pas.",
    ),
    "une puce": ("La puce et le numéro se règlent dans les styles « Liste à puces » et « Liste à numéros ».",),
    "Tableau 1": ("Les tableaux : « Tableau AIPD » ; leur texte : « Tableau texte » et « Tableau entête » ; leur légende : « Légende ».",),
    END: (
        "Refusés : les macros, les images et les modèles liés à un autre fichier, les objets incorporés, les modifications suivies.",
        "Le contenu des documents ne change jamais avec la marque.",
    ),
}


TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"


def starter() -> bytes:
    """Return the file, the same bytes each time."""
    meta = word.Meta(title="Marque", created=date(2026, 1, 1), numbered=True)
    parts = _read(word.render(SAMPLE, meta=meta))
    parts |= {
        name: part for name, part in _read(own_brand()).items() if name in ("word/header1.xml", "word/footer1.xml")
    }  # with their fields
    parts["word/document.xml"] = _document(parts["word/document.xml"])
    parts["word/comments.xml"] = _comments().encode()
    override = f'<Override PartName="/word/comments.xml" ContentType="{TYPE}"/></Types>'
    link = f'<Relationship Id="rIdComments" Type="{RELATION}" Target="comments.xml"/></Relationships>'
    for name, end, more in (("[Content_Types].xml", "</Types>", override), ("word/_rels/document.xml.rels", "</Relationships>", link)):
        parts[name] = parts[name].replace(end.encode(), more.encode())
    return ooxml.archive(parts.items())


def _read(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _document(document: bytes) -> bytes:
    """Put the cover page, on a page without header or footer, before the sample, and the anchors of the comments."""
    root = etree.fromstring(document)
    body, styles = root[0], Sheet(own_part("styles")).by_name()
    section = etree.fromstring(etree.tostring(body.find(q("sectPr")), with_tail=False))  # type: ignore[arg-type]  # our brand has one
    for reference in (*section.findall(q("headerReference")), *section.findall(q("footerReference"))):
        section.remove(reference)
    page = f"<w:p><w:pPr>{etree.tostring(section, encoding='unicode')}</w:pPr></w:p>"
    cover = "".join(ooxml.paragraph(ooxml.run(field), styles[name.lower()]) for name, field in COVER)
    for place, paragraph in enumerate(etree.fromstring(f"<w:body {NAMESPACES}>{cover}{page}</w:body>")):
        body.insert(place, paragraph)
    for number, start in enumerate(COMMENTS):
        paragraph = next(p for p in root.iter(q("p")) if "".join(t.text or "" for t in p.iter(q("t"))).startswith(start))
        layout = paragraph.find(q("pPr"))
        paragraph.insert(0 if layout is None else 1, _anchor("commentRangeStart", number))
        paragraph.append(_anchor("commentRangeEnd", number))
        call = etree.SubElement(paragraph, q("r"))
        call.append(_anchor("commentReference", number))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _anchor(tag: str, number: int) -> etree._Element:
    return etree.Element(q(tag), {q("id"): str(number)})


def _comments() -> str:
    said = (
        f'<w:comment w:id="{number}" w:author="{AUTHOR}" w:initials="{AUTHOR}">'
        + "".join(f"<w:p>{ooxml.run(line)}</w:p>" for line in lines)
        + "</w:comment>"
        for number, lines in enumerate(COMMENTS.values())
    )
    return f"{HEAD}<w:comments {NAMESPACES}>{''.join(said)}</w:comments>"
