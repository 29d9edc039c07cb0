"""Was a generated part of an assessment changed? The file is compared with what the same answers give on the same day.

It detects a change; it proves neither who wrote a file nor when: whoever changes a file can change what it says of itself too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from dpia.documents import passages, word
from dpia.documents.drafts import drafts
from dpia.documents.errors import DocumentError
from dpia.documents.handwritten import filled, made_from, processing_of
from dpia.documents.plans import Plan
from dpia.documents.view import View
from dpia.documents.word_outline import Entry, entries
from dpia.documents.word_reading import WordFile, open_word
from dpia.documents.word_zones import zones

MOST = 20_000  # paragraphs and cells; the longest assessment has a tenth
AROUND = 45  # characters shown on each side of a change
_FILLED = re.compile(r"[☐☒☑.…\s]+")


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed in a part: `before` is "" when it was added, `after` when it was removed; `kind`: as Entry has it."""

    part: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The changes in order; `filled`: the frames that were filled, as they are made to be; `free`: the zones written in."""

    changes: tuple[Change, ...]
    filled: tuple[str, ...]
    free: tuple[str, ...]
    tracked: int
    warnings: tuple[str, ...]


def compare(file: WordFile, view: View, brand: bytes | None, plan: Plan) -> Compared:
    """Compare a file with its regeneration. Raises DocumentError when it is no assessment of this dossier."""
    about = file.properties
    wanted = about.get("analyse")
    if wanted is None:
        raise DocumentError(
            "ce fichier ne dit pas de quelle analyse il vient : ce n'est pas une AIPD écrite par « produire », ou ses propriétés ont été ôtées."
        )
    draft = next((draft for draft in drafts(view, plan) if processing_of(draft.analysis) == wanted), None)
    if draft is None:
        raise DocumentError(f"les réponses de ce dossier ne donnent pas d'analyse « {wanted[:60]} » : est-ce le bon dossier ?")
    now = made_from(view, draft.analysis, brand, plan)
    if about.get("marque") != now["marque"]:
        raise DocumentError(
            "ce fichier a été produit avec une autre marque ; donnez la même avec --marque."
            if brand or about.get("marque") != "dpia"
            else "ce fichier a été produit sans marque."
        )
    made = open_word(word.render(filled(view, draft, brand, plan).word, meta=draft.meta, brand=brand), "régénération")
    old, new = entries(made), entries(file)
    if len(new) > MOST:
        raise DocumentError(f"ce fichier est démesuré (plus de {MOST} paragraphes).")
    changes, forms = _changes(old, new)
    found = zones(file, {name: zone.invite for name, zone in passages.declared().items()})
    free = tuple(name for name, zone in found.items() if zone.markdown)
    return Compared(changes, forms, free, file.tracked, tuple(_warnings(about, now)))


def _warnings(about: dict[str, str], now: dict[str, str]) -> Iterator[str]:
    if about.get("reponses") != now["reponses"]:
        yield "Les réponses ou le suivi du dossier ont changé depuis : des écarts peuvent en venir."
    if about.get("programme") != now["programme"]:
        yield f"Le fichier vient de dpia {about.get('programme', '?')[:20]}, la comparaison de dpia {now['programme']} : des écarts peuvent en venir."
    if about.get("base") != now["base"]:
        yield f"Le fichier vient de la base de droit du {about.get('base', '?')[:20]}, la comparaison de celle du {now['base']} : des écarts peuvent en venir."
    if about.get("date") != now["date"]:
        yield f"Le fichier porte la date du {about.get('date', '?')[:20]}, la comparaison est faite au {now['date']} : des écarts en viennent."


def _changes(old: Sequence[Entry], new: Sequence[Entry]) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    matcher = SequenceMatcher(None, [(e.kind, e.text) for e in old], [(e.kind, e.text) for e in new], autojunk=False)
    changes: list[Change] = []
    forms: list[str] = []
    for code, a, b, c, d in matcher.get_opcodes():
        if code == "equal":
            continue
        gone, came = list(old[a:b]), list(new[c:d])
        form = old[a - 1].form if a and not gone else ""
        for before, after in _pairs(gone, came):
            frame = before.form if before else form
            if after and frame and after.kind == "cellule" and _fills(before.text if before else "", after.text):
                forms.append(frame.partition(" : ")[2] or frame)
            else:
                shown = before or after
                assert shown is not None  # noqa: S101  # _pairs gives one at least
                changes.append(Change(shown.part, shown.kind, before.text if before else "", after.text if after else ""))
    return tuple(changes), tuple(dict.fromkeys(forms))


def _pairs(gone: list[Entry], came: list[Entry]) -> Iterator[tuple[Entry | None, Entry | None]]:
    """Put side by side what was removed and what stands in its place, when they are alike; in order."""
    left = list(came)
    for before in gone:
        ratios = [SequenceMatcher(None, before.text[:500], after.text[:500], autojunk=False).quick_ratio() for after in left[:20]]
        best = max(range(len(ratios)), key=ratios.__getitem__, default=-1)
        if best >= 0 and ratios[best] >= 0.6:
            yield from ((None, after) for after in left[:best])
            yield before, left[best]
            del left[: best + 1]
        else:
            yield before, None
    yield from ((None, after) for after in left)


def _fills(before: str, after: str) -> bool:
    """Tell whether a line of a frame was only filled: its own words still begin it."""
    return _FILLED.sub("", after).startswith(_FILLED.sub("", before))


def as_text(name: str, compared: Compared) -> str:
    """Say what was found, part by part, in French."""
    lines = [f"{name[:200]} : comparé à ce que donnent les réponses du dossier."]
    lines += [f"Attention. {warning}" for warning in compared.warnings]
    if compared.tracked:
        lines.append(f"Le fichier a des modifications suivies ({compared.tracked}) ; elles sont lues comme acceptées.")
    parts = Counter(change.part for change in compared.changes)
    for part, count in parts.items():
        lines += ["", f"{part} ({count} changement{'s' if count > 1 else ''})"]
        lines += [f"  {_said(change)}" for change in compared.changes if change.part == part]
    if not compared.changes:
        lines += ["", "Aucune partie générée n'est changée."]
    lines += ["", *_expected("Cadres remplis (attendu)", compared.filled), *_expected("Textes libres (attendus)", compared.free)]
    lines.append("Cette comparaison porte sur le texte, les titres, les cellules, les notes, l'en-tête, le pied et la présence des images.")
    lines.append("Elle détecte un changement ; elle ne prouve ni qui a écrit le fichier, ni quand.")
    return "\n".join(lines)


def _expected(title: str, names: Iterable[str]) -> Iterator[str]:
    if said := " ; ".join(names):
        yield f"{title} : {said}."


def _said(change: Change) -> str:
    kind = "" if change.kind == "paragraphe" else f" ({change.kind})"
    if not change.before:
        return f"ajouté{kind} : « {_short(change.after)} »"
    if not change.after:
        return f"supprimé{kind} : « {_short(change.before)} »"
    if change.before == change.after:
        return f"changé de nature (était : {change.kind}) : « {_short(change.after)} »"
    start = _common(change.before, change.after)
    end = min(_common(change.before[::-1], change.after[::-1]), min(len(change.before), len(change.after)) - start)
    before, after = (_around(text, start, end) for text in (change.before, change.after))
    return f"modifié{kind} : « {before} » devient « {after} »"


def _common(one: str, other: str) -> int:
    """How many first characters two texts share."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _around(text: str, start: int, end: int) -> str:
    first, last = max(start - AROUND, 0), min(len(text) - end + AROUND, len(text))
    return _short(f"{'…' * bool(first)}{text[first:last]}{'…' * (last < len(text))}")


def _short(text: str, most: int = 300) -> str:
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-most // 2 :]}"
