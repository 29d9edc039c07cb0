"""The rule base as a text to review: by processing then by family, each rule in the words of the questions.

`pages`: one Markdown file per processing, as docs/revue/ keeps them; `whole`: the same in one text; `word`: for Word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from dpia.clauses import Clause, headed
from dpia.coherence import ReadRule
from dpia.corpus import Corpus
from dpia.model import DerivedFact
from dpia.sheets import CERTAINTY, Entry, headline, sheet
from dpia.trace import Ref
from dpia.wording import Speaker

COMMON = "commun"
FACTS = "faits-deduits"
FAMILIES = {
    "AIP": "Analyse d'impact", "AUT": "Autorisation du préfet", "BIO": "Reconnaissance des personnes", "CIR": "Contrôle de la circulation",
    "CIT": "Vidéos et signalements des habitants", "CNL": "Engagement de conformité et CNIL", "COM": "Caméras de commerçants",
    "CON": "Séances du conseil municipal", "CTL": "Contrôles", "DEP": "Dépôts de déchets et pièges photographiques", "DOS": "Dossier de demande",
    "DPO": "Délégué à la protection des données", "DRO": "Drones", "DRT": "Droits des personnes", "DUR": "Durée de conservation",
    "ECO": "Écoles", "EMB": "Caméras embarquées", "FAC": "Caméras factices", "FIN": "Finalités et lieux filmés", "GOV": "Décisions et organisation",
    "HAB": "Personnes qui accèdent aux images", "IAA": "Intelligence artificielle (règlement 2024/1689)", "INF": "Information du public",
    "JRN": "Journal des opérations", "LAP": "Lecture des plaques", "LOC": "Lieux fermés au public", "LOP": "Lieux ouverts au public",
    "LRJ": "Recherche dans les enregistrements", "MOB": "Caméras déplaçables", "MUT": "Partage entre communes", "NOM": "Caméras mobiles",
    "OPN": "Documents communicables", "PIE": "Caméras-piétons", "QUA": "Qualité des données", "REG": "Registre", "RGM": "Régime et base légale",
    "SEC": "Sécurité", "SON": "Sons et micros", "SST": "Sous-traitants", "STA": "Stationnement payant", "TER": "Demandes et prescriptions du préfet",
    "THE": "Caméras thermiques", "TRF": "Transferts hors d'Europe", "TRV": "Travail et agents", "VIO": "Violations de données",
    "VSA": "Analyse des images par logiciel", "VVB": "Verbalisation par caméra",
}  # fmt: skip
GUIDE = """\
Ce texte est tiré des fichiers de la base de droit : il ne se corrige pas ici. Une remarque se rapporte à l'identifiant de la règle, écrit sous son titre.

- **Verdict.** Une règle qui s'applique et n'est pas respectée donne un écart (« interdit » si sa gravité est l'interdiction). Une réponse inconnue donne « à vérifier », jamais un écart ni une conformité.
- **Certitude.** Établie : le texte a été lu et ne se discute pas. Discutée : deux lectures existent, la prudente donne le verdict, l'autre est imprimée à côté. À confirmer : le texte n'a pas été lu en entier, et la règle ne donne jamais « conforme ».
- **Conditions.** Elles sont dites avec les questions posées à la commune. Une question qui ne se pose pas sort du calcul. Le sens d'un fait déduit des réponses suit entre parenthèses la première fois ; le chapitre « Faits déduits des réponses » les définit tous.
- **Exemples.** Chacun est exécuté comme un test. Ce qu'il ne dit pas est inconnu.
"""
_MARKS = re.compile(r"[\\`*_\[\]<>|~&]")
_START = re.compile(r"^(\d+)([.)])|^([-+#])")


def escape(text: str) -> str:
    """Return the Markdown that shows our own text as it is, and stays readable as a file."""
    return _START.sub(
        lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", _MARKS.sub(r"\\\g<0>", " ".join(text.split()))
    )


def pages(corpus: Corpus) -> dict[str, str]:
    """The files of docs/revue/, by name: a summary, one file per processing, the derived facts."""
    groups = _by_processing(corpus)
    files = {f"{name.replace('_', '-')}.md": "\n".join(_processing(corpus, name, reads)) for name, reads in groups.items()}
    files[f"{FACTS}.md"] = "\n".join(_facts(corpus))
    rows = [
        f"| [{escape(processing_name(corpus, name))}]({name.replace('_', '-')}.md) | {_cells(reads)} |" for name, reads in groups.items()
    ]
    summary = ["# Revue du droit", "", *_opening(corpus), *_table(rows, groups), "", f"Voir aussi les [faits déduits des réponses]({FACTS}.md).", ""]  # fmt: skip
    return {"README.md": "\n".join(summary), **files}


def whole(corpus: Corpus) -> str:
    """The whole review as one Markdown text."""
    groups = _by_processing(corpus)
    rows = [f"| {escape(processing_name(corpus, name))} | {_cells(reads)} |" for name, reads in groups.items()]
    parts = ["# Comment lire cette revue {-}", "", *_opening(corpus), *_table(rows, groups), ""]
    for name, reads in groups.items():
        parts += _processing(corpus, name, reads)
    return "\n".join([*parts, *_facts(corpus)])


def word(corpus: Corpus, day: date) -> bytes:
    """The review as a Word document."""
    from dpia.documents import word as writer

    cover = f"```garde\ncommune: Base de droit de dpia\ntitre: Revue du droit\nsous-titre: Règles, sources, doutes et exemples\nBase du: {day:%d/%m/%Y}\n```\n\n"
    contents = '```sommaire titre="Sommaire" niveaux=2\n```\n\n```saut-de-page\n```\n\n'
    meta = writer.Meta(
        title="Revue du droit", created=day, subject="Base de droit", header="Revue du droit", footer_left=f"Base du {day:%d/%m/%Y}"
    )
    form = '\n# Relecture {-}\n\n```a-remplir titre="Relecture" lignes=8\nRelu par : ....\nQualité : ....\nDate : ....\n```\n'
    return writer.render(cover + contents + whole(corpus) + form, meta=meta)


def processing_name(corpus: Corpus, name: str) -> str:
    """Name a processing."""
    table = {entry["id"]: str(entry["nom"]) for entry in corpus.data.get("traitements") or ()}
    return table.get(name, "Règles communes à tous les traitements" if name == COMMON else name)


def _opening(corpus: Corpus) -> list[str]:
    rules, wordings = {read.rule.id for read in corpus.rules}, len(corpus.rules)
    count = f"{len(rules)} règles" + (f" en {wordings} rédactions" if wordings != len(rules) else "")
    checked = [source.verifie_le for read in corpus.rules for source in read.rule.fondement]
    span = f"Sources vérifiées entre le {min(checked):%d/%m/%Y} et le {max(checked):%d/%m/%Y}." if checked else ""
    return [f"Base du {corpus.version}. {count}. La base couvre le droit depuis le {corpus.since:%d/%m/%Y}. {span}", "", GUIDE]


def _table(rows: list[str], groups: dict[str, list[ReadRule]]) -> list[str]:
    everything = [read for reads in groups.values() for read in reads]
    head = "| Traitement | Rédactions | Interdictions | Établies | Discutées | À confirmer |"
    return [head, "|---|---:|---:|---:|---:|---:|", *rows, f"| **Ensemble** | {_cells(everything)} |"]


def _cells(reads: list[ReadRule]) -> str:
    rules = [read.rule for read in reads]
    counts = [sum(rule.certitude == value for rule in rules) for value in CERTAINTY]
    return " | ".join(map(str, (len(rules), sum(rule.gravite == "interdiction" for rule in rules), *counts)))


def _by_processing(corpus: Corpus) -> dict[str, list[ReadRule]]:
    """The rules by processing in the order of the table, common ones first; wordings of one rule by date."""
    order = [COMMON, *(entry["id"] for entry in corpus.data.get("traitements") or ())]
    names = sorted(
        {read.rule.traitement for read in corpus.rules}, key=lambda name: (order.index(name) if name in order else len(order), name)
    )
    first = {read.rule.id: n for n, read in reversed(list(enumerate(corpus.rules)))}

    def place(read: ReadRule) -> tuple[int, date]:
        return first[read.rule.id], min(window.du for window in read.rule.windows)

    return {name: sorted((read for read in corpus.rules if read.rule.traitement == name), key=place) for name in names}


def _processing(corpus: Corpus, name: str, reads: list[ReadRule]) -> Iterator[str]:
    yield f"# {escape(processing_name(corpus, name))}\n"
    families: dict[str, list[ReadRule]] = {}
    for read in reads:
        families.setdefault(read.rule.famille, []).append(read)
    for family in sorted(families, key=lambda code: FAMILIES.get(code, code)):
        yield f"## {escape(FAMILIES.get(family, family))}\n"
        for read in families[family]:
            yield from _rule(corpus, read)


def _rule(corpus: Corpus, read: ReadRule) -> Iterator[str]:
    rule = read.rule
    refs = f" · repères {', '.join(rule.refs)}" if rule.refs else ""
    yield f"### {escape(rule.titre)}\n"
    yield f"*{escape(f'{rule.id} · {headline(corpus, rule)}{refs}')}*\n"
    for entry in sheet(corpus, read):
        yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    head, below = headed(entry.said)
    yield f"**{entry.label}**{entry.colon} {escape(head)}".rstrip() + "\n"
    if below:
        yield "\n".join(line for part in below for line in _bullets(part, strong=entry.field == "exemples")) + "\n"


def _bullets(clause: Clause, depth: int = 0, strong: bool = False) -> Iterator[str]:
    """One line per clause; of a source, the article is the link; of an example, the verdict is in bold."""
    head, below = headed(clause)
    text = escape(head)
    if clause.link:
        article, _, rest = head.rpartition(" (")
        text = f"[{escape(article)}](<{clause.link}>) ({escape(rest)}"
    elif strong:
        verdict, colon, rest = head.partition(" : ")
        text = f"**{escape(verdict)}**{colon}{escape(rest)}"
    yield f"{'  ' * depth}- {text}"
    for part in below:
        yield from _bullets(part, depth + 1)


def _facts(corpus: Corpus) -> Iterator[str]:
    """The derived facts: what each means, its source, its doubt."""
    yield "# Faits déduits des réponses\n"
    yield "Une règle s'appuie sur ces faits ; aucun n'est demandé à la commune.\n"
    for liste in dict.fromkeys(ref.liste for ref in sorted(corpus.derived, key=lambda ref: ref.liste is not None)):
        yield f"## {escape(f'Pour chaque {corpus.questions[liste].element or liste}' if liste else 'Pour la commune')}\n"
        for ref, fact in corpus.derived.items():
            if ref.liste == liste:
                yield from _fact(corpus, ref, fact)


def _fact(corpus: Corpus, ref: Ref, fact: DerivedFact) -> Iterator[str]:
    label = " ".join(fact.libelle.split())
    yield f"### {escape(label[0].upper() + label[1:])}\n"
    yield f"*{escape(fact.id)}*\n"
    yield from _entry(Entry("quand", "Vrai si", Speaker(corpus).say(corpus.conditions[ref])))
    yield f"**Source** : {escape(fact.source)}\n"
    if fact.doute:
        yield f"**Doute** : {escape(fact.doute)}\n"
