"""What the public is told of the software on the images: where it is established, and never a use that a finding prohibits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dpia.communes import plain
from dpia.documents.software import USES
from dpia.documents.view import View
from dpia.values import UNKNOWN

_LABEL, _SENTENCE = re.compile(r"([^:.]{1,40}?)\s*:\s"), re.compile(r"(?<=[.;])\s+(?=[^\W\d_a-zà-ÿ])")
OPPOSITION = {  # answers to « analyse_opposition » that settle the matter
    "possible": "Vous pouvez refuser que ce logiciel vous analyse : écrivez à la mairie.",
    "texte": "Un texte écarte expressément le droit d'opposition pour cette analyse.",
}
# CSI, R. 253-6, V sets opposition aside for video protection, and says nothing of an analysis added to it.
DISCUSSED = (
    "Le code de la sécurité intérieure écarte le droit d'opposition pour les caméras (article R. 253-6, V). Pour le logiciel, ce droit reste ouvert "
    "tant qu'aucun acte ne l'écarte ; ce point se discute. Vous pouvez écrire à la mairie que vous vous opposez, avec vos raisons ; elle vous répond "
    "(RGPD, article 21 ; loi du 6 janvier 1978, article 110)."
)


def prohibited(view: View) -> tuple[str, ...]:
    """The titles of the findings that prohibit a declared function."""
    rules = {rule for entry in _declared(view) for rule in entry["regles"]}
    return tuple(finding.rule.titre for _, finding in view.of("interdit") if finding.rule.id in rules)


def mentions(view: View, place: str, whole: bool) -> tuple[str, ...]:
    """The sentences of the sign; those of a software only where `whole` says that it is all the commune films, and none beside a prohibited use."""
    stop = bool(prohibited(view))
    return tuple(
        entry["texte"]
        for entry in view.corpus.data.get("mentions_panneau") or ()
        if entry["lieux"] == place and _true(view, entry["si"]) and ("logiciel" not in entry or (whole and not stop))
    )


def stop_first(view: View) -> Iterator[str]:
    """Say which prohibited uses to stop before anything is put up or published."""
    if titles := prohibited(view):
        runs = "tourne" if view.value("analyse_en_service") is True else "est déclaré"
        many = "s" if len(titles) > 1 else ""
        yield (
            f"un usage interdit {runs} : arrêtez-le avant d’afficher et de publier (constat{many} {' ; '.join(f'« {title} »' for title in titles)}). "
            "Ni les panneaux ni la notice ne l’annoncent."
        )


def to_place(view: View, whole: bool) -> Iterator[str]:
    """Say which sentences of the software are left for the commune to place, since no answer says where it works."""
    if whole or prohibited(view):  # beside a prohibited use, no sentence reassures
        return
    for entry in view.corpus.data.get("mentions_panneau") or ():
        if "logiciel" in entry and _true(view, entry["si"]):
            yield (
                f"aucune réponse ne dit sur quels lieux ce logiciel travaille ; ajoutez à leurs panneaux, et à eux seuls : "
                f"« {entry['texte']} » ({USES})."
            )


def notice_part(view: View) -> dict[str, Any]:
    """The section of the notice: what the software does, what it produces and opposition; `faits` is empty when there is nothing to announce."""
    banned = {finding.rule.id for _, finding in view.of("interdit")}
    stopped = {entry["usage"] for entry in _declared(view) if banned & set(entry["regles"])}
    announced = [
        entry
        for entry in view.corpus.data.get("notice_logiciel") or ()
        if view.has(USES, entry["usage"]) and entry["usage"] not in stopped and ("si" not in entry or _true(view, entry["si"]))
    ]
    answer, results = view.value("analyse_opposition"), view.text("analyse_resultats")
    words = [entry["mot"] for entry in announced if "mot" in entry]
    return {
        "faits": [entry["texte"] for entry in announced],
        "produit": (_produced(results, words) if stopped else results).rstrip("."),
        "opposition": OPPOSITION.get(answer, DISCUSSED) if isinstance(answer, str) else DISCUSSED,
    }


def _produced(answer: str, words: Iterable[str]) -> str:
    """The sentences of an answer that it gives to these functions itself (« Comptage : … »); "" when it tells none apart."""
    wanted = tuple(plain(word) for word in words)
    sentences = ((sentence, _LABEL.match(sentence)) for sentence in _SENTENCE.split(answer))
    return " ".join(sentence for sentence, label in sentences if label and wanted and plain(label[1]).startswith(wanted))


def _declared(view: View) -> Iterator[Mapping[str, Any]]:
    for entry in view.corpus.data.get("fonctions") or ():
        if view.has(USES, entry["usage"]):
            told = view.judge(entry["si"]).value if "si" in entry else True
            if told is True or told is UNKNOWN:
                yield entry


def _true(view: View, condition: str) -> bool:
    return view.judge(condition).value is True
