"""The annexes of the AIPD: what is acceptable and its proof, what is discussed, what is unknown, what was not asked, the texts."""

from __future__ import annotations

import re
from typing import Any

from dpia.carrying import day_of, unconfirmed
from dpia.documents import evidence
from dpia.documents.view import View, lowered
from dpia.model import Source
from dpia.reasoning import TO_REREAD, Finding, by_effect
from dpia.trace import Ref
from dpia.values import ABSENT, UNKNOWN, Choices, Items

NAMED = 1  # questions that annex E names for one answer; the others are counted
CERTAINTY = {"etablie": "", "discutee": "point discuté", "a_confirmer": "source à relire"}
MARKS = {"texte": "", "extrait": "†", "page_officielle": "†", "commentaire": "‡", "memoire": "‡", "deduction": "‡"}


def unknowns(view: View, themes: frozenset[str]) -> list[dict[str, Any]]:
    """What is still unknown, by who knows first, the most decisive first, with what is known already; then what no finding waits for."""
    people: dict[str, dict[str, dict[str, str]]] = {}
    for path in (effect.path for effect in by_effect(view.facts, view.findings)):
        others = view.people(path).split(", ")[1:]
        root = path.partition("[")[0]
        row = {
            "texte": view.corpus.label(path),
            "options": _open_options(view, path),
            "autres": ", ".join(others),
            "note": view.note(root) if root == path else "",
        }
        people.setdefault(view.whom(path) or "à déterminer", {})[path] = row
    told = {path.partition("[")[0] for rows in people.values() for path in rows}
    for question in (question for theme in view.corpus.themes if theme.theme in themes for question in theme.questions):
        value = view.value(question.id)
        partly = isinstance(value, Choices) and any(value.has(option) is UNKNOWN for option in question.options)
        if question.id not in told and not question.repond and (value is UNKNOWN or partly):  # no rule waits for it; the document prints it
            row = {"texte": question.libelle, "options": _open_options(view, question.id), "autres": "", "note": view.note(question.id)}
            people.setdefault(view.whom(question.id) or "à déterminer", {})[question.id] = row
    return [{"qui": who, "questions": list(rows.values())} for who, rows in people.items()]


def to_reread(view: View) -> list[dict[str, str]]:
    """What no answer settles: the texts that somebody has to read, the pieces that are still to be produced, by finding."""
    rows = []
    for n, finding in view.of("a_verifier"):
        if finding.manque:
            continue
        piece = not all(text.startswith(TO_REREAD) for text in finding.a_produire)
        rows.append({
            "n": str(n), "titre": finding.rule.titre, "quoi": to_produce(finding), "dit": evidence.origin(view, finding) if piece else "",
            "qui": view.role(finding.rule.qui if piece else "dpo"),
        })  # fmt: skip
    return rows


def to_produce(finding: Finding) -> str:
    """What is to be produced before the finding is settled, in one sentence; "" when nothing is."""
    texts = [text.removeprefix(TO_REREAD) for text in finding.a_produire if text.startswith(TO_REREAD)]
    pieces = [text for text in finding.a_produire if not text.startswith(TO_REREAD)]
    parts = [f"Pièce à produire : {' ; '.join(pieces)}."] if pieces else []
    return " ".join(parts + ([f"À relire en entier : {' ; '.join(texts)}."] if texts else []))


def answered(view: View, themes: frozenset[str]) -> list[dict[str, str]]:
    """Every answer of these themes, as given, with who gave it and on what piece."""
    rows = []
    for question in (question for theme in view.corpus.themes if theme.theme in themes for question in theme.questions):
        if question.repond or view.value(question.id) is ABSENT or view.hides(question.id):
            continue  # an overview only answers other questions
        answer = view.dossier.answers.get(question.id)
        told = ", ".join(filter(None, (answer.par, evidence.day(answer.le), answer.preuve))) if answer else ""
        said = " ".join(filter(None, (evidence.sentence(view.say(question.id)), f"{note}." if (note := view.note(question.id)) else "")))
        rows.append({"question": question.libelle, "reponse": said[:1].upper() + said[1:], "par": told})
    return rows


def carried(view: View, themes: frozenset[str]) -> list[dict[str, str]]:
    """The answers taken over from a former dossier that nobody confirmed yet: they count, and the document says so."""
    return [
        {"question": question.libelle, "reponse": view.say(question.id), "le": f"{day:%d/%m/%Y}" if (day := day_of(view.dossier.answers[question.id].repris)) else ""}
        for theme in view.corpus.themes if theme.theme in themes for question in unconfirmed(view.facts, theme)
    ]  # fmt: skip


def _open_options(view: View, path: str) -> str:
    value, question = (view.value(path) if "[" not in path else UNKNOWN), view.corpus.question(path)
    if question is None or not isinstance(value, Choices):
        return ""
    return " ; ".join(label for option, label in question.options.items() if value.has(option) is UNKNOWN)


def not_asked(view: View, themes: frozenset[str]) -> list[dict[str, Any]]:
    """The questions that do not arise, put together by the answers that say so; those that hang on one of them are left out."""
    groups: dict[str, list[str]] = {}
    for question in (question for theme in view.corpus.themes if theme.theme in themes for question in theme.questions):
        condition = view.corpus.conditions.get(Ref(question.id))
        trace = condition.judge(view.facts, {}) if condition else None
        if trace and (trace.value is False or trace.value is ABSENT):
            roots = dict.fromkeys(
                atom.root
                for atom in evidence.atoms(trace)
                if view.corpus.question(atom.path) and atom.value is not ABSENT and not view.hides(atom.path, atom.option)
            )
            for root in list(roots)[:1]:
                groups.setdefault(f"{view.corpus.label(root)} {_short(view, root)}", []).append(question.libelle)
    return [
        {"raison": why, "seule": len(found) == 1, "questions": found if len(found) <= NAMED + 1 else found[:NAMED], "autres": 0 if len(found) <= NAMED + 1 else len(found) - NAMED}
        for why, found in groups.items()
    ]  # fmt: skip


def _short(view: View, root: str) -> str:
    return "" if isinstance(view.value(root), (Items, Choices)) else view.say(root)


def annexed(view: View, n: int, finding: Finding) -> dict[str, Any]:
    rule = finding.rule
    return {
        "n": n, "titre": rule.titre, "doute": CERTAINTY[rule.certitude], "mention": finding.mention,
        "raison": evidence.summary(view, finding, 2) or rule.preuve, "origine": evidence.origin(view, finding), "articles": cited(view.sources(rule)), "regle": rule.id,
    }  # fmt: skip


def cited(sources: tuple[Source, ...]) -> str:
    """The articles of a finding, text by text; a mark says how far a source was read, unless its article was read."""
    texts: dict[str, list[str]] = {}
    for source in sources:
        article = re.sub(r",? (?:paragraphes?|§) (?=\d)", " § ", source.article)
        texts.setdefault(source.texte, []).append(f"{article}{MARKS[source.lu]}")
    return " ; ".join(f"{text}, {', '.join(dict.fromkeys(articles))}" for text, articles in texts.items()).rstrip(".")


def other(finding: Finding) -> str:
    name, _, rest = finding.other_reading.partition(" : ")
    return f"Lecture « {lowered(name)} » : {rest}" if rest else ""


def doubt(n: int, finding: Finding, threshold: str) -> dict[str, Any]:
    here = finding.rule.id == threshold
    return {
        "n": n, "etat": "discuté" if finding.rule.certitude == "discutee" else "à confirmer", "titre": finding.rule.titre,
        "doute": "" if here else finding.rule.doute, "autre": "" if here else other(finding), "ici": here,
    }  # fmt: skip


_CODE_ARTICLE = re.compile(r"\b([LRDA])\. ?(\d+(?:-\d+)*)")
_INSIDE = re.compile(r"(?:§|paragraphes?|alinéas?|al\.) ?\d+(?:(?:,| et| à) \d+)*|\d+°|n° ?[\w.-]+")
_NUMBERED = re.compile(r"[LRDA]\. ?\d|\d+(?:-\d+)*(?:er)?(?:,| et| à| §| \(|$)")
_PLAIN_ARTICLE = re.compile(r"(?<![\w.-])(\d{1,3}(?:-\d+)*)(?:er)?(?: à (\d{1,3}))?(?![\w°-])")


def roots(article: str) -> list[tuple[str, int, str]]:
    """The article numbers that a citation holds, without paragraphs, ready to be sorted: letter, number, as written."""
    coded = [(letter, number) for letter, number in _CODE_ARTICLE.findall(article)]
    if coded:
        return [(letter, _order(number), f"{letter}. {number}") for letter, number in coded]
    found = []
    for first, last in _PLAIN_ARTICLE.findall(_INSIDE.sub(" ", article)):
        numbers = [str(number) for number in range(int(first), int(last) + 1)] if last and first.isdigit() else [first]
        found += [("", _order(number), number) for number in numbers]
    return found


def _order(number: str) -> int:
    parts = [int(part) for part in number.split("-")] + [0, 0, 0]
    return (parts[0] * 1000 + parts[1]) * 1000 + parts[2]


def texts(view: View) -> dict[str, Any]:
    """The texts that the findings rest on: numbered articles, sorted, once each; then who else is quoted."""
    articles: dict[str, set[tuple[str, int, str]]] = {}
    copies: dict[str, set[str]] = {}
    others: dict[str, None] = {}
    for source in (source for _, finding in view.numbered for source in view.sources(finding.rule)):
        if _NUMBERED.match(source.article):
            articles.setdefault(source.texte, set()).update(roots(source.article))
            copies.setdefault(source.texte, set()).update({f"{source.etat_du:%d/%m/%Y}"} if source.etat_du else ())
        else:
            others[source.texte.partition(", ")[0]] = None
    rows = [
        {"texte": text, "articles": ", ".join(name for _, _, name in sorted(found)), "copie": ", ".join(sorted(copies[text])) or "–"}
        for text, found in sorted(articles.items(), key=lambda e: -len(e[1]))
    ]
    return {"articles": rows, "autres": [text for text in others if text not in articles]}


def pieces(view: View, themes: frozenset[str]) -> dict[str, list[str]]:
    """The pieces of evidence that the answers of these themes name: present in the dossier, or still to be joined."""
    asked = {question.id for theme in view.corpus.themes if theme.theme in themes for question in theme.questions}
    folder = view.dossier.folder / "pieces"
    found: dict[str, list[str]] = {"presentes": [], "a_joindre": []}
    for piece in dict.fromkeys(answer.preuve for name, answer in view.dossier.answers.items() if answer.preuve and name in asked):
        present = not any(mark in piece for mark in "/\\") and (folder / piece).is_file()
        found["presentes" if present else "a_joindre"].append(piece)
    return found
